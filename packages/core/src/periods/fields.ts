import { PayoutError } from '../errors.ts';
import { parseDate, parseTimeOfDay } from './local-time.ts';
import type {
  BiweeklySchedule,
  DateSchedule,
  LastWeekdaySchedule,
  MonthlySchedule,
  Schedule,
  Weekday,
} from './schedule.ts';

/** The fields of schedules, each checked where it is read. */

// In the order of getUTCDay.
const WEEKDAYS: readonly Weekday[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
];

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf({ weekday }: { readonly weekday: Weekday }): number {
  const number = WEEKDAYS.indexOf(weekday);
  if (number < 0) throw invalidSchedule('weekday is not a day such as friday, in English and lower case');
  return number;
}

export function dayOf({ day }: MonthlySchedule): number {
  if (!Number.isInteger(day) || day < 1 || day > 31) {
    throw invalidSchedule('day is not a whole number from 1 to 31');
  }
  return day;
}

export function unitOf({ of }: LastWeekdaySchedule): 'month' | 'quarter' {
  if (of !== 'month' && of !== 'quarter') throw invalidSchedule('of is neither month nor quarter');
  return of;
}

/** The anchor's midnight as a local time. */
export function anchorOf({ anchor }: BiweeklySchedule): number {
  const local = parseDate(anchor);
  if (local === undefined) throw invalidSchedule('anchor is not a local date such as 2026-10-01');
  return local;
}

/** The milliseconds from midnight to the boundary. */
export function timeOf({ timeOfDay = '00:00' }: DateSchedule): number {
  const time = parseTimeOfDay(timeOfDay);
  if (time === undefined) throw invalidSchedule('timeOfDay is not a time from 00:00 to 23:59');
  return time;
}

/** For callers without types: what the compiler has excluded. */
export function assertObject(schedule: Schedule): void {
  if (typeof schedule !== 'object' || schedule === null) throw invalidSchedule('it is not an object');
}

/** For callers without types: what the compiler has excluded. */
export function unknownKind(_schedule: never): PayoutError {
  return invalidSchedule('kind is not one of those known here');
}

export function invalidSchedule(reason: string): PayoutError<'INVALID_SCHEDULE'> {
  return new PayoutError('INVALID_SCHEDULE', { reason });
}
