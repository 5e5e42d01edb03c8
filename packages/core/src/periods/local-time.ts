/**
 * Local times as numbers: the epoch milliseconds at which a clock on UTC would show the same date and time. On this
 * line all days have 24 hours, so that calendar arithmetic is exact and does not depend on any zone. `Date.UTC` and
 * the `getUTC…` methods do it. The functions of date-fns would do it in the host's zone, and with `TZDate` of
 * `@date-fns/tz` 1.5.0 they do it wrongly on some hosts: with TZ=Atlantic/Azores, the days of 'UTC' drift by an hour.
 */

const DATE = /^[1-9]\d{3}-\d{2}-\d{2}$/;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Midnight of a date `YYYY-MM-DD`, or undefined if there is no such date. */
export function parseDate(text: string): number | undefined {
  if (typeof text !== 'string' || !DATE.test(text)) return undefined;
  const local = Date.parse(`${text}T00:00:00Z`);
  // Date.parse reads February 30 as March 2.
  return Number.isNaN(local) || formatDate(local) !== text ? undefined : local;
}

/** The milliseconds since midnight of a time `HH:MM`, or undefined if there is no such time. */
export function parseTimeOfDay(text: string): number | undefined {
  if (typeof text !== 'string' || !TIME_OF_DAY.test(text)) return undefined;
  return Date.parse(`1970-01-01T${text}:00Z`);
}

/** A date with or without a time, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, or undefined if it is neither. */
export function parseDateTime(text: string): number | undefined {
  if (typeof text !== 'string') return undefined;
  const [date = '', time = '00:00', ...rest] = text.split('T');
  const midnight = parseDate(date);
  const sinceMidnight = parseTimeOfDay(time);
  if (midnight === undefined || sinceMidnight === undefined || rest.length > 0) return undefined;
  return midnight + sinceMidnight;
}

/** The date of a local time, `YYYY-MM-DD`. */
export function formatDate(local: number): string {
  return new Date(local).toISOString().slice(0, -'T00:00:00.000Z'.length);
}

/** The date of a local time, and its time unless that is midnight. */
export function formatDateTime(local: number): string {
  return new Date(local)
    .toISOString()
    .slice(0, -':00.000Z'.length)
    .replace(/T00:00$/, '');
}
