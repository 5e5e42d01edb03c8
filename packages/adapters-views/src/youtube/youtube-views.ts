import {
  isContentId,
  type ViewCount,
  type ViewFailure,
  type ViewQuery,
  type ViewSource,
} from '@payout-engines/core';
import { assertBatch } from '../batch.ts';
import { failed, type FailedCount } from '../failed.ts';
import { property } from '../json-object.ts';
import { within } from '../within.ts';
import { limitedText } from './limited-text.ts';
import { retryAfterMs } from './retry-after.ts';
import { videoCount } from './video-count.ts';
import { youtubeFailure } from './youtube-failure.ts';

/** How the YouTube Data API is reached. */
export interface YoutubeViewsOptions {
  /** An API key, or a function that gives the current one. Never in an answer or an error. */
  readonly key: string | (() => Promise<string>);
  /** How long to wait for an answer, in milliseconds. Left out, 10,000. */
  readonly timeoutMs?: number;
  /** Left out, `https://www.googleapis.com`. */
  readonly baseUrl?: string;
  /** Left out, `youtube`. */
  readonly id?: string;
}

/** What one call of `videos.list` takes. */
const BATCH_SIZE = 50;
/** Of 50 videos, only what is asked for below comes back: less than a fiftieth of this. */
const ANSWER_BYTES_MAX = 1_000_000;
const FIELDS = 'items(id,statistics/viewCount,status(uploadStatus,privacyStatus))';

/**
 * Views of YouTube videos and shorts from the Data API v3: one unit of its quota for each batch of 50.
 *
 * @example
 * ```ts no-run
 * import { youtubeViews } from '@payout-engines/adapters-views';
 *
 * const source = youtubeViews({ key: process.env.YOUTUBE_KEY ?? '' });
 * await source.views([{ platform: 'youtube', content: 'jNQXAC9IVRw' }], new AbortController().signal);
 * ```
 */
export function youtubeViews(options: YoutubeViewsOptions): ViewSource {
  return {
    id: options.id ?? 'youtube',
    platforms: ['youtube'],
    batchSize: BATCH_SIZE,
    views: async (queries, signal) => {
      assertBatch(queries, BATCH_SIZE);
      const ids = [...new Set(queries.filter(isVideo).map(({ content }) => content))];
      if (ids.length === 0) return queries.map(() => failed(signal.aborted ? 'aborted' : 'unsupported'));
      const ended = await within(options.timeoutMs ?? 10_000, signal, (stopped) =>
        ask(options, ids, stopped),
      );
      const answer = ended.kind === 'done' ? ended.value : failure(ended);
      return queries.map((query) => {
        if (ended.kind === 'given_up' && ended.code === 'aborted') return failed('aborted');
        if (!isVideo(query)) return failed('unsupported');
        return 'kind' in answer ? answer : (answer.get(query.content) ?? MISSING);
      });
    },
  };
}

const MISSING: ViewCount = { kind: 'unknown', reason: 'missing' };

/** What is no id of YouTube is not asked for: a comma in it would ask for other videos. */
function isVideo(query: ViewQuery): boolean {
  return query.platform === 'youtube' && isContentId(query);
}

/** Whatever a request throws, it had no answer; what it says may hold the address with the key. */
function failure(
  ended: { readonly kind: 'thrown' } | { readonly kind: 'given_up'; readonly code: ViewFailure },
) {
  return failed(ended.kind === 'thrown' ? 'unavailable' : ended.code);
}

/** The counts of the videos that there are, by id; or why there is no answer about any. */
async function ask(
  { key, baseUrl = 'https://www.googleapis.com' }: YoutubeViewsOptions,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ViewCount> | FailedCount> {
  const url = new URL('/youtube/v3/videos', baseUrl);
  url.searchParams.set('part', 'statistics,status');
  url.searchParams.set('id', ids.join(','));
  url.searchParams.set('fields', FIELDS);
  url.searchParams.set('key', typeof key === 'string' ? key : await key());
  // Another host is not to get the key.
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  const text = await limitedText(response, ANSWER_BYTES_MAX);
  const body = text === undefined ? undefined : parsed(text);
  if (!response.ok) return failed(youtubeFailure(response.status, body), retryAfterMs(response.headers));
  return countsIn(property(body, 'items'), ids);
}

function countsIn(items: unknown, ids: readonly string[]): ReadonlyMap<string, ViewCount> | FailedCount {
  if (!Array.isArray(items)) return failed('unreadable');
  const counts = new Map<string, ViewCount>();
  let unreadable = false;
  for (const item of items) {
    const id = property(item, 'id');
    if (typeof id === 'string' && ids.includes(id)) counts.set(id, videoCount(item));
    else unreadable = true;
  }
  // Which videos the unreadable items were about, nobody knows: those without an answer are not missing for sure.
  if (unreadable) for (const id of ids) if (!counts.has(id)) counts.set(id, failed('unreadable'));
  return counts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
