import {
  PLATFORMS,
  readClipUrl,
  type Platform,
  type UnknownViews,
  type ViewCount,
  type ViewSource,
} from '@payout-engines/core';
import { assertBatch } from '../batch.ts';
import { failed } from '../failed.ts';
import { readCount } from '../read-count.ts';
import { within } from '../within.ts';
import { csvRecords } from './csv-records.ts';

/** Where the counts are kept. */
export interface CsvViewsOptions {
  /** Gives the text of the file; asked again for each batch, so that a file that changes is read anew. */
  readonly read: () => Promise<string>;
  /** Told of each record that names no clip, by its line and why, so that no line is lost in silence. */
  readonly onUnreadable?: (line: number, reason: string) => void;
  /** How long to wait for the text, in milliseconds. Left out, 10,000. */
  readonly timeoutMs?: number;
  /** Left out, every platform. */
  readonly platforms?: readonly Platform[];
  /** Left out, `csv`. */
  readonly id?: string;
}

/** The text is read once for a batch, so that a large one costs least. */
const BATCH_SIZE = 10_000;

/**
 * Views from a file of comma-separated values with a header: `url` and `views`, and if wanted `status`, which says why
 * there is no count (`missing`, `private`, `removed`, `hidden` or `uncounted`). Of several records for one clip the
 * last one counts.
 *
 * @example
 * ```ts
 * import { csvViews } from '@payout-engines/adapters-views';
 *
 * const text = 'url,views\nhttps://youtu.be/jNQXAC9IVRw,5000\nhttps://x.com/jack/status/20,\n';
 * const source = csvViews({ read: () => Promise.resolve(text) });
 * const counts = await source.views(
 *   [
 *     { platform: 'youtube', content: 'jNQXAC9IVRw' },
 *     { platform: 'x', content: '20' },
 *   ],
 *   new AbortController().signal,
 * );
 * counts; // => [{ kind: 'counted', views: 5000n }, { kind: 'unknown', reason: 'hidden' }]
 * ```
 */
export function csvViews(options: CsvViewsOptions): ViewSource {
  const { platforms = PLATFORMS } = options;
  return {
    id: options.id ?? 'csv',
    platforms,
    batchSize: BATCH_SIZE,
    views: async (queries, signal) => {
      assertBatch(queries, BATCH_SIZE);
      const ended = await within(options.timeoutMs ?? 10_000, signal, options.read);
      if (ended.kind === 'given_up') return queries.map(() => failed(ended.code));
      const counts = ended.kind === 'done' ? countsIn(ended.value, options) : undefined;
      return queries.map(({ platform, content }) => {
        if (!platforms.includes(platform)) return failed('unsupported');
        if (ended.kind === 'thrown') return failed('unavailable');
        return counts === undefined
          ? failed('unreadable')
          : (counts.get(`${platform}/${content}`) ?? MISSING);
      });
    },
  };
}

const MISSING: ViewCount = { kind: 'unknown', reason: 'missing' };
const REASONS: readonly UnknownViews[] = ['missing', 'private', 'removed', 'hidden', 'uncounted'];

/** The counts by clip; `undefined` when the text is none that has them. */
function countsIn(
  text: string,
  { onUnreadable }: CsvViewsOptions,
): ReadonlyMap<string, ViewCount> | undefined {
  const counts = new Map<string, ViewCount>();
  let columns: Columns | undefined;
  for (const { line, fields } of csvRecords(text)) {
    if (columns === undefined) {
      columns = columnsOf(fields);
      if (columns === undefined) return undefined;
      continue;
    }
    const read = readClipUrl(fields[columns.url]);
    if (read.kind === 'clip') counts.set(`${read.platform}/${read.content}`, recordCount(fields, columns));
    else onUnreadable?.(line, read.kind === 'refused' ? read.reason : read.kind);
  }
  return columns === undefined ? undefined : counts;
}

interface Columns {
  readonly url: number;
  readonly views: number;
  /** -1 where there is none. */
  readonly status: number;
}

function columnsOf(header: readonly string[]): Columns | undefined {
  const names = header.map((name) => name.trim().toLowerCase());
  const columns = {
    url: names.indexOf('url'),
    views: names.indexOf('views'),
    status: names.indexOf('status'),
  };
  return columns.url < 0 || columns.views < 0 ? undefined : columns;
}

function recordCount(fields: readonly string[], columns: Columns): ViewCount {
  const status = (fields[columns.status] ?? '').trim();
  const reason = REASONS.find((known) => known === status);
  if (reason !== undefined) return { kind: 'unknown', reason };
  // A status that nobody knows, or a record that is cut off before its count, is no count.
  if (status !== '' || fields[columns.views] === undefined) return failed('unreadable');
  return readCount(fields[columns.views]?.trim());
}
