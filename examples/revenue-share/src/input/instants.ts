import { boundaryOnOrAfter, PayoutError } from '@payout-engines/core';

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads an instant: `2026-10-01T12:00:00Z` with the offset written out, or a date, which is the first instant of that
 * day in the time zone. A time without an offset is refused, because it is a different instant for everyone.
 *
 * @throws PayoutError with code `INVALID_INSTANT` or `UNKNOWN_TIME_ZONE`
 */
export function parseInstant(text: string, timeZone: string): Date {
  if (DATE.test(text)) return dayStart(text, timeZone);
  const date = INSTANT.exec(text)?.[1];
  if (date === undefined || !isRealDate(date)) {
    throw new PayoutError('INVALID_INSTANT', {
      reason: 'it is neither like 2026-10-01T12:00:00Z nor a date like 2026-10-01',
    });
  }
  return new Date(text);
}

/** `Date` reads 30 February as 2 March. */
function isRealDate(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}

// Files have few dates and many lines, and a boundary of a time zone takes a hundred times as long as a lookup.
const known = new Map<string, Date>();
const KNOWN_MAX = 10_000;

function dayStart(date: string, timeZone: string): Date {
  const key = `${timeZone} ${date}`;
  const remembered = known.get(key);
  if (remembered !== undefined) return remembered;
  const { instant } = boundaryOnOrAfter({ kind: 'daily', timeZone }, date);
  if (known.size < KNOWN_MAX) known.set(key, instant);
  return instant;
}
