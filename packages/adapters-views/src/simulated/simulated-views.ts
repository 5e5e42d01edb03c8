import {
  divide,
  isContentId,
  PLATFORMS,
  type ClipContent,
  type Clock,
  type Platform,
  type UnknownViews,
  type ViewCount,
  type ViewFailure,
  type ViewQuery,
  type ViewSource,
} from '@payout-engines/core';
import { assertBatch } from '../batch.ts';
import { failed } from '../failed.ts';
import { draw } from './draw.ts';

/** What a simulated world is like. The same options give the same counts, for ever. */
export interface SimulatedViewsOptions {
  /** The time that views grow by; that of the engine under test. */
  readonly clock: Clock;
  /** Left out, 1. Another seed is another world. */
  readonly seed?: number;
  /** When every clip that nobody has set has no views yet. Left out, the beginning of 2026. */
  readonly since?: Date;
  /** The most views that a clip gains in an hour; each has a pace of its own. Left out, 1,000. */
  readonly perHour?: bigint;
  /** Of 1,000 readings, so many show fewer views than there were. Left out, none. */
  readonly falls?: number;
  /** Of 1,000 readings, so many show no count. Left out, none. */
  readonly gaps?: number;
  /** Of 1,000 readings, so many fail. Left out, none. */
  readonly failures?: number;
  /** Left out, every platform. */
  readonly platforms?: readonly Platform[];
  /** Left out, 50. */
  readonly batchSize?: number;
  /** Left out, `simulated`. */
  readonly id?: string;
}

/** A source without an outside, and what a test can do to it. */
export interface SimulatedViews extends ViewSource {
  /** From now on the clip shows this, whatever the time: a count, a reason for none, or a failure. */
  set(clip: ClipContent, shown: bigint | UnknownViews | { readonly failed: ViewFailure }): void;
  /** From now on the clip grows by itself again. */
  release(clip: ClipContent): void;
  /** From now on every reading fails so; `undefined` ends it. */
  fail(code: ViewFailure | undefined): void;
  /** From now on nothing is answered until `resume`, however long it takes. */
  stall(): void;
  resume(): void;
  /** How often it was asked, and for how many clips. */
  readonly asked: { readonly calls: number; readonly clips: number };
}

const HOUR_MS = 3_600_000n;
const UNKNOWN: readonly UnknownViews[] = ['missing', 'private', 'removed', 'hidden', 'uncounted'];
const FAILURES: readonly ViewFailure[] = ['rate_limited', 'timeout', 'unavailable'];

/**
 * A view source for tests, demonstrations and measurements: counts that grow with the clock, each clip at a pace of
 * its own, with falls, gaps and failures as often as asked for. It draws lots by seed, clip and hour, so that any order
 * and any repetition of readings gives the same.
 *
 * @example
 * ```ts
 * import { simulatedViews } from '@payout-engines/adapters-views';
 *
 * const source = simulatedViews({ clock: () => new Date('2026-02-01T00:00:00Z') });
 * const clip = { platform: 'youtube', content: 'jNQXAC9IVRw' } as const;
 * source.set(clip, 5_000n);
 * const counts = await source.views([clip], new AbortController().signal);
 * counts; // => [{ kind: 'counted', views: 5000n }]
 * ```
 */
export function simulatedViews(options: SimulatedViewsOptions): SimulatedViews {
  const { platforms = PLATFORMS, batchSize = 50 } = options;
  const shown = new Map<string, ViewCount>();
  const waiting = new Set<() => void>();
  let failing: ViewFailure | undefined;
  let stalled = false;
  let calls = 0;
  let clips = 0;

  const answer = (query: ViewQuery, now: Date): ViewCount => {
    if (!platforms.includes(query.platform) || !isContentId(query)) return failed('unsupported');
    if (failing !== undefined) return failed(failing);
    return shown.get(nameOf(query)) ?? drawn(query, now, options);
  };

  return {
    id: options.id ?? 'simulated',
    platforms,
    batchSize,
    get asked() {
      return { calls, clips };
    },
    set: (clip, what) => void shown.set(nameOf(clip), countOf(what)),
    release: (clip) => void shown.delete(nameOf(clip)),
    fail: (code) => {
      failing = code;
    },
    stall: () => {
      stalled = true;
    },
    resume: () => {
      stalled = false;
      for (const go of [...waiting]) go();
    },
    views: async (queries, signal) => {
      assertBatch(queries, batchSize);
      calls += 1;
      clips += queries.length;
      if (stalled && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const go = () => {
            waiting.delete(go);
            signal.removeEventListener('abort', go);
            resolve();
          };
          waiting.add(go);
          signal.addEventListener('abort', go);
        });
      }
      if (signal.aborted) return queries.map(() => failed('aborted'));
      const now = options.clock();
      return queries.map((query) => answer(query, now));
    },
  };
}

function nameOf({ platform, content }: ClipContent): string {
  return `${platform}/${content}`;
}

function countOf(shown: Parameters<SimulatedViews['set']>[1]): ViewCount {
  if (typeof shown === 'bigint') return { kind: 'counted', views: shown };
  return typeof shown === 'string' ? { kind: 'unknown', reason: shown } : failed(shown.failed);
}

/** What chance shows of a clip in an hour. */
function drawn(query: ViewQuery, now: Date, options: SimulatedViewsOptions): ViewCount {
  const { seed = 1, since = new Date('2026-01-01T00:00:00Z'), perHour = 1_000n } = options;
  const clip = `${seed}/${nameOf(query)}`;
  const elapsed = BigInt(Math.max(0, now.getTime() - since.getTime()));
  const hour = `${clip}/${divide(elapsed, HOUR_MS, 'floor')}`;
  if (draw(`${hour}/failure`, 1_000n) < BigInt(options.failures ?? 0)) {
    return failed(FAILURES.at(indexOf(`${hour}/code`, FAILURES.length)) ?? 'unavailable');
  }
  if (draw(`${hour}/gap`, 1_000n) < BigInt(options.gaps ?? 0)) {
    return { kind: 'unknown', reason: UNKNOWN.at(indexOf(`${hour}/reason`, UNKNOWN.length)) ?? 'missing' };
  }
  const pace = draw(`${clip}/pace`, perHour + 1n);
  const views = divide(pace * elapsed, HOUR_MS, 'floor');
  if (draw(`${hour}/fall`, 1_000n) >= BigInt(options.falls ?? 0)) return { kind: 'counted', views };
  return { kind: 'counted', views: draw(`${hour}/left`, views + 1n) };
}

function indexOf(lot: string, count: number): number {
  const index: unknown = JSON.parse(draw(lot, BigInt(count)).toString());
  return typeof index === 'number' ? index : 0;
}
