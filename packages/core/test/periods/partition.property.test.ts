import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertId } from '../../src/id.ts';
import { nextPeriod, previousPeriod } from '../../src/periods/neighbours.ts';
import { periodAt } from '../../src/periods/period-at.ts';
import { periodsBetween } from '../../src/periods/periods-between.ts';
import { changesOf, clockAt } from './clock.ts';
import { customSchedule, recurringSchedule, runs, withInstant } from './arbitraries.ts';

const ms = (date: Date) => date.getTime();

describe('the periods of any schedule in any zone (I25)', () => {
  it('contain every instant, and none is empty', () => {
    fc.assert(
      fc.property(withInstant(recurringSchedule), ([schedule, instant]) => {
        const period = periodAt(schedule, instant);
        expect(ms(period.start)).toBeLessThanOrEqual(ms(instant));
        expect(ms(period.end)).toBeGreaterThan(ms(instant));
      }),
      runs(400),
    );
  });

  it('contain it once: each instant of a period finds that period, its end finds the next', () => {
    fc.assert(
      fc.property(
        withInstant(recurringSchedule),
        fc.double({ min: 0, max: 1, noNaN: true }),
        ([schedule, instant], part) => {
          const period = periodAt(schedule, instant);
          const [start, end] = [ms(period.start), ms(period.end)];
          for (const inside of [
            start,
            end - 1,
            Math.min(end - 1, Math.floor(start + part * (end - start))),
          ]) {
            expect(periodAt(schedule, new Date(inside))).toEqual(period);
          }
          const next = periodAt(schedule, period.end);
          expect(next.start).toEqual(period.end);
          expect(nextPeriod(schedule, period)).toEqual(next);
          const previous = periodAt(schedule, new Date(start - 1));
          expect(previous.end).toEqual(period.start);
          expect(previousPeriod(schedule, period)).toEqual(previous);
        },
      ),
      runs(400),
    );
  });

  it('are the same whether walked to from any point, forwards or backwards, or computed at once', () => {
    fc.assert(
      fc.property(
        withInstant(recurringSchedule),
        fc.integer({ min: 1, max: 40 }),
        ([schedule, instant], steps) => {
          const origin = periodAt(schedule, instant);
          const walked = [origin];
          let period = origin;
          for (let step = 0; step < steps; step++) {
            period = nextPeriod(schedule, period);
            walked.push(period);
            expect(periodAt(schedule, period.start)).toEqual(period);
          }
          expect([...periodsBetween(schedule, instant, period.end)]).toEqual(walked);
          for (let step = 0; step < steps; step++) period = previousPeriod(schedule, period);
          expect(period).toEqual(origin);
        },
      ),
      runs(100),
    );
  });

  it('have ids that are valid, differ, and sort as the periods do', () => {
    fc.assert(
      fc.property(withInstant(recurringSchedule), ([schedule, instant]) => {
        const ids: string[] = [];
        for (const { id } of periodsBetween(schedule, instant, new Date('2041-01-01'))) {
          assertId(id, 'period');
          expect(id).not.toContain('/');
          if (ids.push(id) > 30) break;
        }
        expect([...ids].sort()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      runs(300),
    );
  });
});

describe('the periods of custom boundaries in any zone', () => {
  it('join from the first boundary to the last, and contain every instant in between once', () => {
    fc.assert(
      fc.property(withInstant(customSchedule), ([schedule, instant]) => {
        const periods = [...periodsBetween(schedule, new Date('1960-01-01'), new Date('2050-01-01'))];
        for (const [index, period] of periods.entries()) {
          expect(ms(period.end)).toBeGreaterThan(ms(period.start));
          expect(period.start).toEqual(periods[index - 1]?.end ?? period.start);
          expect(nextPeriod(schedule, period)).toEqual(periods[index + 1]);
          expect(previousPeriod(schedule, period)).toEqual(periods[index - 1]);
          for (const inside of [ms(period.start), ms(period.end) - 1]) {
            expect(periodAt(schedule, new Date(inside))).toEqual(period);
          }
        }
        const containing = periods.filter(({ start, end }) => start <= instant && instant < end);
        expect(containing).toEqual([periodAt(schedule, instant) ?? []].flat());
        // Only clocks that jump over all of the boundaries leave nothing between them.
        if (periods.length < schedule.boundaries.length - 1)
          expect(changesOf(schedule.timeZone)).not.toEqual([]);
        const ends = [periods[0]?.start, periods.at(-1)?.end];
        for (const [index, boundary] of [schedule.boundaries[0], schedule.boundaries.at(-1)].entries()) {
          const end = ends[index];
          if (end === undefined || boundary === undefined) continue;
          const local = Date.parse(`${boundary}Z`);
          expect(clockAt(schedule.timeZone, ms(end))).toBeGreaterThanOrEqual(local);
          expect(clockAt(schedule.timeZone, ms(end) - 1)).toBeLessThan(local);
        }
      }),
      runs(300),
    );
  });
});
