import { PayoutError } from '../errors.ts';
import { lastUpTo } from './boundaries.ts';
import { assertObject } from './fields.ts';
import { formatDate, parseDate } from './local-time.ts';
import type { CustomSchedule, DateSchedule } from './schedule.ts';
import { zonedBoundariesOf } from './zoned-boundaries.ts';

/** A boundary of a schedule, such as a payout date. */
export interface Boundary {
  /** Its local date, `YYYY-MM-DD`. */
  readonly date: string;
  /** When it is reached. */
  readonly instant: Date;
}

/**
 * The first boundary of a schedule on or after a local date: the next payout date, for a calendar of payouts.
 *
 * @returns undefined only after the last boundary of a custom schedule
 * @throws {@link PayoutError} with code `INVALID_SCHEDULE` (an hourly one has no dates), `UNKNOWN_TIME_ZONE`, or
 * `INVALID_INSTANT` if the date is none
 *
 * @example
 * ```ts
 * import { boundaryOnOrAfter } from '@payout-engines/core';
 *
 * const fridays = { kind: 'last-weekday', weekday: 'friday', of: 'month', timeZone: 'America/Los_Angeles' } as const;
 * boundaryOnOrAfter(fridays, '2026-10-31').date; // => '2026-11-27'
 * ```
 */
export function boundaryOnOrAfter(schedule: DateSchedule, date: string): Boundary;
export function boundaryOnOrAfter(
  schedule: DateSchedule | CustomSchedule,
  date: string,
): Boundary | undefined;
export function boundaryOnOrAfter(
  schedule: DateSchedule | CustomSchedule,
  date: string,
): Boundary | undefined {
  assertObject(schedule);
  const boundaries = zonedBoundariesOf(schedule);
  const midnight = parseDate(date);
  if (midnight === undefined) {
    throw new PayoutError('INVALID_INSTANT', { reason: 'it is not a local date such as 2026-10-01' });
  }
  const { instantOf } = boundaries;
  let number = lastUpTo(boundaries, midnight - 1) + 1;
  // Of boundaries that the clocks skipped together the last is kept, as in periodAt.
  while (number < boundaries.last && instantOf(number) === instantOf(number + 1)) number += 1;
  if (number > boundaries.last) return undefined;
  return { date: formatDate(boundaries.at(number)), instant: new Date(instantOf(number)) };
}
