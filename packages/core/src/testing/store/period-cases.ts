import type { PeriodState } from '../../ports/store.ts';
import { assertEqual, assertRefused } from '../assert.ts';
import { storeCase } from './case.ts';
import { NO_DATE, day, days, upTo } from './rows.ts';

/** Periods: no instant belongs to two of them. */
export const periodCases = [
  storeCase({
    id: 'period-opens',
    title: 'opens a period with the bounds it was given',
    check: async ({ transact }) => {
      const period = { id: '2026-01-01', start: day(1, 1), end: day(8, 999) };
      await transact((unit) => unit.periods.open([period]));
      await transact(async (unit) => {
        const expected = { ...period, state: 'open' };
        assertEqual(await unit.periods.find('2026-01-01'), expected, 'found');
        assertEqual(await unit.periods.lock('2026-01-01'), expected, 'locked');
        assertEqual(await unit.periods.all(), [expected], 'all');
        assertEqual(await unit.periods.find('unknown'), undefined, 'a period never opened');
        assertEqual(await unit.periods.lock('unknown'), undefined, 'the lock of a period never opened');
      });
    },
  }),
  storeCase({
    id: 'period-opens-again',
    title: 'leaves a period as it is, closed or not, when it is opened again with the same bounds',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(1, 8), days(1, 8)]));
      for (const state of ['open', 'closing', 'closed'] as const) {
        await transact(async (unit) => {
          await unit.periods.setState('d1', state);
          await unit.periods.open([days(1, 8), days(8, 15)]);
        });
        assertEqual((await transact((unit) => unit.periods.find('d1')))?.state, state, 'the state');
      }
    },
  }),
  storeCase({
    id: 'period-refuses-other-bounds',
    title: 'refuses a period that comes again with other bounds',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(1, 8)]));
      const others = [
        days(1, 9, 'd1'),
        days(2, 8, 'd1'),
        days(20, 27, 'd1'),
        { ...days(1, 8), end: day(8, 1) },
      ];
      for (const other of others) {
        await assertRefused(
          transact((unit) => unit.periods.open([days(28, 29), other])),
          'IDEMPOTENCY_CONFLICT',
          { kind: 'period', id: 'd1' },
        );
      }
      assertEqual(
        (await transact((unit) => unit.periods.all())).map(({ id }) => id),
        ['d1'],
        'periods',
      );
    },
  }),
  storeCase({
    id: 'period-refuses-overlap',
    title: 'refuses a period that shares even a millisecond with another',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(10, 20)]));
      const overlapping = [
        days(10, 20, 'same'),
        days(1, 30, 'around'),
        days(12, 14, 'within'),
        { id: 'front', start: day(1), end: day(10, 1) },
        { id: 'back', start: new Date(day(20).getTime() - 1), end: day(25) },
      ];
      for (const period of overlapping) {
        await assertRefused(
          transact((unit) => unit.periods.open([days(27, 28), period])),
          'PERIOD_OVERLAP',
          { period: period.id, overlaps: 'd10' },
        );
      }
      await transact((unit) => unit.periods.setState('d10', 'closed'));
      await assertRefused(
        transact((unit) => unit.periods.open([days(12, 14)])),
        'PERIOD_OVERLAP',
        { period: 'd12', overlaps: 'd10' },
      );
      assertEqual(
        (await transact((unit) => unit.periods.all())).map(({ id }) => id),
        ['d10'],
        'periods',
      );
    },
  }),
  storeCase({
    id: 'period-refuses-overlap-within-a-batch',
    title: 'refuses two periods of one batch that overlap each other',
    check: async ({ transact }) => {
      await assertRefused(
        transact((unit) => unit.periods.open([days(1, 8), days(7, 15)])),
        'PERIOD_OVERLAP',
        { period: 'd7', overlaps: 'd1' },
      );
      assertEqual(await transact((unit) => unit.periods.all()), [], 'periods');
    },
  }),
  storeCase({
    id: 'period-touching-is-no-overlap',
    title: 'lets a period begin at the very millisecond at which another ends',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(8, 15)]));
      await transact((unit) => unit.periods.open([days(15, 22), days(1, 8)]));
      assertEqual(
        (await transact((unit) => unit.periods.all())).map(({ id }) => id),
        ['d1', 'd8', 'd15'],
        'periods',
      );
    },
  }),
  storeCase({
    id: 'period-overlap-is-within-a-program',
    title: 'lets two programs have periods at the same time',
    check: async ({ transact, store, otherProgram }) => {
      await transact((unit) => unit.periods.open([days(1, 8)]));
      await store.transact(otherProgram, (unit) => unit.periods.open([days(5, 9)]));
      assertEqual(
        (await transact((unit) => unit.periods.all())).map(({ id }) => id),
        ['d1'],
        'periods',
      );
    },
  }),
  storeCase({
    id: 'period-refuses-what-is-no-interval',
    title: 'refuses a period that ends before it begins, or never began',
    check: async ({ transact }) => {
      const wrong = [
        days(8, 8),
        days(8, 1),
        { ...days(1, 8), start: NO_DATE },
        { ...days(1, 8), end: NO_DATE },
      ];
      for (const period of wrong) {
        await assertRefused(
          transact((unit) => unit.periods.open([days(20, 21), period])),
          'INVALID_INSTANT',
        );
      }
      assertEqual(await transact((unit) => unit.periods.all()), [], 'periods');
    },
  }),
  storeCase({
    id: 'period-all-by-start',
    title:
      'tells all periods by their start, whatever order they were opened in and whatever they are called',
    check: async ({ transact }) => {
      const periods = upTo(28).map((index) => days(index + 1, index + 2, `p${100 - index}`));
      const shuffled = periods
        .filter((_, index) => (index & 1) === 1)
        .concat(periods.filter((_, index) => (index & 1) === 0));
      await transact((unit) => unit.periods.open(shuffled));
      const all = await transact((unit) => unit.periods.all());
      assertEqual(
        all.map(({ id }) => id),
        periods.map(({ id }) => id),
        'periods',
      );
    },
  }),
  storeCase({
    id: 'period-changes-state',
    title: 'takes a period from open over closing to closed, and touches no other',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(1, 8), days(8, 15)]));
      const states: readonly PeriodState[] = ['closing', 'closed'];
      for (const state of states) {
        await transact((unit) => unit.periods.setState('d1', state));
        await transact(async (unit) => {
          assertEqual(await unit.periods.lock('d1'), { ...days(1, 8), state }, 'the period');
          assertEqual((await unit.periods.find('d8'))?.state, 'open', 'the other');
        });
      }
      await assertRefused(
        transact((unit) => unit.periods.setState('unknown', 'closed')),
        'PERIOD_NOT_FOUND',
        { period: 'unknown' },
      );
    },
  }),
];
