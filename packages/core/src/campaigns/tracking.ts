import { PayoutError } from '../errors.ts';

/** How often a clip is read. */
export interface TrackingPolicy {
  /** Milliseconds between two readings of a clip that was just approved. */
  readonly everyMs: number;
  /** At this age the time between readings doubles, and again each time that the age has doubled. */
  readonly slowAfterMs: number;
  /** The longest time between two readings. */
  readonly longestMs: number;
}

/** Every hour at first, from the third day on every two hours, and so on up to once a day. */
export const DEFAULT_TRACKING: TrackingPolicy = {
  everyMs: 3_600_000,
  slowAfterMs: 172_800_000,
  longestMs: 86_400_000,
};

/** A month: leaves the sums below 2^31. */
const WAIT_MAX = 2_147_483_647;

/** @throws {@link PayoutError} with code `INVALID_INPUT` */
export function assertTracking({ everyMs, slowAfterMs, longestMs }: TrackingPolicy): void {
  for (const [path, value] of Object.entries({ everyMs, slowAfterMs, longestMs })) {
    if (!Number.isInteger(value) || value < 1 || value > WAIT_MAX) {
      throw invalid(`tracking.${path}`, 'it must be a whole number from 1 to 2^31 - 1');
    }
  }
  if (longestMs < everyMs) throw invalid('tracking.longestMs', 'it must not be below everyMs');
}

/**
 * When a clip is read next: the older it is, the later.
 *
 * @example
 * ```ts
 * import { DEFAULT_TRACKING, nextReadingAt } from '@payout-engines/core';
 *
 * const approvedAt = new Date('2026-01-01T00:00:00Z');
 * nextReadingAt(DEFAULT_TRACKING, approvedAt, new Date('2026-01-05T00:00:00Z')).toISOString();
 * // => '2026-01-05T04:00:00.000Z'
 * ```
 */
export function nextReadingAt(policy: TrackingPolicy, approvedAt: Date, now: Date): Date {
  const { everyMs, slowAfterMs, longestMs } = policy;
  const age = now.getTime() - approvedAt.getTime();
  let wait = everyMs;
  for (let slower = slowAfterMs; slower <= age && wait < longestMs; slower += slower) wait += wait;
  return new Date(now.getTime() + Math.min(wait, longestMs));
}

function invalid(path: string, reason: string): PayoutError {
  return new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}
