import { divide } from '../money/rounding.ts';

/** The parts of a budget, in percent, at which it is told how much is spent. */
export const ALERT_PERCENTS = [50, 90, 95, 100] as const;

/** One of them. */
export type AlertPercent = (typeof ALERT_PERCENTS)[number];

/**
 * Which parts of a budget are reached now and were not before.
 *
 * @example
 * ```ts
 * import { alertsBetween } from '@payout-engines/core';
 *
 * alertsBetween(4_999n, 9_200n, 10_000n); // => [50, 90]
 * ```
 */
export function alertsBetween(spentBefore: bigint, spent: bigint, budget: bigint): readonly AlertPercent[] {
  return ALERT_PERCENTS.filter(
    (percent) => isReached(spent, budget, percent) && !isReached(spentBefore, budget, percent),
  );
}

function isReached(spent: bigint, budget: bigint, percent: AlertPercent): boolean {
  return budget > 0n && spent * 100n >= budget * BigInt(percent);
}

/** How much of a budget is spent, in whole percent, rounded down. */
export function percentSpent(spent: bigint, budget: bigint): bigint {
  return budget > 0n ? divide(spent * 100n, budget, 'floor') : 0n;
}
