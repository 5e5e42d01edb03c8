import { describe, expect, it } from 'vitest';
import { nextPeriod } from '../../src/periods/neighbours.ts';
import { periodAt } from '../../src/periods/period-at.ts';
import { periodsBetween } from '../../src/periods/periods-between.ts';
import type { RecurringSchedule } from '../../src/periods/schedule.ts';

/** Each period as `id: start for hours`. */
function list(schedule: RecurringSchedule, from: string, to: string): string[] {
  return Array.from(periodsBetween(schedule, new Date(from), new Date(to)), ({ id, start, end }) => {
    const hours = (end.getTime() - start.getTime()) / 3_600_000;
    return `${id}: ${start.toISOString().replace(':00.000Z', 'Z')} for ${hours} h`;
  });
}

const daily = (timeZone: string, timeOfDay?: string) => ({ kind: 'daily', timeZone, timeOfDay }) as const;
const hourly = (timeZone: string) => ({ kind: 'hourly', timeZone }) as const;

describe('local days', () => {
  it('have 23 hours in spring and 25 in autumn', () => {
    expect(list(daily('Europe/Berlin'), '2026-03-28T12:00Z', '2026-03-30T12:00Z')).toEqual([
      '2026-03-28: 2026-03-27T23:00Z for 24 h',
      '2026-03-29: 2026-03-28T23:00Z for 23 h',
      '2026-03-30: 2026-03-29T22:00Z for 24 h',
    ]);
    expect(list(daily('Europe/Berlin'), '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual([
      '2026-10-24: 2026-10-23T22:00Z for 24 h',
      '2026-10-25: 2026-10-24T22:00Z for 25 h',
      '2026-10-26: 2026-10-25T23:00Z for 24 h',
    ]);
  });

  it('change by half an hour on Lord Howe Island', () => {
    expect(list(daily('Australia/Lord_Howe'), '2026-04-04T20:00Z', '2026-04-04T20:01Z')).toEqual([
      '2026-04-05: 2026-04-04T13:00Z for 24.5 h',
    ]);
    expect(list(daily('Australia/Lord_Howe'), '2026-10-03T20:00Z', '2026-10-03T20:01Z')).toEqual([
      '2026-10-04: 2026-10-03T13:30Z for 23.5 h',
    ]);
  });

  it('begin at 01:00 where midnight is skipped', () => {
    expect(list(daily('America/Sao_Paulo'), '2018-11-03T12:00Z', '2018-11-04T12:00Z')).toEqual([
      '2018-11-03: 2018-11-03T03:00Z for 24 h',
      '2018-11-04: 2018-11-04T03:00Z for 23 h',
    ]);
    expect(list(daily('Asia/Beirut'), '2022-03-27T12:00Z', '2022-03-27T12:01Z')).toEqual([
      '2022-03-27: 2022-03-26T22:00Z for 23 h',
    ]);
  });

  it('end with the second 23 o’clock hour where midnight is when the clocks go back', () => {
    expect(list(daily('America/Sao_Paulo'), '2019-02-16T12:00Z', '2019-02-17T12:00Z')).toEqual([
      '2019-02-16: 2019-02-16T02:00Z for 25 h',
      '2019-02-17: 2019-02-17T03:00Z for 24 h',
    ]);
  });

  it('begin at the first midnight where there are two', () => {
    expect(list(daily('America/Havana'), '2026-11-01T12:00Z', '2026-11-01T12:01Z')).toEqual([
      '2026-11-01: 2026-11-01T04:00Z for 25 h',
    ]);
    // In Newfoundland it became 23:01 of the day before, one minute after midnight.
    expect(list(daily('America/St_Johns'), '2010-11-07T02:40Z', '2010-11-07T02:41Z')).toEqual([
      '2010-11-07: 2010-11-07T02:30Z for 25 h',
    ]);
  });

  it('leave out the day that Samoa and Kwajalein skipped', () => {
    expect(list(daily('Pacific/Apia'), '2011-12-30T09:00Z', '2011-12-31T11:00Z')).toEqual([
      '2011-12-29: 2011-12-29T10:00Z for 24 h',
      '2011-12-31: 2011-12-30T10:00Z for 24 h',
      '2012-01-01: 2011-12-31T10:00Z for 24 h',
    ]);
    expect(list(daily('Pacific/Kwajalein'), '1993-08-20T18:00Z', '1993-08-21T18:00Z')).toEqual([
      '1993-08-20: 1993-08-20T12:00Z for 24 h',
      '1993-08-22: 1993-08-21T12:00Z for 24 h',
    ]);
  });

  it('start at the jump, not later, when their time of day is skipped', () => {
    expect(list(daily('America/New_York', '02:30'), '2026-03-08T12:00Z', '2026-03-08T12:01Z')).toEqual([
      '2026-03-08: 2026-03-08T07:00Z for 23.5 h',
    ]);
  });

  it('keep the seconds of Monrovia, 44:30 behind until 1972', () => {
    expect(periodAt(daily('Africa/Monrovia'), new Date('1971-06-01T12:00Z')).start).toEqual(
      new Date('1971-06-01T00:44:30Z'),
    );
  });
});

