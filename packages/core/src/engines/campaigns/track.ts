import type { Campaign, CompletionReason } from '../../campaigns/campaign.ts';
import type { Clip } from '../../campaigns/clip.ts';
import { clipTransition } from '../../campaigns/clip-states.ts';
import { PayoutError } from '../../errors.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { recordReadingsSchema, trackSchema } from '../../schemas/campaign-requests.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { Book, type Booked, type Reading } from './book.ts';
import { type CampaignContext, NEVER } from './context.ts';
import { endOf } from './ends.ts';
import { clipNotification } from './notifications.ts';
import { readViews } from './read-views.ts';
import type { RecordReadingsRequest, TrackOptions } from './requests.ts';
import type { RecordedReading, TrackReport } from './results.ts';
import { settleCampaign } from './settle.ts';

/** How many campaigns that are due are looked at together. */
const CAMPAIGNS = 100;
/** The most clips of one transaction, unless the caller says otherwise. */
const CHUNK = 1000;
const LEASE_MS = 300_000;

/**
 * Reads the clips that are due and pays for their growth. See `Campaigns.track`. Any number of these can run at once,
 * anywhere: a clip is leased to one of them, and what two have read of one clip after all is paid once.
 */
export async function trackClips(context: CampaignContext, options: TrackOptions): Promise<TrackReport> {
  // What has no fields cannot be taken apart; the schema says so in its own words.
  if (Object(options) !== options) parseInput(trackSchema, options);
  const { onProgress, signal, ...plain } = options;
  const parsed = parseInput(trackSchema, plain);
  const { program, limit = 50, leaseMs = LEASE_MS } = parsed;
  const chunk = parsed.chunk ?? CHUNK;
  const isStopped = (): boolean => signal?.aborted === true;
  const tally = new Tally(onProgress);
  await endDue(context, program, tally, isStopped);
  let left = limit;
  while (left > 0 && !isStopped()) {
    const { clips, campaigns } = await lease(context, program, left < chunk ? left : chunk, leaseMs);
    if (clips.length === 0) break;
    left -= clips.length;
    tally.take(clips.length);
    const { read, decided } = sorted(clips, campaigns);
    const now = (): Promise<Date> => context.store.transact(program, (unit) => unit.now());
    const readings = await readViews(context, read, now, signal, (count) => {
      tally.progress(count);
    });
    await book(context, program, readings, decided, tally);
    await endDue(context, program, tally, isStopped);
  }
  return observed(context, program, tally.report(isStopped()));
}

/** Books counts that somebody else has read. See `Campaigns.record`. */
export async function recordReadings(
  context: CampaignContext,
  input: RecordReadingsRequest,
): Promise<readonly RecordedReading[]> {
  const { program, readings } = parseInput(recordReadingsSchema, input);
  const found = await context.store.transact(program, (unit) =>
    unit.clips.find(readings.map(({ clip }) => clip)),
  );
  const read = readings.map(({ clip: id, views, at }, index): Reading => {
    const clip = found[index];
    if (clip === undefined) throw new PayoutError('CLIP_NOT_FOUND', { clip: id });
    return { clip: id, campaign: clip.campaign, at, count: { kind: 'counted', views } };
  });
  const { booked, completed } = await context.store.transact(program, (unit) =>
    bookAll(context, unit, read, []),
  );
  for (const { campaign } of completed) await settleCampaign(context, program, campaign);
  return booked.map(({ clip, finding, reason, earned }) => ({
    clip,
    finding,
    ...(reason === undefined ? {} : { reason }),
    earned,
  }));
}

/** Takes clips that are due, and looks up their campaigns. */
async function lease(
  { store }: CampaignContext,
  program: string,
  limit: number,
  leaseMs: number,
): Promise<{ readonly clips: readonly Clip[]; readonly campaigns: ReadonlyMap<string, Campaign> }> {
  return store.transact(program, async (unit) => {
    const at = await unit.now();
    const clips = await unit.clips.lease({ at, until: new Date(at.getTime() + leaseMs), limit });
    const ids = [...new Set(clips.map(({ campaign }) => campaign))];
    const found = ids.length === 0 ? [] : await unit.campaigns.find(ids);
    return {
      clips,
      campaigns: new Map(found.flatMap((one) => (one === undefined ? [] : [[one.id, one] as const]))),
    };
  });
}

/** Those whose views are to be read; and those on which is decided without, or that rest with their campaign. */
function sorted(
  clips: readonly Clip[],
  campaigns: ReadonlyMap<string, Campaign>,
): { readonly read: readonly Clip[]; readonly decided: readonly Clip[] } {
  const isRead = (clip: Clip): boolean => {
    const campaign = campaigns.get(clip.campaign);
    if (campaign?.state !== 'running') return false;
    return clip.state === 'approved' || campaign.terms.approval?.outcome === 'approve';
  };
  return { read: clips.filter(isRead), decided: clips.filter((clip) => !isRead(clip)) };
}

/** Books a chunk. What cannot be booked is told of its clips; they are read again when their lease is over. */
async function book(
  context: CampaignContext,
  program: string,
  readings: readonly Reading[],
  decided: readonly Clip[],
  tally: Tally,
): Promise<void> {
  if (readings.length + decided.length === 0) return;
  try {
    const { booked, completed } = await context.store.transact(program, (unit) =>
      bookAll(context, unit, readings, decided),
    );
    tally.book(booked, decided.length);
    for (const one of completed) tally.complete(one);
  } catch (error) {
    if (!PayoutError.is(error)) throw error;
    tally.fail(
      readings.map(({ clip }) => clip),
      error.code,
    );
  }
}

