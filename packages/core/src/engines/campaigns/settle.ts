import type { Campaign } from '../../campaigns/campaign.ts';
import type { Clip } from '../../campaigns/clip.ts';
import { clipTransition } from '../../campaigns/clip-states.ts';
import { participantAccount } from '../../ledger/account.ts';
import type { Earning } from '../../ledger/earning.ts';
import { transferIds } from '../../payouts/keys.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { earningLock, participantLock } from '../payouts/context.ts';
import { applyReversals } from '../payouts/reverse.ts';
import { Book, COMPLETION } from './book.ts';
import { type CampaignContext, NEVER } from './context.ts';
import { campaignIds } from './ids.ts';
import { clipNotification } from './notifications.ts';

/** How many clips, and how many of their earnings, one transaction settles. */
const CLIPS = 500;
const EARNINGS = 5000;

/**
 * Freezes the clips of a campaign that has ended, and releases what was held until then: page by page, each whole or not at
 * all, so that whoever finds it half done goes on. Nothing is credited after the end, so that nothing is left behind.
 */
export async function settleCampaign(
  context: CampaignContext,
  program: string,
  campaign: string,
  isStopped: () => boolean = () => false,
): Promise<void> {
  let settled = false;
  while (!settled && !isStopped()) {
    settled = await context.store.transact(program, (unit) => settlePage(context, unit, campaign));
  }
}

/** Settles one page, and says whether it was the last. */
async function settlePage(context: CampaignContext, unit: UnitOfWork, id: string): Promise<boolean> {
  const [locked] = await unit.campaigns.lock([id]);
  if (locked?.state !== 'completed' || locked.dueAt.getTime() === NEVER.getTime()) return true;
  const clips = fewEnough(await unit.clips.list({ campaign: id, settled: false }, { limit: CLIPS }));
  const book = await Book.open(
    context,
    unit,
    [id],
    clips.map((clip) => clip.id),
  );
  const campaign = book.campaign(id);
  await releaseHeld(unit, clips, book.now);
  for (const { id: clip } of clips) settle(book, book.clip(clip), campaign);
  const isLast = clips.length === 0;
  if (isLast) book.putCampaign({ ...campaign, dueAt: NEVER });
  await book.write();
  return isLast;
}

/** Long-lived clips have many earnings: as many clips as do not have too many together, and one at least. */
function fewEnough(clips: readonly Clip[]): readonly Clip[] {
  let earnings = 0;
  return clips.filter(({ steps }, index) => {
    earnings += steps;
    return index === 0 || earnings <= EARNINGS;
  });
}

function settle(book: Book, clip: Clip, { terms }: Campaign): void {
  if (clip.state === 'approved') {
    const completed: Clip = {
      ...clip,
      state: clipTransition(clip.id, clip.state, 'complete'),
      settled: true,
      dueAt: NEVER,
    };
    book.putClip(completed);
    book.tell(clipNotification(completed, terms.currency, 'completed'));
    return;
  }
  if (clip.state !== 'submitted') {
    book.putClip({ ...clip, settled: true, dueAt: NEVER });
    return;
  }
  // Nobody has decided on it, and nobody will.
  const state = clipTransition(clip.id, clip.state, 'reject');
  const rejected: Clip = { ...clip, state, settled: true, reason: COMPLETION, dueAt: NEVER };
  book.putClip(rejected);
  book.tell(clipNotification(rejected, terms.currency, 'rejected'));
}

/** Says that the condition of the clips' earnings is met, and makes available those whose time is over. */
async function releaseHeld(unit: UnitOfWork, clips: readonly Clip[], now: Date): Promise<void> {
  const ids = clips.flatMap((clip) => earningIdsOf(clip));
  if (ids.length === 0) return;
  await applyWaiting(unit, ids);
  await unit.locks.take([...new Set(clips.map(({ participant }) => participantLock(participant)))]);
  const earnings = (await unit.earnings.find(ids)).flatMap((earning) => earning ?? []);
  const waiting = earnings.filter(({ hold }) => hold?.condition === COMPLETION);
  const due = waiting.filter(({ held, hold }) => held > 0n && (hold?.until?.getTime() ?? 0) <= now.getTime());
  if (due.length > 0) await unit.ledger.post(due.map(releaseOf));
  const released = new Set(due);
  if (waiting.length === 0) return;
  await unit.earnings.update(
    waiting.map((earning) => ({
      ...earning,
      fulfilled: true,
      ...(released.has(earning) ? { held: 0n, released: earning.released + earning.held } : {}),
    })),
  );
}

/** The same transfer that a release of the payout engine is: whoever comes second finds it done. */
function releaseOf({ id, participant, currency, held, subject }: Earning) {
  return {
    id: transferIds.release(id),
    debit: participantAccount(participant, 'held'),
    credit: participantAccount(participant, 'available'),
    currency,
    asked: held,
    kind: 'release' as const,
    subject,
  };
}

/** A reversal of an earning that was not there yet waits for it; here, at the latest, it is applied. */
async function applyWaiting(unit: UnitOfWork, ids: readonly string[]): Promise<void> {
  const early = await unit.reversals.waiting(ids);
  if (early.length === 0) return;
  await unit.locks.take([...new Set(early.map(({ earning }) => earningLock(earning)))]);
  const waiting = await unit.reversals.waiting(ids);
  await applyReversals(
    unit,
    waiting.map((record) => ({ record, mayExceed: true })),
  );
}

/** The earnings of a clip: one for each of its steps. */
export function earningIdsOf(clip: Clip): readonly string[] {
  return Array.from({ length: clip.steps }, (_, index) => campaignIds.earning(clip, index + 1));
}
