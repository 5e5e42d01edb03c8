import { idProblem } from '../../id.ts';
import { MAX_MINOR } from '../../money/range.ts';
import type { ClipContent, Platform } from '../../campaigns/platform.ts';
import type { StopSignal } from '../../ports/provider.ts';
import type { ViewCount, ViewQuery, ViewSource } from '../../ports/view-source.ts';
import type { CampaignContext } from './context.ts';
import type { Reading } from './book.ts';

/** A clip whose views are to be read. */
export interface Unread extends ClipContent {
  readonly id: string;
  readonly campaign: string;
  readonly url: string;
}

/** What is told of a source that said nothing useful: like any of its own failures. */
const UNREADABLE: ViewCount = { kind: 'failed', code: 'unreadable', retryable: true };
const UNAVAILABLE: ViewCount = { kind: 'failed', code: 'unavailable', retryable: true };
const UNSUPPORTED: ViewCount = { kind: 'failed', code: 'unsupported', retryable: false };

/**
 * Asks the sources for views, each in batches as large as it takes, one after the other; sources of different platforms are
 * asked at the same time. Whatever a source does wrong is told of its clips, and stops no other.
 *
 * What was not asked for any more when the signal aborted is left out.
 */
export async function readViews(
  context: CampaignContext,
  clips: readonly Unread[],
  now: () => Promise<Date>,
  signal: StopSignal | undefined,
  onRead: (clips: number) => void,
): Promise<readonly Reading[]> {
  const readings = await Promise.all(
    [...bySource(context, clips)].map(async ([source, asked]) => {
      const read: Reading[] = [];
      for (const batch of batches(asked, source?.batchSize ?? asked.length)) {
        if (signal?.aborted === true) break;
        const counts = await ask(context, source, batch, signal);
        const at = await now();
        for (const [index, { id: clip, campaign }] of batch.entries()) {
          read.push({ clip, campaign, at, count: counts[index] ?? UNREADABLE });
        }
        onRead(batch.length);
      }
      return read;
    }),
  );
  return readings.flat();
}

function bySource(
  { sourceOf }: CampaignContext,
  clips: readonly Unread[],
): ReadonlyMap<ViewSource | undefined, readonly Unread[]> {
  const groups = new Map<ViewSource | undefined, Unread[]>();
  const platforms = new Map<Platform, Unread[]>();
  for (const clip of clips) {
    const group = platforms.get(clip.platform) ?? [];
    group.push(clip);
    platforms.set(clip.platform, group);
  }
  for (const [platform, group] of platforms) {
    const source = sourceOf.get(platform);
    groups.set(source, [...(groups.get(source) ?? []), ...group]);
  }
  return groups;
}

function* batches<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** One call of a source, which ends when the time is over or the caller aborts. */
async function ask(
  { timers, sourceTimeoutMs }: CampaignContext,
  source: ViewSource | undefined,
  clips: readonly Unread[],
  signal: StopSignal | undefined,
): Promise<readonly ViewCount[]> {
  if (source === undefined) return clips.map(() => UNSUPPORTED);
  const deadline = timers.deadline(sourceTimeoutMs);
  const stop = eitherOf(deadline.signal, signal);
  try {
    const queries: readonly ViewQuery[] = clips.map(({ platform, content, url }) => ({
      platform,
      content,
      url,
    }));
    const counts = await source.views(queries, stop.signal);
    return clips.map((_, index) => credible(counts[index]));
  } catch {
    // A source never throws for what goes wrong outside; one that does has told nothing.
    return clips.map(() => UNAVAILABLE);
  } finally {
    stop.release();
    deadline.cancel();
  }
}

/** One signal that is aborted as soon as one of two is. */
function eitherOf(
  first: StopSignal,
  second: StopSignal | undefined,
): { readonly signal: StopSignal; release(): void } {
  if (second === undefined) return { signal: first, release: () => undefined };
  const listeners = new Set<() => void>();
  const abort = (): void => {
    for (const listener of listeners) listener();
  };
  first.addEventListener('abort', abort);
  second.addEventListener('abort', abort);
  const signal: StopSignal = {
    get aborted() {
      return first.aborted || second.aborted;
    },
    addEventListener: (_type, listener) => {
      listeners.add(listener);
    },
    removeEventListener: (_type, listener) => {
      listeners.delete(listener);
    },
  };
  return {
    signal,
    release: () => {
      first.removeEventListener('abort', abort);
      second.removeEventListener('abort', abort);
    },
  };
}

/**
 * An answer, if it is one: a count below nothing or beyond 64 bits is none, and nothing is paid by guess. What one clip's
 * answer lacks must not keep those of the others from being booked.
 */
function credible(count: ViewCount | undefined): ViewCount {
  switch (count?.kind) {
    case 'counted':
      return isCount(count.views) ? count : UNREADABLE;
    case 'unknown':
      return idProblem(count.reason) === undefined ? count : UNREADABLE;
    case 'failed':
      return idProblem(count.code) === undefined && isWait(count.retryAfterMs) ? count : UNREADABLE;
    default:
      return UNREADABLE;
  }
}

function isCount(views: unknown): boolean {
  return typeof views === 'bigint' && views >= 0n && views <= MAX_MINOR;
}

/** A month at most: whoever asks to be left alone for longer is asked again all the same. */
function isWait(ms: number | undefined): boolean {
  return ms === undefined || (Number.isSafeInteger(ms) && ms >= 0 && ms <= 2_147_483_647);
}
