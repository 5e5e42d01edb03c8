import { PayoutError } from '../errors.ts';
import { millisecondsOf } from '../instant.ts';
import { periodOf, type Period } from './period.ts';
import type { Schedule } from './schedule.ts';
import { timelineOf } from './schedule-timeline.ts';
import type { Timeline } from './timeline.ts';

/**
 * The periods that share an instant with `[from, to)`, in order: the first may begin before `from`, the last may end
 * after `to`. They are computed one by one as they are asked for, and can be iterated again.
 *
 * @throws {@link PayoutError} with code `INVALID_SCHEDULE`, `UNKNOWN_TIME_ZONE` or `INVALID_INSTANT`
 *
 * @example
 * ```ts
 * import { periodsBetween } from '@payout-engines/core';
 *
 * const schedule = { kind: 'monthly', day: 31, timeZone: 'UTC' } as const;
 * const periods = periodsBetween(schedule, new Date('2026-02-01'), new Date('2026-04-01'));
 * Array.from(periods, (period) => period.id).join(' '); // => '2026-01-31 2026-02-28 2026-03-31'
 * ```
 */
export function periodsBetween(schedule: Schedule, from: Date, to: Date): Iterable<Period> {
  const timeline = timelineOf(schedule);
  const [start, end] = [millisecondsOf(from), millisecondsOf(to)];
  if (start > end) throw new PayoutError('INVALID_INSTANT', { reason: 'from is after to' });
  return { [Symbol.iterator]: () => walk(timeline, start, end) };
}

function* walk(timeline: Timeline, from: number, to: number): Generator<Period, void> {
  if (from === to) return;
  let span = timeline.at(Math.max(from, timeline.start()));
  while (span !== undefined && span.start < to) {
    yield periodOf(span);
    span = timeline.at(span.end);
  }
}
