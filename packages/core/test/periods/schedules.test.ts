import { describe, expect, it } from 'vitest';
import { boundaryOnOrAfter } from '../../src/periods/boundary-on-or-after.ts';
import { nextPeriod, previousPeriod } from '../../src/periods/neighbours.ts';
import { periodAt } from '../../src/periods/period-at.ts';
import { periodsBetween } from '../../src/periods/periods-between.ts';
import type { CustomSchedule, Schedule } from '../../src/periods/schedule.ts';

const ids = (schedule: Schedule, from: string, to: string) =>
  Array.from(periodsBetween(schedule, new Date(from), new Date(to)), ({ id }) => id);

const timeZone = 'UTC';

describe('schedules', () => {
  it('semimonthly: the 1st and the 15th', () => {
    const schedule = { kind: 'semimonthly', timeZone } as const;
    expect(ids(schedule, '2026-01-20', '2026-03-01')).toEqual(['2026-01-15', '2026-02-01', '2026-02-15']);
    expect(ids(schedule, '1969-12-14', '1970-01-02')).toEqual(['1969-12-01', '1969-12-15', '1970-01-01']);
  });

  it('biweekly: every fourteenth day from the anchor, before it and after', () => {
    const schedule = { kind: 'biweekly', anchor: '2026-10-02', timeZone } as const;
    expect(ids(schedule, '2026-09-10', '2026-10-20')).toEqual([
      '2026-09-04',
      '2026-09-18',
      '2026-10-02',
      '2026-10-16',
    ]);
  });

  it('weekly: on its weekday', () => {
    const schedule = { kind: 'weekly', weekday: 'sunday', timeZone } as const;
    expect(ids(schedule, '2026-10-01', '2026-10-12')).toEqual(['2026-09-27', '2026-10-04', '2026-10-11']);
  });

  it('monthly: on the last day of months too short, without drifting back', () => {
    const schedule = { kind: 'monthly', day: 31, timeZone } as const;
    expect(ids(schedule, '2028-01-31', '2028-06-01')).toEqual([
      '2028-01-31',
      '2028-02-29',
      '2028-03-31',
      '2028-04-30',
      '2028-05-31',
    ]);
  });

  it('quarterly: January, April, July and October', () => {
    expect(ids({ kind: 'quarterly', timeZone }, '2026-01-01', '2027-01-01')).toEqual([
      '2026-01-01',
      '2026-04-01',
      '2026-07-01',
      '2026-10-01',
    ]);
  });

  it('last-weekday: of each month or quarter', () => {
    const schedule = { kind: 'last-weekday', weekday: 'friday', timeZone } as const;
    expect(ids({ ...schedule, of: 'month' }, '2026-01-30', '2026-03-01')).toEqual([
      '2026-01-30',
      '2026-02-27',
    ]);
    expect(ids({ ...schedule, of: 'quarter' }, '2026-01-30', '2026-07-01')).toEqual([
      '2025-12-26',
      '2026-03-27',
      '2026-06-26',
    ]);
  });

  it('begin at their local time of day', () => {
    const schedule = { kind: 'monthly', day: 1, timeZone: 'America/New_York', timeOfDay: '17:30' } as const;
    expect(periodAt(schedule, new Date('2026-10-01T21:29:59.999Z')).id).toBe('2026-09-01');
    expect(periodAt(schedule, new Date('2026-10-01T21:30Z'))).toEqual({
      id: '2026-10-01',
      start: new Date('2026-10-01T21:30Z'),
      end: new Date('2026-11-01T22:30Z'),
    });
  });

  it('reach from the year 1000 to 9999', () => {
    const schedule = { kind: 'biweekly', anchor: '9999-12-31', timeZone: 'Pacific/Kiritimati' } as const;
    expect(periodAt(schedule, new Date('9999-12-31T23:59:59.999Z')).id).toBe('9999-12-31');
    expect(periodAt(schedule, new Date('1000-01-01')).end.getTime()).toBeGreaterThan(Date.UTC(1000, 0, 1));
    expect(periodAt({ ...schedule, anchor: '1000-01-01' }, new Date('9999-12-31')).id).toMatch(/^9999-12-/);
    expect(periodAt({ kind: 'quarterly', timeZone: 'America/Lima' }, new Date('1000-01-01')).id).toBe(
      '0999-10-01',
    );
  });
});

