import { millisecondsOf } from '../instant.ts';
import { periodOf, type Period } from './period.ts';
import type { RecurringSchedule, Schedule } from './schedule.ts';
import { timelineOf } from './schedule-timeline.ts';

/**
 * Finds the one period of a schedule that contains an instant.
 *
 * A boundary is the first instant at which local clocks show its time or a later one. Where they skip the time, that
 * is the instant they jump; where they show it twice, the first. Boundaries that a jump brings together (Samoa had no
 * 30 December 2011) are one boundary with the name of the last, so that no period is empty.
 *
 * @returns undefined only for a custom schedule, outside its boundaries
 * @throws {@link PayoutError} with code `INVALID_SCHEDULE`, `UNKNOWN_TIME_ZONE` or `INVALID_INSTANT`
 *
 * @example
 * ```ts
 * import { periodAt } from '@payout-engines/core';
 *
 * const schedule = { kind: 'semimonthly', timeZone: 'Europe/Berlin' } as const;
 * const period = periodAt(schedule, new Date('2026-10-05T12:00:00Z'));
 * `${period.id} from ${period.start.toISOString()}`; // => '2026-10-01 from 2026-09-30T22:00:00.000Z'
 * ```
 */
export function periodAt(schedule: RecurringSchedule, instant: Date): Period;
export function periodAt(schedule: Schedule, instant: Date): Period | undefined;
export function periodAt(schedule: Schedule, instant: Date): Period | undefined {
  const span = timelineOf(schedule).at(millisecondsOf(instant));
  return span && periodOf(span);
}
