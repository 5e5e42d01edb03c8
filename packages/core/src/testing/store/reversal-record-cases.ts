import { MAX_MINOR } from '../../money/range.ts';
import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { reversal } from './rows.ts';

/** Reversals as they were asked for, which may wait for their earning. */
export const reversalRecordCases = [
  storeCase({
    id: 'reversal-record-is-kept-as-it-is',
    title: 'keeps a reversal as it was asked for, and what was taken back by it',
    check: async ({ transact }) => {
      const reversals = [
        reversal('waits'),
        reversal('of a part', { amount: 1n }),
        reversal('applied', { amount: MAX_MINOR, applied: MAX_MINOR }),
        reversal('found nothing', { applied: 0n }),
        reversal('\'q" \\ / ü 🎉', { earning: 'a/b', reason: "it's fraud" }),
      ];
      await transact((unit) => unit.reversals.put([]));
      await transact((unit) => unit.reversals.put(reversals));
      const keys = reversals.map(({ key }) => key);
      assertEqual(await transact((unit) => unit.reversals.find(keys)), reversals, 'the reversals');
    },
  }),
  storeCase({
    id: 'reversal-record-found-in-order',
    title: 'tells reversals in the order asked',
    check: async ({ transact }) => {
      await transact((unit) => unit.reversals.put([reversal('a'), reversal('b')]));
      const found = await transact((unit) => unit.reversals.find(['b', 'unknown', 'a', 'b']));
      assertEqual(
        found.map((row) => row?.key),
        ['b', undefined, 'a', 'b'],
        'reversals',
      );
      assertEqual(await transact((unit) => unit.reversals.find([])), [], 'nothing asked');
    },
  }),
  storeCase({
    id: 'reversal-record-replaces-what-was-applied',
    title: 'replaces what was taken back by a reversal, and keeps what was asked for',
    check: async ({ transact }) => {
      const asked = reversal('r1', { amount: 5n });
      await transact((unit) => unit.reversals.put([asked]));
      const other = reversal('r1', { amount: 9n, earning: 'e2', reason: 'other', applied: 3n });
      await transact((unit) => unit.reversals.put([other]));
      assertEqual(await transact((unit) => unit.reversals.find(['r1'])), [{ ...asked, applied: 3n }], 'once');
      await transact((unit) =>
        unit.reversals.put([reversal('r1', { applied: 4n }), reversal('r1', { applied: 5n })]),
      );
      assertEqual(
        await transact((unit) => unit.reversals.find(['r1'])),
        [{ ...asked, applied: 5n }],
        'twice',
      );
    },
  }),
  storeCase({
    id: 'reversal-record-waiting',
    title: 'tells the reversals that wait for one of the earnings, by key, and no applied ones',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.reversals.put([
          reversal('c'),
          reversal('B'),
          reversal('a', { earning: 'e2', amount: 7n }),
          reversal('b', { applied: 1n }),
          reversal('d', { earning: 'e3' }),
          reversal('e', { applied: 0n }),
        ]),
      );
      await transact(async (unit) => {
        const waiting = await unit.reversals.waiting(['e2', 'e1', 'e2', 'unknown']);
        assertEqual(
          waiting,
          [reversal('B'), reversal('a', { earning: 'e2', amount: 7n }), reversal('c')],
          'waiting',
        );
        assertEqual(await unit.reversals.waiting([]), [], 'for nothing');
        await unit.reversals.put([reversal('B', { applied: 9n })]);
        assertEqual(await unit.reversals.waiting(['e1']), [reversal('c')], 'after one was applied');
      });
    },
  }),
  storeCase({
    id: 'reversal-record-refuses-what-is-none',
    title: 'refuses a reversal that no store could keep, and the rest of its set',
    check: async ({ transact }) => {
      const wrong = [
        ['INVALID_ID', { key: '' }],
        ['INVALID_ID', { earning: 'a\nb' }],
        ['INVALID_AMOUNT', { amount: 0n }],
        ['INVALID_AMOUNT', { amount: -1n }],
        ['AMOUNT_OUT_OF_RANGE', { amount: MAX_MINOR + 1n }],
        ['INVALID_AMOUNT', { applied: -1n }],
        ['AMOUNT_OUT_OF_RANGE', { applied: MAX_MINOR + 1n }],
      ] as const;
      await transact(async (unit) => {
        for (const [code, parts] of wrong) {
          await assertRefused(unit.reversals.put([reversal('new'), reversal('wrong', parts)]), code);
        }
        assertEqual(await unit.reversals.find(['new', 'wrong']), [undefined, undefined], 'what is stored');
      });
    },
  }),
  storeCase({
    id: 'reversal-record-undone-with-its-transaction',
    title: 'stores and applies no reversal in a transaction that fails',
    check: async ({ transact }) => {
      await transact((unit) => unit.reversals.put([reversal('r1')]));
      await refusalOf(
        transact(async (unit) => {
          await unit.reversals.put([reversal('r1', { applied: 1n }), reversal('r2')]);
          throw new Error('stop');
        }),
      );
      await transact(async (unit) => {
        assertEqual(await unit.reversals.find(['r1', 'r2']), [reversal('r1'), undefined], 'found');
        assertEqual(await unit.reversals.waiting(['e1']), [reversal('r1')], 'waiting');
      });
    },
  }),
  storeCase({
    id: 'reversal-record-is-of-one-program',
    title: 'keeps reversals of two programs apart that have the same key',
    check: async ({ transact, store, otherProgram }) => {
      await transact((unit) => unit.reversals.put([reversal('r1')]));
      await store.transact(otherProgram, async (unit) => {
        assertEqual(await unit.reversals.find(['r1']), [undefined], 'found');
        assertEqual(await unit.reversals.waiting(['e1']), [], 'waiting');
        await unit.reversals.put([reversal('r1', { amount: 1n, applied: 1n })]);
      });
      assertEqual(await transact((unit) => unit.reversals.waiting(['e1'])), [reversal('r1')], 'the first');
    },
  }),
];
