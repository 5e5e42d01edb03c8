import { PayoutError } from '../errors.ts';
import { inRange } from '../money/range.ts';

/** What is known of a clip's views: where its campaign began, and the highest count seen since. */
export interface ClipViews {
  /** The count when the clip was approved; views up to here are never paid. */
  readonly baseline: bigint;
  /** The highest count seen. It never falls, so that no view is paid twice. */
  readonly highWater: bigint;
}

/** What one reading of a clip's view count changed. */
export interface ViewObservation {
  readonly views: ClipViews;
  /** How far the reading lies above the highest count seen before; zero when it does not. */
  readonly growth: bigint;
  /** How far it lies below that: views the platform took back, or a counter that was reset. Recorded, never charged. */
  readonly fall: bigint;
}

/**
 * The views of a clip at its approval: the first reading is the baseline.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `AMOUNT_OUT_OF_RANGE`
 */
export function approveViews(count: bigint): ClipViews {
  assertViewCount(count, 'count');
  return { baseline: count, highWater: count };
}

/**
 * Takes one reading of a clip's view count. Readings may come in any order and more than once: the highest counts.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `AMOUNT_OUT_OF_RANGE`
 *
 * @example
 * ```ts
 * import { approveViews, observeViews } from '@payout-engines/core';
 *
 * const { views } = observeViews(approveViews(100n), 250n);
 * observeViews(views, 180n);
 * // => { views: { baseline: 100n, highWater: 250n }, growth: 0n, fall: 70n }
 * ```
 */
export function observeViews(views: ClipViews, count: bigint): ViewObservation {
  assertClipViews(views);
  assertViewCount(count, 'count');
  const { baseline, highWater } = views;
  return count > highWater
    ? { views: { baseline, highWater: count }, growth: count - highWater, fall: 0n }
    : { views: { baseline, highWater }, growth: 0n, fall: highWater - count };
}

/** Throws `INVALID_INPUT` or `AMOUNT_OUT_OF_RANGE` unless both counts are view counts and the higher is the higher. */
export function assertClipViews({ baseline, highWater }: ClipViews): void {
  assertViewCount(baseline, 'baseline');
  assertViewCount(highWater, 'highWater');
  if (highWater < baseline) throw invalid('highWater', 'it is below the baseline');
}

function assertViewCount(count: unknown, path: string): void {
  if (typeof count !== 'bigint' || count < 0n) throw invalid(path, 'it must be a bigint, zero or more');
  inRange(count);
}

function invalid(path: string, reason: string): PayoutError {
  return new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}
