import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOnOrAfter } from '../../src/periods/boundary-on-or-after.ts';
import { periodAt } from '../../src/periods/period-at.ts';
import { dateSchedule, runs, withInstant, ZONES } from './arbitraries.ts';
import { changesOf, clockAt } from './clock.ts';
import { datesOf } from './rules.ts';

const QUARTER_HOUR = 900_000;
const DAY = 86_400_000;
const ms = (date: Date) => date.getTime();

const localTimeOf = (date: string, timeOfDay = '00:00') => Date.parse(`${date}T${timeOfDay}:00Z`);

describe('the boundaries of any schedule in any zone', () => {
  it('are the first instants at which local clocks show their time or a later one', () => {
    fc.assert(
      fc.property(withInstant(dateSchedule), ([schedule, instant]) => {
        const { id, start } = periodAt(schedule, instant);
        const local = localTimeOf(id, schedule.timeOfDay);
        expect(clockAt(schedule.timeZone, ms(start))).toBeGreaterThanOrEqual(local);
        expect(clockAt(schedule.timeZone, ms(start) - 1)).toBeLessThan(local);
        for (let before = ms(start) - QUARTER_HOUR; before > ms(start) - 2 * DAY; before -= QUARTER_HOUR) {
          expect(clockAt(schedule.timeZone, before) < local).toBe(true);
        }
      }),
      runs(200),
    );
  });

  it('fall on the dates that the schedule says, and on all of them', () => {
    fc.assert(
      fc.property(withInstant(dateSchedule), ([schedule, instant]) => {
        const period = periodAt(schedule, instant);
        const next = periodAt(schedule, period.end);
        const dates = datesOf(schedule, period.id, next.id);
        expect(dates[0]).toBe(period.id);
        expect(dates.at(-1)).toBe(next.id);
        // Dates in between are those that the clocks skipped.
        for (const skipped of dates.slice(1, -1)) {
          expect(clockAt(schedule.timeZone, ms(period.end) - 1)).toBeLessThan(
            localTimeOf(skipped, schedule.timeOfDay),
          );
        }
      }),
      runs(400),
    );
  });

  it('follow any date: the first on or after it begins a period of that name', () => {
    fc.assert(
      fc.property(withInstant(dateSchedule), ([schedule, instant]) => {
        const date = instant.toISOString().slice(0, 10);
        const boundary = boundaryOnOrAfter(schedule, date);
        const period = periodAt(schedule, boundary.instant);
        expect([period.id, period.start]).toEqual([boundary.date, boundary.instant]);
        const earlier = datesOf(schedule, date, boundary.date).slice(0, -1);
        for (const skipped of earlier) {
          expect(periodAt(schedule, new Date(ms(boundary.instant) - 1)).id < skipped).toBe(true);
          expect(clockAt(schedule.timeZone, ms(boundary.instant) - 1)).toBeLessThan(
            localTimeOf(skipped, schedule.timeOfDay),
          );
        }
      }),
      runs(400),
    );
  });

  it('do not depend on the time zone of the machine', (ctx) => {
    const hostZone = process.env['TZ'];
    const daysOf = (timeZone: string) =>
      changesOf(timeZone).map((change) => periodAt({ kind: 'daily', timeZone }, new Date(change)));
    const zones = ['Europe/London', 'America/Sao_Paulo', 'Australia/Lord_Howe'];
    const expected = zones.map(daysOf);
    try {
      for (const host of ['Pacific/Apia', 'Atlantic/Azores', 'Africa/Monrovia', 'America/Sao_Paulo', 'UTC']) {
        process.env['TZ'] = host;
        const seen = new Intl.DateTimeFormat().resolvedOptions().timeZone;
        if (seen !== host) ctx.skip(`the zone of this process cannot be changed: it stays ${seen}`);
        expect(zones.map(daysOf)).toEqual(expected);
      }
    } finally {
      if (hostZone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = hostZone;
    }
  });

  it('give each zone its days around every change of its clocks from 1970 to 2040', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), (timeZone) => {
        for (const change of changesOf(timeZone)) {
          const day = periodAt({ kind: 'daily', timeZone }, new Date(change));
          const local = localTimeOf(day.id);
          expect(clockAt(timeZone, ms(day.start))).toBeGreaterThanOrEqual(local);
          expect(clockAt(timeZone, ms(day.start) - 1)).toBeLessThan(local);
        }
      }),
      runs(25),
    );
  });
});
