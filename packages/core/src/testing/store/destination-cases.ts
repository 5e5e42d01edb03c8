import type { Destination } from '../../payouts/payout.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { assertEqual, assertRefused, assertThat, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { A_FRACTION, day, NO_DATE } from './rows.ts';

/** Gives a participant a destination, or takes it away, and tells which one is stored then. */
async function move(
  unit: UnitOfWork,
  destination: Destination | undefined,
): Promise<Destination | undefined> {
  const participant = { id: 'u1', active: true, verified: true };
  await unit.participants.put([destination === undefined ? participant : { ...participant, destination }]);
  const [stored] = await unit.participants.find(['u1']);
  return stored?.destination;
}

const FIRST: Destination = { id: 'acct_1', version: 1, provider: 'bank' };

/** Destinations: since when money goes there, and where it no longer goes. */
export const destinationCases = [
  storeCase({
    id: 'destination-first-has-no-since',
    title: 'gives the first destination of a participant no time of change, whatever was given',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        assertEqual(await move(unit, undefined), undefined, 'none');
        assertEqual(await move(unit, { ...FIRST, since: day(1) }), FIRST, 'the first');
        assertEqual(await move(unit, { ...FIRST, since: day(2) }), FIRST, 'the same again');
      });
      assertEqual(await transact((unit) => move(unit, FIRST)), FIRST, 'the same in another transaction');
    },
  }),
  storeCase({
    id: 'destination-change-is-stamped',
    title: 'stamps a destination with the time at which it replaced another one',
    check: async ({ transact }) => {
      await transact((unit) => move(unit, FIRST));
      const { provider: _provider, ...ofFirstProvider } = FIRST;
      const changes: readonly Destination[] = [
        { ...FIRST, id: 'acct_2' },
        { ...FIRST, id: 'acct_2', version: 2 },
        { ...FIRST, id: 'acct_2', version: 2, provider: 'stripe' },
        { ...ofFirstProvider, version: 0 },
        FIRST,
      ];
      for (const destination of changes) {
        await transact(async (unit) => {
          const before = await unit.now();
          const stored = await move(unit, { ...destination, since: day(1) });
          const after = await unit.now();
          const since = stored?.since?.getTime() ?? -1;
          assertThat(
            since >= before.getTime() && since <= after.getTime(),
            'the time of change is the store’s',
          );
          assertEqual(stored, { ...destination, since: new Date(since) }, 'the rest of it');
        });
      }
    },
  }),
  storeCase({
    id: 'destination-keeps-its-since',
    title: 'keeps the time of change while the destination stays the same',
    needs: ['time'],
    check: async ({ transact, passTime }) => {
      await transact((unit) => move(unit, FIRST));
      const second = { ...FIRST, version: 2 };
      const stamped = await transact((unit) => move(unit, second));
      assertThat(stamped?.since !== undefined, 'the second one has a time of change');
      await passTime(50);
      for (const given of [second, { ...second, since: day(1) }, stamped]) {
        assertEqual(await transact((unit) => move(unit, given)), stamped, 'the same one');
      }
      await passTime(50);
      const third = await transact((unit) => move(unit, { ...stamped, version: 3 }));
      assertThat((third?.since?.getTime() ?? 0) > stamped.since.getTime(), 'the third one has a later time');
    },
  }),
  storeCase({
    id: 'destination-remembered-when-taken-away',
    title: 'takes a destination for a change that follows another one which was taken away before',
    check: async ({ transact }) => {
      await transact((unit) => move(unit, FIRST));
      assertEqual(await transact((unit) => move(unit, undefined)), undefined, 'none');
      assertEqual(await transact((unit) => move(unit, FIRST)), FIRST, 'the same one again');
      await transact((unit) => move(unit, undefined));
      const other = await transact((unit) => move(unit, { ...FIRST, id: 'acct_2' }));
      assertThat(other?.since !== undefined, 'another one has a time of change');
    },
  }),
  storeCase({
    id: 'destination-changes-within-a-set',
    title: 'stamps a destination that replaces another one of the same set',
    check: async ({ transact }) => {
      const participant = { id: 'u1', active: true, verified: true };
      await transact((unit) =>
        unit.participants.put([
          { ...participant, destination: FIRST },
          { ...participant, destination: { ...FIRST, version: 2 } },
        ]),
      );
      const [stored] = await transact((unit) => unit.participants.find(['u1']));
      assertEqual(stored?.destination?.version, 2, 'the version');
      assertThat(stored?.destination?.since !== undefined, 'it has a time of change');
    },
  }),
  storeCase({
    id: 'destination-time-is-a-copy',
    title: 'keeps the time of change when the one it gave is changed',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await move(unit, FIRST);
        const stored = await move(unit, { ...FIRST, version: 2 });
        const since = stored?.since?.getTime() ?? -1;
        stored?.since?.setTime(0);
        const [again] = await unit.participants.find(['u1']);
        assertEqual(again?.destination?.since?.getTime(), since, 'the time');
      });
    },
  }),
  storeCase({
    id: 'destination-refuses-what-is-none',
    title: 'refuses a destination that no store could keep',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await assertRefused(move(unit, { ...FIRST, id: '' }), 'INVALID_ID');
        await assertRefused(move(unit, { ...FIRST, provider: 'a\nb' }), 'INVALID_ID');
        await assertRefused(move(unit, { ...FIRST, since: NO_DATE }), 'INVALID_INSTANT');
        const blocked = { provider: 'bank', id: 'acct_1', version: 1 };
        for (const wrong of [
          { ...blocked, provider: '' },
          { ...blocked, id: 'a\nb' },
        ]) {
          await assertRefused(unit.participants.block([blocked, wrong]), 'INVALID_ID');
          await assertRefused(unit.participants.areBlocked([blocked, wrong]), 'INVALID_ID');
        }
        await assertRefused(
          unit.participants.block([blocked, { ...blocked, version: A_FRACTION }]),
          'INVALID_INPUT',
        );
        assertEqual(await unit.participants.areBlocked([blocked]), [false], 'blocked');
      });
    },
  }),
  storeCase({
    id: 'destination-blocked',
    title: 'blocks a version of a destination at a provider, and no other',
    check: async ({ transact }) => {
      const blocked = { provider: 'bank', id: "acct'1/ü 🎉", version: 2 };
      await transact(async (unit) => {
        await unit.participants.block([]);
        await unit.participants.block([blocked, blocked]);
        await unit.participants.block([blocked, { ...blocked, id: 'another' }]);
      });
      const asked = [
        { ...blocked, version: 1 },
        blocked,
        { ...blocked, provider: 'Bank' },
        { ...blocked, id: 'another' },
        { ...blocked, id: 'unknown' },
        blocked,
        { provider: 'bank/another', id: 'x', version: 2 },
      ];
      const areBlocked = await transact((unit) => unit.participants.areBlocked(asked));
      assertEqual(areBlocked, [false, true, false, true, false, true, false], 'blocked');
      assertEqual(await transact((unit) => unit.participants.areBlocked([])), [], 'none asked');
    },
  }),
  storeCase({
    id: 'destination-undone-with-its-transaction',
    title: 'blocks and changes no destination in a transaction that fails',
    check: async ({ transact }) => {
      const blocked = { provider: 'bank', id: 'acct_1', version: 1 };
      await refusalOf(
        transact(async (unit) => {
          await unit.participants.block([blocked]);
          await move(unit, { ...FIRST, id: 'never' });
          throw new Error('stop');
        }),
      );
      await transact(async (unit) => {
        assertEqual(await unit.participants.areBlocked([blocked]), [false], 'blocked');
        assertEqual(await move(unit, FIRST), FIRST, 'the first destination');
      });
    },
  }),
  storeCase({
    id: 'destination-is-of-one-program',
    title: 'blocks and remembers destinations in one program and not in another',
    check: async ({ transact, store, otherProgram }) => {
      const blocked = { provider: 'bank', id: 'acct_1', version: 1 };
      await transact(async (unit) => {
        await unit.participants.block([blocked]);
        await move(unit, { ...FIRST, id: 'other' });
      });
      await store.transact(otherProgram, async (unit) => {
        assertEqual(await unit.participants.areBlocked([blocked]), [false], 'blocked');
        assertEqual(await move(unit, FIRST), FIRST, 'the first destination there');
      });
    },
  }),
];
