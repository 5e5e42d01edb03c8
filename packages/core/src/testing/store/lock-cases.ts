import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { day, payout, upTo } from './rows.ts';
import { linger, Signal } from './signal.ts';

/** Named locks: they order what must not happen at once, and end with their transaction. */
export const lockCases = [
  storeCase({
    id: 'lock-taken-again',
    title: 'takes a lock again that the transaction has already, whatever its name',
    check: async ({ transact }) => {
      const names = ['participant/u1', 'PARTICIPANT/u1', "o'neil", '"', 'a/b\\', '🎉', 'x'.repeat(255)];
      await transact(async (unit) => {
        await unit.locks.take([]);
        assertEqual(await unit.locks.tryTake([]), [], 'none');
        await unit.locks.take(names);
        await unit.locks.take([...names.toReversed(), ...names]);
        const taken = await unit.locks.tryTake(names);
        assertEqual([...taken].sort(), [...names].sort(), 'taken again');
        assertEqual(await unit.locks.tryTake(['new', 'new']), ['new'], 'named twice');
      });
    },
  }),
  storeCase({
    id: 'lock-names-are-ids',
    title: 'refuses a lock whose name is no id',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        for (const name of ['', 'a\nb', 'x'.repeat(256), '\ud83c']) {
          await assertRefused(unit.locks.take(['a', name]), 'INVALID_ID');
          await assertRefused(unit.locks.tryTake(['a', name]), 'INVALID_ID');
        }
      });
    },
  }),
  storeCase({
    id: 'lock-many',
    title: 'takes thousands of locks at once',
    check: async ({ transact }) => {
      const names = upTo(2000).map((index) => `participant/u${index}`);
      await transact(async (unit) => {
        await unit.locks.take(names.slice(0, 1500));
        assertEqual((await unit.locks.tryTake(names)).length, 2000, 'taken');
      });
    },
  }),
  storeCase({
    id: 'lock-waits',
    title: 'waits for a lock, and then sees what was done under it',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      const taken = new Signal();
      const first = transact(async (unit) => {
        await unit.locks.take(['u1', 'u2']);
        taken.give();
        await linger(unit);
        await unit.payouts.add([payout('p1')]);
      });
      await taken.given;
      const seen = await transact(async (unit) => {
        await unit.locks.take(['u2']);
        return unit.payouts.find(['p1']);
      });
      await first;
      assertEqual(seen, [payout('p1')], 'what was seen');
    },
  }),
  storeCase({
    id: 'lock-try-does-not-wait',
    title: 'leaves out the locks that another open transaction holds, without waiting for it',
    needs: ['concurrency'],
    check: async ({ transact, store, otherProgram }) => {
      const [taken, tried] = [new Signal(), new Signal()];
      const first = transact(async (unit) => {
        await unit.locks.take(['b']);
        assertEqual(await unit.locks.tryTake(['d']), ['d'], 'taken by the first');
        taken.give();
        await tried.given;
      });
      await taken.given;
      try {
        const names = await transact((unit) => unit.locks.tryTake(['d', 'c', 'b', 'a']));
        assertEqual([...names].sort(), ['a', 'c'], 'taken by the second');
        const others = await store.transact(otherProgram, (unit) => unit.locks.tryTake(['b', 'd']));
        assertEqual([...others].sort(), ['b', 'd'], 'taken in another program');
        // Those that the second took ended with it.
        assertEqual(await transact((unit) => unit.locks.tryTake(['a'])), ['a'], 'taken by the third');
      } finally {
        tried.give();
        await first;
      }
      const all = await transact((unit) => unit.locks.tryTake(['a', 'b', 'c', 'd']));
      assertEqual([...all].sort(), ['a', 'b', 'c', 'd'], 'taken afterwards');
    },
  }),
  storeCase({
    id: 'lock-ends-with-a-failed-transaction',
    title: 'gives locks back when the transaction that holds them fails',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      const taken = new Signal();
      const failing = refusalOf(
        transact(async (unit) => {
          await unit.locks.take(['a']);
          await unit.locks.tryTake(['b']);
          taken.give();
          await linger(unit);
          throw new Error('stop');
        }),
      );
      await taken.given;
      await transact((unit) => unit.locks.take(['a', 'b']));
      await failing;
      const all = await transact((unit) => unit.locks.tryTake(['a', 'b']));
      assertEqual([...all].sort(), ['a', 'b'], 'taken afterwards');
    },
  }),
  storeCase({
    id: 'lock-in-any-order',
    title: 'takes the same locks in any order at the same time, and loses no change made under them',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await transact((unit) => unit.payouts.add([payout('p1')]));
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      await Promise.all(
        upTo(12).map((index) =>
          transact(async (unit) => {
            const turned = [...names.slice(index >>> 1), ...names.slice(0, index >>> 1)];
            await unit.locks.take((index & 1) === 0 ? turned : turned.toReversed());
            const [before] = await unit.payouts.find(['p1']);
            await unit.now();
            await unit.payouts.update([payout('p1', { fence: (before?.fence ?? 0) + 1 })]);
          }),
        ),
      );
      assertEqual((await transact((unit) => unit.payouts.find(['p1'])))[0]?.fence, 12, 'the fence');
    },
  }),
  storeCase({
    id: 'lock-orders-a-claim-and-a-cancel',
    title: 'lets a payout be claimed or cancelled and never both',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      const ids = upTo(10).map((index) => `p${index}`);
      await transact((unit) => unit.payouts.add(ids.map((id) => payout(id, { state: 'approved' }))));
      const change = (id: string, state: 'processing' | 'cancelled') =>
        transact(async (unit) => {
          await unit.locks.take([`payout/${id}`]);
          const [before] = await unit.payouts.find([id]);
          if (before?.state !== 'approved') return 0;
          await unit.now();
          await unit.payouts.update([{ ...before, state, fence: before.fence + 1 }]);
          return 1;
        });
      const changes = await Promise.all(
        ids.flatMap((id) => [change(id, 'processing'), change(id, 'cancelled'), change(id, 'processing')]),
      );
      assertEqual(
        changes.reduce((sum: number, changed) => sum + changed, 0),
        ids.length,
        'changes',
      );
      const found = await transact((unit) => unit.payouts.find(ids));
      assertEqual(
        found.map((row) => row?.fence),
        ids.map(() => 1),
        'the fences',
      );
    },
  }),
  storeCase({
    id: 'lock-due-does-not-wait',
    title:
      'tells what is due, open and listed while a transaction still open changes it, without waiting for it',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await transact((unit) => unit.payouts.add([payout('p1'), payout('p2')]));
      const [changed, looked] = [new Signal(), new Signal()];
      const changing = transact(async (unit) => {
        await unit.locks.take(['u1']);
        await unit.payouts.update([payout('p1', { state: 'completed', fence: 1 })]);
        changed.give();
        await looked.given;
      });
      await changed.given;
      const counts = await transact(async (unit) => [
        (await unit.payouts.due({ states: ['pending'], at: day(2), limit: 9 })).length,
        (await unit.payouts.openOf(['u1'])).length,
        (await unit.payouts.list({ states: ['pending'] }, { limit: 9 })).length,
      ]).finally(() => {
        looked.give();
      });
      await changing;
      assertEqual(counts, [2, 2, 2], 'how many were seen meanwhile');
      const due = await transact((unit) => unit.payouts.due({ states: ['pending'], at: day(2), limit: 9 }));
      assertEqual(due.length, 1, 'due afterwards');
    },
  }),
];
