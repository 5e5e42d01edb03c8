import { MAX_MINOR } from '../../money/range.ts';
import { assertEqual, assertRefused } from '../assert.ts';
import { storeCase } from './case.ts';
import { collect, day, earning } from './rows.ts';

/** Earnings: stored once by id, with their reasons, parts and holds. */
export const earningCases = [
  storeCase({
    id: 'earning-parts',
    title: 'refuses an earning whose parts do not fit into it',
    check: async ({ transact }) => {
      const misfits = [
        { amount: 0n, held: 0n },
        { held: -1n },
        { held: 501n },
        { held: 500n, released: 1n },
        { released: -1n, held: 0n },
        { reversed: 501n },
      ];
      for (const parts of misfits) {
        await assertRefused(
          transact((unit) => unit.earnings.add([earning('e0'), earning('e1', parts)])),
          'INVALID_AMOUNT',
          { reason: 'the parts of an earning do not fit into it' },
        );
      }
      assertEqual(
        await transact((unit) => unit.earnings.find(['e0', 'e1'])),
        [undefined, undefined],
        'what is stored',
      );
    },
  }),
  storeCase({
    id: 'earning-is-kept-as-it-is',
    title: 'keeps what was earned, for what, and until when it is held',
    check: async ({ transact }) => {
      const earnings = [
        earning('plain'),
        earning('released', { held: 0n, released: 500n }),
        earning('until', { hold: { until: day(15, 123) } }),
        earning('condition', { hold: { condition: 'verified' } }),
        earning('both', { hold: { until: day(15), condition: 'verified' }, kind: 'referral_bonus' }),
        earning('largest', { amount: MAX_MINOR, held: MAX_MINOR, currency: 'JPY' }),
      ];
      await transact((unit) => unit.earnings.add(earnings));
      await transact(async (unit) => {
        assertEqual(await unit.earnings.find(earnings.map(({ id }) => id)), earnings, 'the earnings found');
        const streamed = await collect(unit.earnings.all());
        assertEqual(
          new Map(streamed.map((row) => [row.id, row])).size,
          earnings.length,
          'the earnings streamed',
        );
      });
    },
  }),
  storeCase({
    id: 'earning-added-once',
    title: 'credits an earning once, however often it is added',
    check: async ({ transact }) => {
      await transact((unit) => unit.earnings.add([earning('e1'), earning('e1')]));
      await transact((unit) => unit.earnings.add([earning('e2'), earning('e1')]));
      assertEqual((await transact((unit) => collect(unit.earnings.all()))).length, 2, 'earnings stored');
    },
  }),
  storeCase({
    id: 'earning-keeps-its-parts-when-added-again',
    title: 'leaves the parts of a stored earning as they are when its first content is added again',
    check: async ({ transact }) => {
      const released = earning('e1', { held: 0n, released: 500n });
      await transact((unit) => unit.earnings.add([released]));
      await transact((unit) => unit.earnings.add([earning('e1')]));
      assertEqual(await transact((unit) => unit.earnings.find(['e1'])), [released], 'the earning');
    },
  }),
  storeCase({
    id: 'earning-refuses-other-content',
    title: 'refuses an earning that comes again with another reason, amount or hold',
    check: async ({ transact }) => {
      await transact((unit) => unit.earnings.add([earning('e1', { hold: { until: day(15) } })]));
      const others = [
        earning('e1'),
        earning('e1', { hold: { until: day(15, 1) } }),
        earning('e1', { hold: { until: day(15), condition: 'verified' } }),
        earning('e1', { hold: { until: day(15) }, amount: 501n, held: 501n }),
        earning('e1', { hold: { until: day(15) }, participant: 'u2' }),
        earning('e1', { hold: { until: day(15) }, currency: 'EUR' }),
        earning('e1', { hold: { until: day(15) }, kind: 'referral_bonus' }),
        earning('e1', { hold: { until: day(15) }, subject: 'another' }),
      ];
      for (const other of others) {
        await assertRefused(
          transact((unit) => unit.earnings.add([earning('new'), other])),
          'IDEMPOTENCY_CONFLICT',
          { kind: 'earning', id: 'e1' },
        );
      }
      await assertRefused(
        transact((unit) => unit.earnings.add([earning('e3'), earning('e3', { amount: 1n, held: 1n })])),
        'IDEMPOTENCY_CONFLICT',
        { kind: 'earning', id: 'e3' },
      );
      assertEqual(
        await transact((unit) => unit.earnings.find(['new', 'e3'])),
        [undefined, undefined],
        'the rest',
      );
    },
  }),
  storeCase({
    id: 'earning-found-in-order',
    title: 'tells earnings in the order asked',
    check: async ({ transact }) => {
      await transact((unit) => unit.earnings.add([earning('a'), earning('b')]));
      const found = await transact((unit) => unit.earnings.find(['b', 'unknown', 'a', 'b']));
      assertEqual(
        found.map((row) => row?.id),
        ['b', undefined, 'a', 'b'],
        'earnings',
      );
    },
  }),
  storeCase({
    id: 'earning-nothing',
    title: 'has nothing to tell of earnings that were never added',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.earnings.add([]);
        assertEqual(await unit.earnings.find([]), [], 'nothing asked');
        assertEqual(await collect(unit.earnings.all()), [], 'nothing stored');
      });
    },
  }),
];
