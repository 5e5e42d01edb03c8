/** An oracle for time zones: it reads whole clocks off Intl, where the code reads offsets. */

const formatters = new Map<string, Intl.DateTimeFormat>();

/** What a clock of the zone shows, as the milliseconds at which a clock on UTC shows it. Years of four digits only. */
export function clockAt(zone: string, instant: number): number {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    // Swedish dates are ISO dates.
    formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formatters.set(zone, formatter);
  }
  const wholeSeconds = Date.parse(`${formatter.format(instant).replace(' ', 'T')}Z`);
  return wholeSeconds + (((instant % 1000) + 1000) % 1000);
}

const DAY = 86_400_000;
const changes = new Map<string, readonly number[]>();

/** The instants from 1970 to 2040 at which the clocks of a zone change; a change undone within four weeks is missed. */
export function changesOf(zone: string): readonly number[] {
  const known = changes.get(zone);
  if (known !== undefined) return known;
  const offset = (instant: number) => clockAt(zone, instant) - instant;
  const found: number[] = [];
  let before = offset(Date.UTC(1970, 0, 1));
  for (let to = Date.UTC(1970, 0, 29); to < Date.UTC(2040, 0, 1); to += 28 * DAY) {
    const after = offset(to);
    if (after !== before) {
      let [low, high] = [to - 28 * DAY, to];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (offset(middle) === before) low = middle;
        else high = middle;
      }
      found.push(high);
    }
    before = after;
  }
  changes.set(zone, found);
  return found;
}
