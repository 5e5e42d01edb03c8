/** Days of months as local times. Months are numbered from January 2000, negative before it. */

/** A day of a month; in a month without that day, its last. */
export function dayOfMonth(month: number, day: number): number {
  return Date.UTC(2000, month, Math.min(day, lastDayOf(month).getUTCDate()));
}

/** The last such weekday of a month, 0 for Sunday to 6 for Saturday. */
export function lastWeekdayOfMonth(month: number, weekday: number): number {
  const lastDay = lastDayOf(month);
  const back = lastDay.getUTCDay() - weekday;
  return lastDay.setUTCDate(lastDay.getUTCDate() - (back < 0 ? back + 7 : back));
}

function lastDayOf(month: number): Date {
  return new Date(Date.UTC(2000, month + 1, 0));
}
