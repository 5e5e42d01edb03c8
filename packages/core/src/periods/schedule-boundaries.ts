import { millisecondsInDay, millisecondsInWeek } from 'date-fns/constants';
import type { Boundaries } from './boundaries.ts';
import { customBoundaries } from './custom-boundaries.ts';
import { anchorOf, dayOf, timeOf, unitOf, unknownKind, weekdayOf } from './fields.ts';
import { dayOfMonth, lastWeekdayOfMonth } from './month.ts';
import type { CustomSchedule, DateSchedule } from './schedule.ts';

/**
 * The boundaries of a schedule that is not hourly.
 *
 * @throws {@link PayoutError} with code `INVALID_SCHEDULE`
 */
export function boundariesOf(schedule: DateSchedule | CustomSchedule): Boundaries {
  if (schedule.kind === 'custom') return customBoundaries(schedule);
  const time = timeOf(schedule);
  switch (schedule.kind) {
    case 'daily':
      return recurring(366, (number) => number * millisecondsInDay + time);
    case 'weekly': {
      // The first Sunday of 1970 was January 4.
      const anchor = Date.UTC(1970, 0, 4 + weekdayOf(schedule));
      return recurring(53, (number) => anchor + number * millisecondsInWeek + time);
    }
    case 'biweekly': {
      const anchor = anchorOf(schedule);
      return recurring(27, (number) => anchor + number * 2 * millisecondsInWeek + time);
    }
    case 'semimonthly':
      return recurring(24, (number) => dayOfMonth(number >> 1, (number & 1) === 0 ? 1 : 15) + time);
    case 'monthly': {
      const day = dayOf(schedule);
      return recurring(12, (number) => dayOfMonth(number, day) + time);
    }
    case 'quarterly':
      return recurring(4, (number) => dayOfMonth(number * 3, 1) + time);
    case 'last-weekday': {
      const weekday = weekdayOf(schedule);
      return unitOf(schedule) === 'month'
        ? recurring(12, (number) => lastWeekdayOfMonth(number, weekday) + time)
        : recurring(4, (number) => lastWeekdayOfMonth(number * 3 + 2, weekday) + time);
    }
    default:
      throw unknownKind(schedule);
  }
}

/** Boundaries that reach 9,000 years to each side of their anchor: farther than any instant that is accepted. */
function recurring(perYearMax: number, at: Boundaries['at']): Boundaries {
  return { first: -9000 * perYearMax, last: 9000 * perYearMax, at };
}
