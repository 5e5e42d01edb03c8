import type { Schedule } from './schedule.ts';
import { timelineOf } from './schedule-timeline.ts';

/**
 * Checks the fields of a schedule. The functions of periods do it themselves; this is for a schedule that is stored
 * before it is used.
 *
 * @throws {@link PayoutError} with code `INVALID_SCHEDULE` or `UNKNOWN_TIME_ZONE`
 *
 * @example
 * ```ts
 * import { assertSchedule } from '@payout-engines/core';
 *
 * assertSchedule({ kind: 'monthly', day: 31, timeZone: 'Asia/Kolkata' }); // => undefined
 * ```
 */
export function assertSchedule(schedule: Schedule): void {
  timelineOf(schedule);
}
