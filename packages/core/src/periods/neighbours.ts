import { PayoutError } from '../errors.ts';
import { millisecondsOf } from '../instant.ts';
import { periodOf, type Period } from './period.ts';
import type { RecurringSchedule, Schedule } from './schedule.ts';
import { timelineOf } from './schedule-timeline.ts';
import type { Span, Timeline } from './timeline.ts';

/**
 * The period that begins where another ends. It is computed from the schedule's anchor, not from the other's length.
 *
 * @returns undefined only after the last period of a custom schedule
 * @throws {@link PayoutError} with code `PERIOD_MISMATCH` if the schedule does not have the period given: it belongs to
 * another schedule, or the rules of its time zone have changed since it was stored
 *
 * @example
 * ```ts
 * import { nextPeriod, periodAt } from '@payout-engines/core';
 *
 * const schedule = { kind: 'monthly', day: 31, timeZone: 'UTC' } as const;
 * const february = periodAt(schedule, new Date('2026-03-01'));
 * nextPeriod(schedule, february).id; // => '2026-03-31'
 * ```
 */
export function nextPeriod(schedule: RecurringSchedule, period: Period): Period;
export function nextPeriod(schedule: Schedule, period: Period): Period | undefined;
export function nextPeriod(schedule: Schedule, period: Period): Period | undefined {
  const timeline = timelineOf(schedule);
  const next = timeline.at(spanOf(timeline, period).end);
  return next && periodOf(next);
}

/**
 * The period that ends where another begins. It is computed from the schedule's anchor, not from the other's length.
 *
 * @returns undefined only before the first period of a custom schedule
 * @throws {@link PayoutError} with code `PERIOD_MISMATCH` if the schedule does not have the period given
 *
 * @example
 * ```ts
 * import { periodAt, previousPeriod } from '@payout-engines/core';
 *
 * const schedule = { kind: 'daily', timeZone: 'Pacific/Apia' } as const;
 * const newYearsEve = periodAt(schedule, new Date('2011-12-30T12:00:00Z'));
 * `${previousPeriod(schedule, newYearsEve).id} is before ${newYearsEve.id}`; // => '2011-12-29 is before 2011-12-31'
 * ```
 */
export function previousPeriod(schedule: RecurringSchedule, period: Period): Period;
export function previousPeriod(schedule: Schedule, period: Period): Period | undefined;
export function previousPeriod(schedule: Schedule, period: Period): Period | undefined {
  const timeline = timelineOf(schedule);
  const previous = timeline.at(spanOf(timeline, period).start - 1);
  return previous && periodOf(previous);
}

/** The timeline's own span for a period. To go on from a wrong one would leave a gap or an overlap. */
function spanOf(timeline: Timeline, period: Period): Span {
  const [start, end] = [millisecondsOf(period.start), millisecondsOf(period.end)];
  const span = timeline.at(start);
  if (span?.start !== start || span.end !== end || span.id !== period.id) {
    throw new PayoutError('PERIOD_MISMATCH', { start: new Date(start).toISOString() });
  }
  return span;
}
