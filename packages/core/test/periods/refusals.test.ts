import { describe, expect, it } from 'vitest';
import { PayoutError } from '../../src/errors.ts';
import { assertSchedule } from '../../src/periods/assert-schedule.ts';
import { boundaryOnOrAfter } from '../../src/periods/boundary-on-or-after.ts';
import { nextPeriod, previousPeriod } from '../../src/periods/neighbours.ts';
import { periodAt } from '../../src/periods/period-at.ts';
import { periodsBetween } from '../../src/periods/periods-between.ts';

/** The code and details of the PayoutError that the work throws. */
function refusal(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (PayoutError.is(error)) return [error.code, error.details];
    throw error;
  }
  return 'nothing';
}

/** What a caller without types may pass. */
const untyped = (value: unknown) => value as never;

const monthly = { kind: 'monthly', day: 1, timeZone: 'UTC' } as const;
const custom = { kind: 'custom', timeZone: 'UTC' } as const;

const REFUSED: readonly (readonly [schedule: unknown, reason: string])[] = [
  [null, 'it is not an object'],
  ['daily', 'it is not an object'],
  [{ kind: 'yearly', timeZone: 'UTC' }, 'kind is not one of those known here'],
  [{ timeZone: 'UTC' }, 'kind is not one of those known here'],
  [
    { kind: 'weekly', weekday: 'Friday', timeZone: 'UTC' },
    'weekday is not a day such as friday, in English and lower case',
  ],
  [
    { kind: 'weekly', weekday: 5, timeZone: 'UTC' },
    'weekday is not a day such as friday, in English and lower case',
  ],
  [{ kind: 'weekly', timeZone: 'UTC' }, 'weekday is not a day such as friday, in English and lower case'],
  [{ ...monthly, day: 0 }, 'day is not a whole number from 1 to 31'],
  [{ ...monthly, day: 32 }, 'day is not a whole number from 1 to 31'],
  [{ ...monthly, day: 1.5 }, 'day is not a whole number from 1 to 31'],
  [{ ...monthly, day: '1' }, 'day is not a whole number from 1 to 31'],
  [{ ...monthly, day: NaN }, 'day is not a whole number from 1 to 31'],
  [{ ...monthly, timeOfDay: '24:00' }, 'timeOfDay is not a time from 00:00 to 23:59'],
  [{ ...monthly, timeOfDay: '7:00' }, 'timeOfDay is not a time from 00:00 to 23:59'],
  [{ ...monthly, timeOfDay: '07:00\n' }, 'timeOfDay is not a time from 00:00 to 23:59'],
  [{ ...monthly, timeOfDay: null }, 'timeOfDay is not a time from 00:00 to 23:59'],
  [
    { kind: 'last-weekday', weekday: 'friday', of: 'year', timeZone: 'UTC' },
    'of is neither month nor quarter',
  ],
  ...[
    undefined,
    20261001,
    new Date(0),
    '',
    '2026-02-30',
    '2026-1-1',
    '2026-10-01T00:00Z',
    '0026-10-01',
    '+12026-10-01',
  ].map((anchor): [unknown, string] => [
    { kind: 'biweekly', anchor, timeZone: 'UTC' },
    'anchor is not a local date such as 2026-10-01',
  ]),
  [{ ...custom, boundaries: undefined }, 'boundaries must be two or more'],
  [{ ...custom, boundaries: '2026-10-01' }, 'boundaries must be two or more'],
  [{ ...custom, boundaries: ['2026-10-01'] }, 'boundaries must be two or more'],
  ...['2026-10-02T24:00', '2026-10-02T00:00Z', '2026-10-02T', '2026-10-02T00:00T00:00', '2026-02-29', 5].map(
    (boundary): [unknown, string] => [
      { ...custom, boundaries: ['2026-10-01', boundary] },
      'the boundary at position 1 is not a local time such as 2026-10-01T12:00',
    ],
  ),
  [
    { ...custom, boundaries: ['2026-10-01', '2026-10-03', '2026-10-02'] },
    'the boundary at position 2 is not later than the one before it',
  ],
  [
    { ...custom, boundaries: ['2026-10-01', '2026-10-01T00:00'] },
    'the boundary at position 1 is not later than the one before it',
  ],
];

