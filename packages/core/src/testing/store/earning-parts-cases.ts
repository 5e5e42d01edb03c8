import type { Earning } from '../../ledger/earning.ts';
import { MAX_MINOR } from '../../money/range.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { day, earning, NO_DATE, upTo } from './rows.ts';

function idsOf(earnings: readonly Earning[]): readonly string[] {
  return earnings.map(({ id }) => id);
}

/** An earning of which nothing is held. */
function released(id: string, more: Partial<Earning> = {}): Earning {
  return earning(id, { held: 0n, released: 500n, ...more });
}

/** Everything whose time is over, page by page. */
async function allDue(unit: UnitOfWork, at: Date, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let last: Earning | undefined;
  for (;;) {
    const until = last?.hold?.until;
    const after = last && (until === undefined ? { id: last.id } : { until, id: last.id });
    const page = await unit.earnings.due({ at, limit, ...(after === undefined ? {} : { after }) });
    for (const { id } of page) ids.push(id);
    last = page.at(-1);
    if (page.length < limit) return ids;
  }
}

/** The parts of earnings as they change: held, released, reversed, and what hangs on them. */
export const earningPartsCases = [
  storeCase({
    id: 'earning-parts-all-kept',
    title: 'keeps of an earning what it hangs on, what it was counted in and any condition it waits for',
    check: async ({ transact }) => {
      const earnings = [
        earning('sale', { kind: 'sale', hold: { condition: 'it\'s "verified" / ü 🎉' } }),
        earning('bonus', { kind: 'referral_bonus', bonusOf: { earning: 'sale', rate: '0.1' } }),
        earning('tip', {
          kind: 'tip',
          conversion: { unit: 'tokens', quantity: '12.5', rate: '40', rounding: 'half-even' },
        }),
        earning('all', {
          kind: 'adjustment',
          hold: { until: day(9, 123), condition: 'x' },
          fulfilled: true,
          bonusOf: { earning: 'a/b', rate: '1' },
          conversion: { unit: '🎉', quantity: '0.000000000000000001', rate: '1e3', rounding: 'floor' },
        }),
        ...(['bounty', 'commission', 'other'] as const).map((kind) => earning(kind, { kind })),
      ];
      await transact((unit) => unit.earnings.add(earnings));
      assertEqual(await transact((unit) => unit.earnings.find(idsOf(earnings))), earnings, 'the earnings');
    },
  }),
  storeCase({
    id: 'earning-parts-other-reasons',
    title: 'refuses an earning that comes again as hanging on another, or counted in something else',
    check: async ({ transact }) => {
      const conversion = { unit: 'tokens', quantity: '1', rate: '500', rounding: 'floor' } as const;
      const first = earning('e1', { bonusOf: { earning: 'e0', rate: '0.1' }, conversion });
      await transact((unit) => unit.earnings.add([first]));
      const others = [
        earning('e1'),
        { ...first, bonusOf: { earning: 'e2', rate: '0.1' } },
        { ...first, bonusOf: { earning: 'e0', rate: '0.2' } },
        { ...first, conversion: { ...conversion, unit: 'credits' } },
        { ...first, conversion: { ...conversion, quantity: '2' } },
        { ...first, conversion: { ...conversion, rate: '250' } },
        { ...first, conversion: { ...conversion, rounding: 'half-even' as const } },
      ];
      await transact(async (unit) => {
        for (const other of others) {
          await assertRefused(unit.earnings.add([earning('new'), other]), 'IDEMPOTENCY_CONFLICT', {
            kind: 'earning',
            id: 'e1',
          });
        }
        await unit.earnings.add([{ ...first, fulfilled: true }]);
        assertEqual(await unit.earnings.find(['e1', 'new']), [first, undefined], 'the earnings');
      });
    },
  }),
  storeCase({
    id: 'earning-parts-change',
    title: 'changes what is held, released, reversed and met of an earning, and nothing else of it',
    check: async ({ transact }) => {
      const first = earning('e1', {
        hold: { until: day(9), condition: 'x' },
        bonusOf: { earning: 'e0', rate: '1' },
      });
      await transact((unit) => unit.earnings.add([first, earning('e2')]));
      const parts = { held: 100n, released: 300n, reversed: 100n, fulfilled: true };
      const other = earning('e1', {
        ...parts,
        participant: 'u2',
        currency: 'EUR',
        kind: 'tip',
        subject: 'other',
      });
      await transact((unit) => unit.earnings.update([other]));
      await transact(async (unit) => {
        assertEqual(
          await unit.earnings.find(['e1', 'e2']),
          [{ ...first, ...parts }, earning('e2')],
          'changed',
        );
        await unit.earnings.update([]);
        await unit.earnings.update([
          { ...first, held: 0n },
          { ...first, fulfilled: true, held: 1n },
        ]);
        assertEqual(
          await unit.earnings.find(['e1']),
          [{ ...first, fulfilled: true, held: 1n }],
          'the last of a set',
        );
      });
    },
  }),
  storeCase({
    id: 'earning-parts-refused-changes',
    title:
      'refuses parts that do not fit into the earning, or an earning that is not there, and changes nothing',
    check: async ({ transact }) => {
      await transact((unit) => unit.earnings.add([earning('e1'), earning('e2')]));
      await transact(async (unit) => {
        const change = earning('e2', { held: 1n });
        for (const parts of [
          { held: 501n },
          { held: -1n },
          { released: 1n },
          { reversed: 501n },
          { reversed: -1n },
        ]) {
          await assertRefused(unit.earnings.update([change, earning('e1', parts)]), 'INVALID_AMOUNT');
        }
        // They fit into what is said now, and not into what was credited.
        const larger = earning('e1', { amount: 1000n, held: 1000n });
        await assertRefused(unit.earnings.update([change, larger]), 'INVALID_AMOUNT');
        await assertRefused(unit.earnings.update([change, earning('unknown')]), 'EARNING_NOT_FOUND', {
          earning: 'unknown',
        });
        assertEqual(await unit.earnings.find(['e1', 'e2']), [earning('e1'), earning('e2')], 'the earnings');
      });
    },
  }),
  storeCase({
    id: 'earning-parts-due-in-order',
    title: 'tells held earnings whose time is over by time and id, those without a time first',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.earnings.add([
          earning('later', { hold: { until: day(5, 1) } }),
          earning('b', { hold: { until: day(5) } }),
          earning('B', { hold: { until: day(5), condition: 'x' } }),
          earning('c', { hold: { until: day(4, 999) } }),
          earning('z', { hold: { condition: 'verified' }, participant: 'u2' }),
          earning('y'),
          released('released', { hold: { until: day(2) } }),
          released('released without a time'),
          earning('a little', { held: 1n, released: 499n, hold: { until: day(3) } }),
        ]),
      );
      await transact(async (unit) => {
        const all = ['y', 'z', 'a little', 'c', 'B', 'b'];
        for (const limit of [1, 2, 3, 6, 7])
          assertEqual(await allDue(unit, day(5), limit), all, `by ${limit}`);
        assertEqual(await allDue(unit, day(4), 9), ['y', 'z', 'a little'], 'on the fourth');
        const none = await unit.earnings.due({ at: day(5), after: { id: 'y and a half' }, limit: 2 });
        assertEqual(idsOf(none), ['z', 'a little'], 'after one without a time');
        const some = await unit.earnings.due({ at: day(5), after: { until: day(5), id: 'A' }, limit: 9 });
        assertEqual(
          some,
          [
            earning('B', { hold: { until: day(5), condition: 'x' } }),
            earning('b', { hold: { until: day(5) } }),
          ],
          'after a place where nothing stands',
        );
        await assertRefused(unit.earnings.due({ at: NO_DATE, limit: 1 }), 'INVALID_INSTANT');
      });
    },
  }),
  storeCase({
    id: 'earning-parts-due-follows-changes',
    title: 'no longer tells an earning as held once nothing of it is, and does so again when something is',
    check: async ({ transact }) => {
      await transact((unit) => unit.earnings.add([earning('a'), earning('b'), released('c')]));
      await transact((unit) => unit.earnings.update([released('a'), earning('c', { held: 1n })]));
      await transact(async (unit) => {
        assertEqual(await allDue(unit, day(9), 9), ['b', 'c'], 'due');
        assertEqual(idsOf(await unit.earnings.heldOf(['u1'])), ['b', 'c'], 'held');
        await unit.earnings.update([earning('b', { held: 0n }), released('c'), earning('a', { held: 2n })]);
        assertEqual(await allDue(unit, day(9), 9), ['a'], 'due afterwards');
        assertEqual(idsOf(await unit.earnings.heldOf(['u1'])), ['a'], 'held afterwards');
      });
    },
  }),
  storeCase({
    id: 'earning-parts-held-of',
    title: 'tells the held earnings of participants by id, each once',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.earnings.add([
          earning('c'),
          earning('b', { participant: 'u2', hold: { until: day(20) } }),
          earning('a', { hold: { condition: 'x' } }),
          earning('B'),
          released('d'),
          earning('e', { participant: 'u3' }),
        ]),
      );
      await transact(async (unit) => {
        const held = await unit.earnings.heldOf(['u2', 'u1', 'u2', 'unknown']);
        assertEqual(idsOf(held), ['B', 'a', 'b', 'c'], 'of two');
        assertEqual(held[2], earning('b', { participant: 'u2', hold: { until: day(20) } }), 'a row');
        assertEqual(await unit.earnings.heldOf([]), [], 'of nobody');
      });
    },
  }),
  storeCase({
    id: 'earning-parts-bonuses-of',
    title: 'tells the bonuses that hang on earnings by id, each once, whatever is left of them',
    check: async ({ transact }) => {
      const bonus = (id: string, of: string) => released(id, { bonusOf: { earning: of, rate: '0.1' } });
      await transact((unit) =>
        unit.earnings.add([
          bonus('c', 'e1'),
          bonus('b', 'e2'),
          bonus('B', 'e1'),
          earning('a'),
          bonus('d', 'e3'),
        ]),
      );
      await transact(async (unit) => {
        const bonuses = await unit.earnings.bonusesOf(['e2', 'e1', 'e2', 'a']);
        assertEqual(bonuses, [bonus('B', 'e1'), bonus('b', 'e2'), bonus('c', 'e1')], 'of two');
        assertEqual(await unit.earnings.bonusesOf([]), [], 'of nothing');
      });
    },
  }),
  storeCase({
    id: 'earning-parts-totals',
    title: 'tells what a participant has earned in all by currency, beyond what one amount can be',
    check: async ({ transact }) => {
      const largest = { amount: MAX_MINOR, held: 0n, reversed: MAX_MINOR, currency: 'JPY' };
      await transact((unit) =>
        unit.earnings.add([
          earning('a'),
          earning('b', { reversed: 100n, held: 400n }),
          earning('c', largest),
          earning('d', largest),
          earning('e', { participant: 'u2' }),
        ]),
      );
      await transact((unit) => unit.earnings.update([earning('a', { held: 499n, reversed: 1n })]));
      await transact(async (unit) => {
        const totals = [...(await unit.earnings.totalsOf('u1'))].sort((left) =>
          left.currency === 'JPY' ? -1 : 1,
        );
        assertEqual(
          totals,
          [
            { currency: 'JPY', amount: 2n * MAX_MINOR, reversed: 2n * MAX_MINOR },
            { currency: 'USD', amount: 1000n, reversed: 101n },
          ],
          'the totals',
        );
        assertEqual(await unit.earnings.totalsOf('unknown'), [], 'of somebody who earned nothing');
      });
    },
  }),
  storeCase({
    id: 'earning-parts-times-are-copies',
    title: 'keeps the time of a hold when that it was given, or gave, is changed',
    check: async ({ transact }) => {
      const expected = { ...earning('e1'), hold: { until: day(2) }, bonusOf: { earning: 'e0', rate: '1' } };
      await transact(async (unit) => {
        const given = { ...earning('e1'), hold: { until: day(2) }, bonusOf: { earning: 'e0', rate: '1' } };
        await unit.earnings.add([given]);
        given.hold.until.setTime(0);
        const reads = [
          ...(await unit.earnings.due({ at: day(9), limit: 1 })),
          ...(await unit.earnings.heldOf(['u1'])),
          ...(await unit.earnings.bonusesOf(['e0'])),
        ];
        for (const read of reads) {
          assertEqual(read, expected, 'as read');
          read.hold?.until?.setTime(0);
        }
        await unit.earnings.update([{ ...given, held: 499n }]);
        assertEqual(await unit.earnings.find(['e1']), [{ ...expected, held: 499n }], 'read again');
      });
    },
  }),
  storeCase({
    id: 'earning-parts-undone-with-their-transaction',
    title: 'releases and reverses nothing in a transaction that fails',
    check: async ({ transact }) => {
      await transact((unit) => unit.earnings.add([earning('a'), released('b')]));
      await refusalOf(
        transact(async (unit) => {
          await unit.earnings.update([released('a'), earning('b', { reversed: 500n })]);
          await unit.earnings.add([earning('c', { bonusOf: { earning: 'a', rate: '1' } })]);
          throw new Error('stop');
        }),
      );
      await transact(async (unit) => {
        assertEqual(await allDue(unit, day(9), 9), ['a'], 'due');
        assertEqual(await unit.earnings.heldOf(['u1']), [earning('a')], 'held');
        assertEqual(await unit.earnings.bonusesOf(['a']), [], 'bonuses');
        const total = { currency: 'USD', amount: 1000n, reversed: 0n };
        assertEqual(await unit.earnings.totalsOf('u1'), [total], 'totals');
      });
    },
  }),
  storeCase({
    id: 'earning-parts-are-of-one-program',
    title: 'keeps the parts of earnings of two programs apart that have the same ids',
    check: async ({ transact, store, otherProgram }) => {
      const bonus = earning('e1', { bonusOf: { earning: 'e0', rate: '1' } });
      await transact((unit) => unit.earnings.add([bonus]));
      await store.transact(otherProgram, async (unit) => {
        assertEqual(await allDue(unit, day(9), 9), [], 'due');
        assertEqual(await unit.earnings.heldOf(['u1']), [], 'held');
        assertEqual(await unit.earnings.bonusesOf(['e0']), [], 'bonuses');
        assertEqual(await unit.earnings.totalsOf('u1'), [], 'totals');
        await assertRefused(unit.earnings.update([released('e1')]), 'EARNING_NOT_FOUND', { earning: 'e1' });
        await unit.earnings.add([earning('e1')]);
        await unit.earnings.update([released('e1')]);
      });
      assertEqual(await transact((unit) => unit.earnings.heldOf(['u1'])), [bonus], 'the first');
    },
  }),
  storeCase({
    id: 'earning-parts-many',
    title: 'releases thousands of earnings in sets',
    check: async ({ transact }) => {
      const earnings = upTo(3000).map((index) =>
        earning(`e${index}`, { participant: `u${index >>> 1}`, hold: { until: day(1, index >>> 3) } }),
      );
      await transact((unit) => unit.earnings.add(earnings.toReversed()));
      await transact((unit) =>
        unit.earnings.update(earnings.slice(0, 1500).map((row) => ({ ...row, held: 0n, released: 500n }))),
      );
      await transact(async (unit) => {
        const due = await allDue(unit, day(9), 700);
        assertEqual([due.length, new Set(due).size], [1500, 1500], 'due');
        const held = await unit.earnings.heldOf(upTo(3000).map((index) => `u${index}`));
        assertEqual(held.length, 1500, 'held');
      });
    },
  }),
];