interface BookedSet {
  readonly booked: readonly Booked[];
  readonly completed: readonly { readonly campaign: string; readonly reason: CompletionReason }[];
}

async function bookAll(
  context: CampaignContext,
  unit: UnitOfWork,
  readings: readonly Reading[],
  decided: readonly Clip[],
): Promise<BookedSet> {
  const open = await Book.open(
    context,
    unit,
    [...readings, ...decided].map(({ campaign }) => campaign),
    [...readings.map(({ clip }) => clip), ...decided.map(({ id }) => id)],
  );
  for (const { id } of decided) decide(open, open.clip(id));
  const booked = readings.map((reading) => open.take(reading));
  await open.write();
  const completed = open.completed.map((campaign) => ({
    campaign,
    reason: reasonOf(open.campaign(campaign)),
  }));
  return { booked, completed };
}

/** A submitted clip whose window is over without approval is rejected; one whose campaign rests is looked at later. */
function decide(open: Book, clip: Clip): void {
  const { state, terms } = open.campaign(clip.campaign);
  const later = new Date(open.now.getTime() + terms.tracking.everyMs);
  if (state === 'completed') return;
  if (state !== 'running' || clip.state !== 'submitted' || terms.approval?.outcome !== 'reject') {
    open.putClip({ ...clip, dueAt: later });
    return;
  }
  const rejected: Clip = {
    ...clip,
    state: clipTransition(clip.id, clip.state, 'reject'),
    reason: 'approval_window_over',
    dueAt: NEVER,
  };
  open.putClip(rejected);
  open.tell(clipNotification(rejected, terms.currency, 'rejected'));
}

/** Ends campaigns whose time is over, and settles the clips of those that have ended. */
async function endDue(
  context: CampaignContext,
  program: string,
  tally: Tally,
  isStopped: () => boolean,
): Promise<void> {
  while (!isStopped()) {
    const due = await context.store.transact(program, async (unit) =>
      unit.campaigns.due({ at: await unit.now(), limit: CAMPAIGNS }),
    );
    if (due.length === 0) return;
    const running = due.filter(({ state }) => state !== 'completed').map(({ id }) => id);
    if (running.length > 0) {
      const ended = await context.store.transact(program, (unit) => endAll(context, unit, running));
      for (const one of ended) tally.complete(one);
    }
    for (const { id } of due) {
      if (!isStopped()) await settleCampaign(context, program, id, isStopped);
    }
  }
}

/** Ends those of the campaigns whose time is really over: growth moves the end of one with an idle limit. */
async function endAll(
  context: CampaignContext,
  unit: UnitOfWork,
  ids: readonly string[],
): Promise<BookedSet['completed']> {
  const open = await Book.open(context, unit, ids, []);
  for (const id of ids) {
    const campaign = open.campaign(id);
    if (campaign.state === 'completed') continue;
    const { at, reason } = endOf(campaign);
    if (at.getTime() <= open.now.getTime()) open.complete(campaign, reason);
    else open.putCampaign({ ...campaign, dueAt: at });
  }
  await open.write();
  return open.completed.map((campaign) => ({ campaign, reason: reasonOf(open.campaign(campaign)) }));
}

function reasonOf({ reason }: Campaign): CompletionReason {
  return reason ?? 'operator';
}

function observed({ observe }: CampaignContext, program: string, report: TrackReport): TrackReport {
  const { processed, failed, completed } = report;
  observe({ kind: 'clips_tracked', program, processed, failed, completed: completed.length });
  return report;
}

/** What a run has done so far. */
class Tally {
  readonly #onProgress: TrackOptions['onProgress'];
  readonly #earned = new Map<string, bigint>();
  readonly #failures: { readonly clip: string; readonly reason: string }[] = [];
  readonly #completed: { readonly campaign: string; readonly reason: CompletionReason }[] = [];
  #taken = 0;
  #read = 0;
  #successful = 0;

  constructor(onProgress: TrackOptions['onProgress']) {
    this.#onProgress = onProgress;
  }

  take(clips: number): void {
    this.#taken += clips;
  }

  progress(clips: number): void {
    this.#read += clips;
    this.#onProgress?.({ taken: this.#taken, processed: this.#read });
  }

  book(booked: readonly Booked[], decided: number): void {
    this.#successful += decided;
    for (const { clip, finding, reason, currency, earned } of booked) {
      if (finding === 'unknown' || finding === 'failed') {
        this.#failures.push({ clip, reason: reason ?? finding });
        continue;
      }
      this.#successful += 1;
      if (earned > 0n) this.#earned.set(currency, (this.#earned.get(currency) ?? 0n) + earned);
    }
    if (decided > 0) this.progress(decided);
  }

  fail(clips: readonly string[], reason: string): void {
    for (const clip of clips) this.#failures.push({ clip, reason });
  }

  complete(completed: { readonly campaign: string; readonly reason: CompletionReason }): void {
    this.#completed.push(completed);
  }

  report(stopped: boolean): TrackReport {
    const failed = this.#failures.length;
    return {
      processed: this.#successful + failed,
      successful: this.#successful,
      failed,
      failures: this.#failures,
      earned: [...this.#earned]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([currency, amount]) => ({ currency, amount })),
      completed: this.#completed,
      stopped,
    };
  }
}