describe('a schedule', () => {
  it.each(REFUSED)('%j is refused: %s', (schedule, reason) => {
    expect(refusal(() => assertSchedule(untyped(schedule)))).toEqual(['INVALID_SCHEDULE', { reason }]);
    expect(refusal(() => periodAt(untyped(schedule), new Date(0)))).toEqual(['INVALID_SCHEDULE', { reason }]);
  });

  it.each([undefined, null, 5, '', 'Mars/Olympus', 'GMT+5', '+05:30', 'UTC\0', ' UTC', 'Factory'])(
    'in the zone %j is refused',
    (timeZone) => {
      for (const kind of ['daily', 'hourly'] as const) {
        expect(refusal(() => assertSchedule(untyped({ kind, timeZone })))).toEqual(['UNKNOWN_TIME_ZONE', {}]);
      }
    },
  );

  it('with valid fields is accepted', () => {
    expect(assertSchedule({ ...monthly, timeZone: 'Etc/GMT+5', timeOfDay: '23:59' })).toBeUndefined();
  });
});

describe('an instant', () => {
  it.each([
    [new Date(NaN), 'the year of the instant is not from 1000 to 9999'],
    ['2026-10-01', 'the instant is not a Date'],
    [0, 'the instant is not a Date'],
    [undefined, 'the instant is not a Date'],
    [new Date('0999-12-31T23:59:59.999Z'), 'the year of the instant is not from 1000 to 9999'],
    [new Date('+010000-01-01'), 'the year of the instant is not from 1000 to 9999'],
  ])('%s is refused: %s', (instant, reason) => {
    const expected = ['INVALID_INSTANT', { reason }];
    expect(refusal(() => periodAt(monthly, untyped(instant)))).toEqual(expected);
    expect(refusal(() => periodsBetween(monthly, new Date(0), untyped(instant)))).toEqual(expected);
    expect(refusal(() => periodsBetween(monthly, untyped(instant), new Date(0)))).toEqual(expected);
  });

  it('to begin with after the one to end with is refused, before anything is asked for', () => {
    const expected = ['INVALID_INSTANT', { reason: 'from is after to' }];
    expect(refusal(() => periodsBetween(monthly, new Date(1), new Date(0)))).toEqual(expected);
  });
});

describe('a date', () => {
  it.each(['2026-02-30', '2026-10-01T00:00', '', undefined])('%j is refused', (date) => {
    const reason = 'it is not a local date such as 2026-10-01';
    expect(refusal(() => boundaryOnOrAfter(monthly, untyped(date)))).toEqual(['INVALID_INSTANT', { reason }]);
  });

  it('is nothing to an hourly schedule', () => {
    const hourly = untyped({ kind: 'hourly', timeZone: 'UTC' });
    expect(refusal(() => boundaryOnOrAfter(hourly, '2026-10-01'))).toEqual([
      'INVALID_SCHEDULE',
      { reason: 'kind is not one of those known here' },
    ]);
    expect(refusal(() => boundaryOnOrAfter(untyped(null), '2026-10-01'))).toEqual([
      'INVALID_SCHEDULE',
      { reason: 'it is not an object' },
    ]);
  });
});

describe('a period', () => {
  it('of another schedule has no neighbours in this one', () => {
    const expected = ['PERIOD_MISMATCH', { start: '2026-10-01T00:00:00.000Z' }];
    const october = periodAt(monthly, new Date('2026-10-01'));
    const strangers = [
      periodAt({ kind: 'semimonthly', timeZone: 'UTC' }, new Date('2026-10-01')),
      { ...october, id: '2026-10' },
      { ...october, end: new Date('2026-10-31') },
    ];
    for (const stranger of strangers) {
      expect(refusal(() => nextPeriod(monthly, stranger))).toEqual(expected);
      expect(refusal(() => previousPeriod(monthly, stranger))).toEqual(expected);
    }
    const late = { ...october, start: new Date('2026-10-02') };
    expect(refusal(() => nextPeriod(monthly, late))).toEqual([
      'PERIOD_MISMATCH',
      { start: '2026-10-02T00:00:00.000Z' },
    ]);
    const none = { ...custom, boundaries: ['2026-01-01', '2026-02-01'] };
    expect(refusal(() => nextPeriod(none, october))).toEqual(expected);
  });
});
