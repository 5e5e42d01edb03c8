import { millisecondsInDay } from 'date-fns/constants';
import type { TimeZone } from './time-zone.ts';

/**
 * The first instant at which the clocks of a zone show a local time, or a later one.
 *
 * If the clocks skip the local time, that is the instant they jump; if they show it twice, the first time. Defined
 * like this it never decreases as the local time increases, over gaps, overlaps and skipped days alike, so that
 * boundaries keep their order. (The usual rule, to shift a skipped time by the length of the gap, does not: it puts a
 * skipped 02:30 after 03:00.)
 */
export function firstInstantOf(zone: TimeZone, local: number): number {
  // Offsets are less than a day, so the answer is less than a day from the same time on UTC, and at most one change
  // of the clocks is near: in all of tz 2025b no two in one zone are closer than 95 hours.
  const before = zone.offsetAt(local - millisecondsInDay);
  const after = zone.offsetAt(local + millisecondsInDay);
  const early = local - before;
  if (zone.offsetAt(early) === before) return early;
  const late = local - after;
  if (zone.offsetAt(late) === after) return late;
  return clockChange(zone, late, early);
}

/** The instant in `(from, to]` at which the offset stops being that of `from`, where there is one. */
export function clockChange(zone: TimeZone, from: number, to: number): number {
  const offset = zone.offsetAt(from);
  let unchanged = from;
  let changed = to;
  while (changed - unchanged > 1) {
    const middle = unchanged + ((changed - unchanged) >> 1);
    if (zone.offsetAt(middle) === offset) unchanged = middle;
    else changed = middle;
  }
  return changed;
}
