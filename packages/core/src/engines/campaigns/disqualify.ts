import type { Clip } from '../../campaigns/clip.ts';
import { clipTransition } from '../../campaigns/clip-states.ts';
import { withSpend } from '../../campaigns/spending.ts';
import { campaignAccount, participantAccount } from '../../ledger/account.ts';
import type { Earning } from '../../ledger/earning.ts';
import type { ReversalRecord, UnitOfWork } from '../../ports/store.ts';
import { clipActionWithReasonSchema } from '../../schemas/campaign-requests.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { earningLock, participantLock } from '../payouts/context.ts';
import { applyReversals } from '../payouts/reverse.ts';
import { Book } from './book.ts';
import { find } from './clips.ts';
import { type CampaignContext, NEVER } from './context.ts';
import { campaignIds } from './ids.ts';
import { clipNotification } from './notifications.ts';
import type { ClipActionWithReason } from './requests.ts';
import type { Disqualification } from './results.ts';
import { earningIdsOf } from './settle.ts';

/**
 * Takes a clip out that should not have earned, and gives back what has not been paid out, by reversals of its earnings.
 * While the campaign goes on, that is for its other clips to earn; afterwards it stays with whoever funded it.
 */
export async function disqualifyClip(
  context: CampaignContext,
  input: ClipActionWithReason,
): Promise<Disqualification> {
  const { program, clip: id, by, reason } = parseInput(clipActionWithReasonSchema, input);
  const { campaign: of } = await find(context, program, id);
  return context.store.transact(program, async (unit) => {
    const book = await Book.open(context, unit, [of], [id]);
    const clip = book.clip(id);
    if (clip.state === 'disqualified') return { clip, reversed: 0n, paidOut: clip.earned - clip.reversed };
    const state = clipTransition(id, clip.state, 'disqualify');
    const reversed = await takeBack(unit, clip, reason);
    const campaign = book.campaign(of);
    if (reversed > 0n) {
      const isOver = campaign.state === 'completed';
      // The reversals have put it where the money of all campaigns comes from.
      if (!isOver) {
        await unit.ledger.post([
          {
            id: campaignIds.givenBack(id),
            debit: 'funding',
            credit: campaignAccount(of),
            currency: campaign.terms.currency,
            asked: reversed,
            kind: 'deposit',
            subject: of,
          },
        ]);
      }
      book.putCampaign({
        ...campaign,
        spent: campaign.spent - reversed,
        refunded: campaign.refunded + (isOver ? reversed : 0n),
        recent: withSpend(campaign.recent, -reversed, book.now),
      });
      book.freeSpend(clip, reversed);
    }
    const after: Clip = {
      ...clip,
      state,
      reason,
      decidedBy: by,
      dueAt: NEVER,
      reversed: clip.reversed + reversed,
    };
    book.putClip(after);
    book.tell(clipNotification(after, campaign.terms.currency, 'disqualified'));
    await book.write();
    return { clip: book.clip(id), reversed, paidOut: after.earned - after.reversed };
  });
}

/** Reverses the clip's earnings, the last first, as far as they are held or available. Leaves no debt. */
async function takeBack(unit: UnitOfWork, clip: Clip, reason: string): Promise<bigint> {
  const ids = earningIdsOf(clip);
  if (ids.length === 0) return 0n;
  await unit.locks.take(ids.map(earningLock));
  await unit.locks.take([participantLock(clip.participant)]);
  const earnings = (await unit.earnings.find(ids)).flatMap((earning) => earning ?? []);
  let available = await reachable(unit, clip.participant, earnings[0]?.currency);
  const records: ReversalRecord[] = [];
  for (const { id, amount, reversed, held } of earnings.toReversed()) {
    const open = amount - reversed - held;
    const part = open < available ? open : available;
    available -= part;
    if (held + part === 0n) continue;
    records.push({ key: campaignIds.disqualification(id), earning: id, amount: held + part, reason });
  }
  const applied = await applyReversals(
    unit,
    records.map((record) => ({ record, mayExceed: false })),
  );
  return applied.reduce((sum, one) => sum + (one.applied ?? 0n), 0n);
}

/** What is available to a participant, and what becomes so where payouts that nobody has claimed are cancelled for it. */
async function reachable(
  unit: UnitOfWork,
  participant: string,
  currency: Earning['currency'] | undefined,
): Promise<bigint> {
  if (currency === undefined) return 0n;
  const account = participantAccount(participant, 'available');
  const [balance = 0n] = await unit.ledger.balances([{ account, currency }]);
  const unclaimed = (await unit.payouts.openOf([participant])).filter(
    (payout) => payout.currency === currency && (payout.state === 'pending' || payout.state === 'approved'),
  );
  const sum = unclaimed.reduce((total, { amount }) => total + amount, balance);
  return sum > 0n ? sum : 0n;
}
