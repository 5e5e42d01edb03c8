import type { Clip } from '../../campaigns/clip.ts';
import { clipTransition } from '../../campaigns/clip-states.ts';
import { clipContent, clipUrl } from '../../campaigns/clip-url.ts';
import type { Campaign } from '../../campaigns/campaign.ts';
import type { Platform } from '../../campaigns/platform.ts';
import { type ClipRefusal, PayoutError } from '../../errors.ts';
import type { StopSignal } from '../../ports/provider.ts';
import {
  clipActionSchema,
  clipActionWithReasonSchema,
  submitClipSchema,
} from '../../schemas/campaign-requests.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { Book, windowEnd } from './book.ts';
import { type CampaignContext, NEVER } from './context.ts';
import { campaignIds } from './ids.ts';
import { clipNotification } from './notifications.ts';
import { readViews } from './read-views.ts';
import type { ClipAction, ClipActionWithReason, SubmitClipRequest } from './requests.ts';

/** Takes a clip in. See `Campaigns.submitClip`. */
export async function submitClip(context: CampaignContext, input: SubmitClipRequest): Promise<Clip> {
  const { program, campaign: of, participant, url } = parseInput(submitClipSchema, input);
  const { platform, content } = clipContent(url);
  const id = campaignIds.clip(of, platform, content);
  return context.store.transact(program, async (unit) => {
    const book = await Book.open(context, unit, [of], []);
    const campaign = book.campaign(of);
    const [stored] = await unit.clips.find([id]);
    if (stored !== undefined) {
      if (stored.participant === participant) return stored;
      throw new PayoutError('CLIP_REFUSED', { campaign: of, reason: 'duplicate' });
    }
    const refusal = refusalOf(context, campaign, platform, book.now);
    if (refusal !== undefined) throw new PayoutError('CLIP_REFUSED', { campaign: of, reason: refusal });
    const clip: Clip = {
      id,
      campaign: of,
      participant,
      platform,
      content,
      url: clipUrl({ platform, content }),
      submittedAt: book.now,
      state: 'submitted',
      steps: 0,
      earned: 0n,
      forfeited: 0n,
      reversed: 0n,
      observations: 0,
      falls: 0,
      tries: 0,
      dueAt: NEVER,
      settled: false,
      updatedAt: book.now,
    };
    const { approval } = campaign.terms;
    const submitted =
      approval === undefined ? clip : { ...clip, dueAt: new Date(windowEnd(clip, approval.hours)) };
    await unit.clips.add([submitted]);
    return submitted;
  });
}

function refusalOf(
  { sourceOf }: CampaignContext,
  { state, terms }: Campaign,
  platform: Platform,
  now: Date,
): ClipRefusal | undefined {
  const { startsAt, endsAt, platforms } = terms;
  if (state !== 'running') return 'not_running';
  if (startsAt !== undefined && now.getTime() < startsAt.getTime()) return 'not_started';
  if (endsAt !== undefined && now.getTime() >= endsAt.getTime()) return 'ended';
  if (!platforms.includes(platform)) return 'platform_not_allowed';
  return sourceOf.has(platform) ? undefined : 'no_source';
}

/** Takes a clip on, with the views that it has now. See `Campaigns.approveClip`. */
export async function approveClip(
  context: CampaignContext,
  input: ClipAction & { readonly signal?: StopSignal },
): Promise<Clip> {
  const { signal, ...plain } = input;
  const { program, clip: id, by } = parseInput(clipActionSchema, plain);
  const { store } = context;
  const before = await find(context, program, id);
  if (before.state === 'approved') return before;
  // Refused before anybody is asked, and once more under the lock.
  clipTransition(id, before.state, 'approve');
  const now = (): Promise<Date> => store.transact(program, (unit) => unit.now());
  const [reading] = await readViews(context, [before], now, signal, () => undefined);
  const count = reading?.count;
  if (reading === undefined || count?.kind !== 'counted') {
    const reason = count === undefined ? 'aborted' : count.kind === 'failed' ? count.code : reasonOf(count);
    throw new PayoutError('BASELINE_UNKNOWN', { clip: id, reason });
  }
  const { views } = count;
  return store.transact(program, async (unit) => {
    const book = await Book.open(context, unit, [before.campaign], [id]);
    const clip = book.clip(id);
    const campaign = book.campaign(clip.campaign);
    if (clip.state === 'approved') return clip;
    clipTransition(id, clip.state, 'approve');
    const { state, terms } = campaign;
    if (state !== 'running' || (terms.endsAt !== undefined && book.now.getTime() >= terms.endsAt.getTime())) {
      throw new PayoutError('WRONG_CAMPAIGN_STATE', { campaign: campaign.id, state, action: 'approve_clip' });
    }
    book.approve(clip, { views, at: reading.at }, by);
    await book.write();
    return book.clip(id);
  });
}

function reasonOf(
  count: { readonly kind: 'counted' } | { readonly kind: 'unknown'; readonly reason: string },
): string {
  return count.kind === 'unknown' ? count.reason : count.kind;
}

/** Says no to a clip. See `Campaigns.rejectClip`. */
export async function rejectClip(context: CampaignContext, input: ClipActionWithReason): Promise<Clip> {
  const { program, clip: id, by, reason } = parseInput(clipActionWithReasonSchema, input);
  return changeClip(context, program, id, (clip, campaign, book) => {
    if (clip.state === 'rejected') return;
    const state = clipTransition(id, clip.state, 'reject');
    const rejected: Clip = { ...clip, state, reason, decidedBy: by, dueAt: NEVER };
    book.putClip(rejected);
    book.tell(clipNotification(rejected, campaign.terms.currency, 'rejected'));
  });
}

/** Takes a clip out by its participant's word. See `Campaigns.withdrawClip`. */
export async function withdrawClip(context: CampaignContext, input: ClipAction): Promise<Clip> {
  const { program, clip: id, by } = parseInput(clipActionSchema, input);
  return changeClip(context, program, id, (clip, _campaign, book) => {
    if (clip.state === 'withdrawn') return;
    book.putClip({ ...clip, state: clipTransition(id, clip.state, 'withdraw'), decidedBy: by, dueAt: NEVER });
  });
}

/** Changes one clip under the lock of its campaign. */
export async function changeClip(
  context: CampaignContext,
  program: string,
  id: string,
  change: (clip: Clip, campaign: Campaign, book: Book) => void,
): Promise<Clip> {
  const { campaign } = await find(context, program, id);
  return context.store.transact(program, async (unit) => {
    const book = await Book.open(context, unit, [campaign], [id]);
    change(book.clip(id), book.campaign(campaign), book);
    await book.write();
    return book.clip(id);
  });
}

/** @throws {@link PayoutError} with code `CLIP_NOT_FOUND` */
export async function find({ store }: CampaignContext, program: string, id: string): Promise<Clip> {
  const [clip] = await store.transact(program, (unit) => unit.clips.find([id]));
  if (clip === undefined) throw new PayoutError('CLIP_NOT_FOUND', { clip: id });
  return clip;
}