describe('local hours', () => {
  it('of the same name in autumn are two, with ids of their own', () => {
    expect(list(hourly('Europe/Berlin'), '2026-10-25T00:30Z', '2026-10-25T02:30Z')).toEqual([
      '2026-10-25T00:00:00Z: 2026-10-25T00:00Z for 1 h',
      '2026-10-25T01:00:00Z: 2026-10-25T01:00Z for 1 h',
      '2026-10-25T02:00:00Z: 2026-10-25T02:00Z for 1 h',
    ]);
  });

  it('begin at whole local hours: at half past on UTC in India', () => {
    expect(list(hourly('Asia/Kolkata'), '2026-10-25T00:00Z', '2026-10-25T00:01Z')).toEqual([
      '2026-10-24T23:30:00Z: 2026-10-24T23:30Z for 1 h',
    ]);
  });

  it('are cut where the clocks change by half an hour', () => {
    expect(list(hourly('Australia/Lord_Howe'), '2026-04-04T14:30Z', '2026-04-04T15:31Z')).toEqual([
      '2026-04-04T14:00:00Z: 2026-04-04T14:00Z for 1 h',
      '2026-04-04T15:00:00Z: 2026-04-04T15:00Z for 0.5 h',
      '2026-04-04T15:30:00Z: 2026-04-04T15:30Z for 1 h',
    ]);
    expect(list(hourly('Australia/Lord_Howe'), '2026-10-03T15:00Z', '2026-10-03T16:01Z')).toEqual([
      '2026-10-03T14:30:00Z: 2026-10-03T14:30Z for 1 h',
      '2026-10-03T15:30:00Z: 2026-10-03T15:30Z for 0.5 h',
      '2026-10-03T16:00:00Z: 2026-10-03T16:00Z for 1 h',
    ]);
  });

  it('keep seconds in the id where the zone has them', () => {
    expect(periodAt(hourly('Africa/Monrovia'), new Date('1971-06-01T01:00Z')).id).toBe(
      '1971-06-01T00:44:30Z',
    );
  });
});

describe('a weekly payout on the Friday that Samoa skipped', () => {
  it('takes place at the jump, and keeps its name', () => {
    const fridays = { kind: 'weekly', weekday: 'friday', timeZone: 'Pacific/Apia' } as const;
    const period = periodAt(fridays, new Date('2011-12-31T00:00Z'));
    expect(period).toEqual({
      id: '2011-12-30',
      start: new Date('2011-12-30T10:00Z'),
      end: new Date('2012-01-05T10:00Z'),
    });
    expect(nextPeriod(fridays, period).id).toBe('2012-01-06');
  });
});