describe('custom boundaries', () => {
  const rounds: CustomSchedule = {
    kind: 'custom',
    boundaries: ['2026-10-01', '2026-10-03T12:30', '2026-10-10'],
    timeZone: 'Asia/Kolkata',
  };

  it('have a period between each two, named by its local start', () => {
    const first = periodAt(rounds, new Date('2026-09-30T18:30Z'));
    expect(first).toEqual({
      id: '2026-10-01',
      start: new Date('2026-09-30T18:30Z'),
      end: new Date('2026-10-03T07:00Z'),
    });
    expect(periodAt(rounds, new Date('2026-10-03T07:00Z'))?.id).toBe('2026-10-03T12:30');
  });

  it('have none outside', () => {
    expect(periodAt(rounds, new Date('2026-09-30T18:29:59.999Z'))).toBeUndefined();
    expect(periodAt(rounds, new Date('2026-10-09T18:30Z'))).toBeUndefined();
    expect(ids(rounds, '2020-01-01', '2030-01-01')).toEqual(['2026-10-01', '2026-10-03T12:30']);
    expect(ids(rounds, '2026-10-09T18:30Z', '2030-01-01')).toEqual([]);
    expect(ids(rounds, '2020-01-01', '2026-09-30T18:30Z')).toEqual([]);
  });

  it('have no neighbour before the first and after the last', () => {
    const [first, last] = periodsBetween(rounds, new Date('2020-01-01'), new Date('2030-01-01'));
    if (first === undefined || last === undefined) throw new Error('two periods');
    expect(previousPeriod(rounds, first)).toBeUndefined();
    expect(nextPeriod(rounds, first)).toEqual(last);
    expect(previousPeriod(rounds, last)).toEqual(first);
    expect(nextPeriod(rounds, last)).toBeUndefined();
  });

  it('are dates up to and including the last', () => {
    expect(boundaryOnOrAfter(rounds, '2026-10-04')).toEqual({
      date: '2026-10-10',
      instant: new Date('2026-10-09T18:30Z'),
    });
    expect(boundaryOnOrAfter(rounds, '2026-10-10')?.date).toBe('2026-10-10');
    expect(boundaryOnOrAfter(rounds, '2026-10-11')).toBeUndefined();
    expect(boundaryOnOrAfter(rounds, '2020-01-01')?.date).toBe('2026-10-01');
  });

  it('that the clocks skip together are one', () => {
    const skipped: CustomSchedule = {
      kind: 'custom',
      boundaries: ['2011-12-29', '2011-12-30', '2011-12-30T12:00', '2011-12-31', '2012-01-02'],
      timeZone: 'Pacific/Apia',
    };
    expect(ids(skipped, '2011-01-01', '2013-01-01')).toEqual(['2011-12-29', '2011-12-31']);
    expect(boundaryOnOrAfter(skipped, '2011-12-30')?.date).toBe('2011-12-31');
    expect(ids({ ...skipped, boundaries: ['2011-12-30', '2011-12-31'] }, '2011-01-01', '2013-01-01')).toEqual(
      [],
    );
  });

  it('that begin in the first of two equal hours contain the second', () => {
    const repeated: CustomSchedule = {
      kind: 'custom',
      boundaries: ['2026-10-25T02:30', '2026-10-26'],
      timeZone: 'Europe/Berlin',
    };
    expect(periodAt(repeated, new Date('2026-10-25T00:29Z'))).toBeUndefined();
    expect(periodAt(repeated, new Date('2026-10-25T00:30Z'))?.id).toBe('2026-10-25T02:30');
    expect(periodAt(repeated, new Date('2026-10-25T01:15Z'))?.id).toBe('2026-10-25T02:30');
  });
});

describe('periods between two instants', () => {
  const schedule = { kind: 'daily', timeZone } as const;

  it('are those that share an instant with them', () => {
    expect(ids(schedule, '2026-10-01T12:00Z', '2026-10-03')).toEqual(['2026-10-01', '2026-10-02']);
    expect(ids(schedule, '2026-10-01', '2026-10-01')).toEqual([]);
    expect(ids(schedule, '2026-10-01T12:00Z', '2026-10-01T12:00Z')).toEqual([]);
  });

  it('are computed as they are asked for, as often as they are', () => {
    const forever = periodsBetween(schedule, new Date('2026-10-01'), new Date('9999-12-31'));
    for (const { id } of forever) {
      expect(id).toBe('2026-10-01');
      break;
    }
    expect(forever[Symbol.iterator]().next().value?.id).toBe('2026-10-01');
  });

  it('have Dates of their own', () => {
    const [first, second] = periodsBetween(schedule, new Date('2026-10-01'), new Date('2026-10-03'));
    first?.end.setTime(0);
    expect(second?.start).toEqual(new Date('2026-10-02'));
  });
});
