import type { Referral } from './referral.ts';

/**
 * Whether a referral earns at an instant: from `since` on, and strictly before its limit of calendar months (UTC), if
 * it has one. A day that the last month does not have becomes that month's last: a month from January 31 ends on
 * February 28 or 29.
 *
 * @example
 * ```ts
 * import { isReferralRunning } from '@payout-engines/core';
 *
 * const referral = { referrer: 'alice', referred: 'bob', since: new Date('2026-01-31T00:00:00Z') };
 * isReferralRunning(referral, 1, new Date('2026-02-28T00:00:00Z')); // => false
 * ```
 */
export function isReferralRunning({ since }: Referral, months: number | undefined, at: Date): boolean {
  if (at.getTime() < since.getTime()) return false;
  if (months === undefined) return true;
  // Calendar months decide nearly always; only in the last one does the limit itself have to be made.
  const monthsPassed = monthNumber(at) - monthNumber(since);
  return monthsPassed === months ? at.getTime() < addMonths(since, months).getTime() : monthsPassed < months;
}

function monthNumber(instant: Date): number {
  return instant.getUTCFullYear() * 12 + instant.getUTCMonth();
}

/** Counted from the first day, which every month has; the setters carry months over into years. */
function addMonths(from: Date, months: number): Date {
  const target = new Date(from);
  target.setUTCMonth(from.getUTCMonth() + months, 1);
  const lastDay = new Date(target);
  lastDay.setUTCMonth(target.getUTCMonth() + 1, 0);
  const day = from.getUTCDate() < lastDay.getUTCDate() ? from.getUTCDate() : lastDay.getUTCDate();
  target.setUTCDate(day);
  return target;
}
