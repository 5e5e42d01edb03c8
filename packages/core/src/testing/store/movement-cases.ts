import { MAX_MINOR } from '../../money/range.ts';
import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { collect, day, movement, NO_DATE, payout } from './rows.ts';

/** What providers have moved: each of their objects is booked once. */
export const movementCases = [
  storeCase({
    id: 'movement-is-kept-as-it-is',
    title: 'keeps what a provider moved, for which attempt, and what came back',
    check: async ({ transact }) => {
      const movements = [
        movement('tr_1', 'p1'),
        movement('tr_2', 'p1', { moved: MAX_MINOR, returned: MAX_MINOR, attempt: 7, bookedAt: day(3, 123) }),
        movement('\'q" \\ / ü 🎉', 'p1', { provider: 'a/b', moved: 1n }),
      ];
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1')]);
        await unit.movements.add([]);
        await unit.movements.add(movements);
      });
      await transact(async (unit) => {
        assertEqual(
          await unit.movements.find('bank', ['tr_1', 'tr_2']),
          movements.slice(0, 2),
          'of the bank',
        );
        assertEqual(await unit.movements.find('a/b', ['\'q" \\ / ü 🎉']), movements.slice(2), 'of another');
        assertEqual((await collect(unit.movements.all())).length, 3, 'streamed');
      });
    },
  }),
  storeCase({
    id: 'movement-booked-once',
    title: 'books an object of a provider once, whatever payout it names, and nothing of its set',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1'), payout('p2')]);
        await unit.movements.add([movement('tr_1', 'p1')]);
      });
      await transact(async (unit) => {
        for (const again of [
          movement('tr_1', 'p1'),
          movement('tr_1', 'p2'),
          movement('tr_1', 'p1', { attempt: 2 }),
        ]) {
          await assertRefused(unit.movements.add([movement('new', 'p1'), again]), 'IDEMPOTENCY_CONFLICT');
        }
        await assertRefused(
          unit.movements.add([movement('new', 'p1'), movement('new', 'p1')]),
          'IDEMPOTENCY_CONFLICT',
        );
        await unit.movements.add([movement('tr_1', 'p1', { provider: 'stripe' })]);
      });
      await transact(async (unit) => {
        assertEqual(
          await unit.movements.find('bank', ['new', 'tr_1']),
          [undefined, movement('tr_1', 'p1')],
          'found',
        );
        assertEqual((await unit.movements.of(['p1', 'p2'])).length, 2, 'of the payouts');
      });
    },
  }),
  storeCase({
    id: 'movement-found-in-order',
    title: 'tells objects of one provider in the order asked',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1')]);
        await unit.movements.add([
          movement('a', 'p1'),
          movement('b', 'p1'),
          movement('c', 'p1', { provider: 'x' }),
        ]);
      });
      const found = await transact((unit) => unit.movements.find('bank', ['b', 'c', 'a', 'unknown', 'b']));
      assertEqual(
        found.map((row) => row?.object),
        ['b', undefined, 'a', undefined, 'b'],
        'objects',
      );
      assertEqual(await transact((unit) => unit.movements.find('bank', [])), [], 'nothing asked');
    },
  }),
  storeCase({
    id: 'movement-of-payouts-in-order',
    title: 'tells what was moved by payout in the order asked, then by attempt, provider and object',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1'), payout('p2'), payout('p3')]);
        await unit.movements.add([
          movement('z', 'p1', { attempt: 10 }),
          movement('c', 'p1', { attempt: 2, provider: 'b' }),
          movement('b', 'p1', { attempt: 2, provider: 'b' }),
          movement('d', 'p1', { attempt: 2, provider: 'a' }),
          movement('a', 'p2'),
        ]);
      });
      const found = await transact((unit) => unit.movements.of(['p2', 'unknown', 'p3', 'p1']));
      assertEqual(
        found.map(({ object }) => object),
        ['a', 'd', 'b', 'c', 'z'],
        'objects',
      );
      assertEqual(await transact((unit) => unit.movements.of([])), [], 'nothing asked');
    },
  }),
  storeCase({
    id: 'movement-returns',
    title: 'keeps how much of a movement came back, and nothing else of it changes',
    check: async ({ transact }) => {
      const booked = movement('tr_1', 'p1');
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1'), payout('p2')]);
        await unit.movements.add([booked, movement('tr_2', 'p1')]);
        await unit.movements.update([]);
      });
      const changes = { payout: 'p2', attempt: 9, bookedAt: day(20), returned: 499n };
      await transact((unit) => unit.movements.update([movement('tr_1', 'p1', changes)]));
      await transact(async (unit) => {
        assertEqual(
          await unit.movements.find('bank', ['tr_1', 'tr_2']),
          [{ ...booked, returned: 499n }, movement('tr_2', 'p1')],
          'the movements',
        );
        assertEqual(await unit.movements.of(['p2']), [], 'of the other payout');
        await unit.movements.update([
          { ...booked, returned: 1n },
          { ...booked, returned: 500n },
        ]);
        assertEqual((await unit.movements.find('bank', ['tr_1']))[0]?.returned, 500n, 'the last of a set');
      });
    },
  }),
  storeCase({
    id: 'movement-update-of-unknown',
    title: 'refuses a return of what was never booked, and changes nothing of its set',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1')]);
        await unit.movements.add([movement('tr_1', 'p1')]);
      });
      await transact(async (unit) => {
        for (const unknown of [movement('unknown', 'p1'), movement('tr_1', 'p1', { provider: 'stripe' })]) {
          const set = [movement('tr_1', 'p1', { returned: 5n }), unknown];
          await assertRefused(unit.movements.update(set), 'INVARIANT_BROKEN');
        }
        assertEqual(await unit.movements.of(['p1']), [movement('tr_1', 'p1')], 'the movements');
      });
    },
  }),
  storeCase({
    id: 'movement-refuses-what-is-none',
    title: 'refuses a movement that no store could keep, or of which more came back than was moved',
    check: async ({ transact }) => {
      const wrong = [
        ['INVALID_AMOUNT', { moved: 0n }],
        ['INVALID_AMOUNT', { moved: -1n }],
        ['AMOUNT_OUT_OF_RANGE', { moved: MAX_MINOR + 1n }],
        ['INVALID_AMOUNT', { returned: -1n }],
        ['INVALID_AMOUNT', { returned: 501n }],
        ['INVALID_INPUT', { attempt: 0 }],
        ['INVALID_ID', { provider: '' }],
        ['INVALID_ID', { payout: '' }],
        ['INVALID_ID', { object: 'a\nb' }],
        ['INVALID_INSTANT', { bookedAt: NO_DATE }],
      ] as const;
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1')]);
        await unit.movements.add([movement('tr_1', 'p1', { returned: 3n })]);
        for (const [code, parts] of wrong) {
          await assertRefused(
            unit.movements.add([movement('new', 'p1'), movement('wrong', 'p1', parts)]),
            code,
          );
          const set = [movement('tr_1', 'p1'), movement('tr_1', 'p1', parts)];
          await assertRefused(unit.movements.update(set), code);
        }
        // More than was moved, whatever is said of it now.
        const more = movement('tr_1', 'p1', { moved: 1000n, returned: 501n });
        await assertRefused(unit.movements.update([more]), 'INVALID_AMOUNT');
        assertEqual(
          await unit.movements.of(['p1']),
          [movement('tr_1', 'p1', { returned: 3n })],
          'what is stored',
        );
      });
    },
  }),
  storeCase({
    id: 'movement-times-are-copies',
    title: 'keeps the time of a movement when that it was given, or gave, is changed',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        const given = movement('tr_1', 'p1', { bookedAt: day(2) });
        await unit.payouts.add([payout('p1')]);
        await unit.movements.add([given]);
        given.bookedAt.setTime(0);
        const reads = [
          ...(await unit.movements.find('bank', ['tr_1'])),
          ...(await unit.movements.of(['p1'])),
          ...(await collect(unit.movements.all())),
        ];
        for (const read of reads) {
          assertEqual(read?.bookedAt, day(2), 'as read');
          read?.bookedAt.setTime(0);
        }
        assertEqual(await unit.movements.of(['p1']), [movement('tr_1', 'p1')], 'read again');
      });
    },
  }),
  storeCase({
    id: 'movement-undone-with-its-transaction',
    title: 'books and returns nothing in a transaction that fails',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1')]);
        await unit.movements.add([movement('tr_1', 'p1')]);
      });
      await refusalOf(
        transact(async (unit) => {
          await unit.movements.add([movement('tr_2', 'p1')]);
          await unit.movements.update([movement('tr_1', 'p1', { returned: 5n })]);
          throw new Error('stop');
        }),
      );
      await transact(async (unit) => {
        assertEqual(await unit.movements.of(['p1']), [movement('tr_1', 'p1')], 'of the payout');
        await unit.movements.add([movement('tr_2', 'p1')]);
      });
    },
  }),
  storeCase({
    id: 'movement-is-of-one-program',
    title: 'keeps movements of two programs apart that have the same objects',
    check: async ({ transact, store, otherProgram }) => {
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1')]);
        await unit.movements.add([movement('tr_1', 'p1')]);
      });
      await store.transact(otherProgram, async (unit) => {
        await unit.payouts.add([payout('p1')]);
        assertEqual(await unit.movements.find('bank', ['tr_1']), [undefined], 'found');
        assertEqual(await unit.movements.of(['p1']), [], 'of the payout');
        assertEqual(await collect(unit.movements.all()), [], 'streamed');
        await unit.movements.add([movement('tr_1', 'p1', { moved: 1n })]);
        await unit.movements.update([movement('tr_1', 'p1', { moved: 1n, returned: 1n })]);
      });
      assertEqual(await transact((unit) => unit.movements.of(['p1'])), [movement('tr_1', 'p1')], 'the first');
    },
  }),
];
