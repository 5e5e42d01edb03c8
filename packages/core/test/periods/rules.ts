import type { DateSchedule, Weekday } from '../../src/periods/schedule.ts';

export const WEEKDAYS: readonly Weekday[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
];

const DAY = 86_400_000;

/** An oracle for schedules: whether a local date is one of a schedule's, by what the schedule says in words. */
export function isDateOf(schedule: DateSchedule, date: string): boolean {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const day = new Date(midnight).getUTCDate();
  const month = new Date(midnight).getUTCMonth() + 1;
  const later = (days: number) => new Date(midnight + days * DAY).getUTCMonth() + 1;
  switch (schedule.kind) {
    case 'daily':
      return true;
    case 'weekly':
      return isWeekday(midnight, schedule.weekday);
    case 'biweekly':
      return ((midnight - Date.parse(`${schedule.anchor}T00:00:00Z`)) / DAY) % 14 === 0;
    case 'semimonthly':
      return day === 1 || day === 15;
    case 'monthly':
      return day === schedule.day || (day < schedule.day && later(1) !== month);
    case 'quarterly':
      return day === 1 && month % 3 === 1;
    case 'last-weekday':
      return (
        isWeekday(midnight, schedule.weekday) &&
        later(7) !== month &&
        (schedule.of === 'month' || month % 3 === 0)
      );
  }
}

/** The local dates of a schedule from one date to another, both included. */
export function datesOf(schedule: DateSchedule, from: string, to: string): string[] {
  const dates: string[] = [];
  for (
    let midnight = Date.parse(`${from}T00:00:00Z`);
    midnight <= Date.parse(`${to}T00:00:00Z`);
    midnight += DAY
  ) {
    const date = new Date(midnight).toISOString().slice(0, 10);
    if (isDateOf(schedule, date)) dates.push(date);
  }
  return dates;
}

function isWeekday(midnight: number, weekday: Weekday): boolean {
  // 1970-01-01 was a Thursday.
  return WEEKDAYS[(((midnight / DAY + 4) % 7) + 7) % 7] === weekday;
}
