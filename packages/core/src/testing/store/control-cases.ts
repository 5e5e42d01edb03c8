import type { Halt } from '../../ports/store.ts';
import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { A_FRACTION, day, NO_DATE, upTo } from './rows.ts';
import { linger, Signal } from './signal.ts';

const NOTHING_STOPPED = { epoch: 0, halts: [] };

const HALTS: readonly Halt[] = [
  { reason: 'everything', at: day(1, 123) },
  {
    provider: 'bank',
    account: "acct'1/ü",
    currency: 'X"',
    reason: 'balance short',
    at: day(2),
    until: day(3, 1),
  },
  { provider: 'a/b', reason: '🎉', at: day(2) },
  { currency: 'USD', reason: 'everything', at: day(1, 123) },
];

/** What is stopped, and the store's epoch. */
export const controlCases = [
  storeCase({
    id: 'control-nothing-at-first',
    title: 'stops nothing until something is stopped',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        assertEqual(await unit.controls.read(), NOTHING_STOPPED, 'as read');
        assertEqual(await unit.controls.lock(), NOTHING_STOPPED, 'as locked');
      });
    },
  }),
  storeCase({
    id: 'control-is-kept-as-it-is',
    title: 'keeps what is stopped, in the order given, and the epoch',
    check: async ({ transact }) => {
      for (const controls of [
        { epoch: 3, halts: HALTS },
        { epoch: 4, halts: HALTS.slice(1, 2) },
        { epoch: 9_007_199_254_740_991, halts: [] },
        { epoch: 5, halts: HALTS, restored: { at: day(2, 1), since: day(1, 999) } },
      ]) {
        await transact(async (unit) => {
          await unit.controls.put(controls);
          assertEqual(await unit.controls.read(), controls, 'as read at once');
        });
        await transact(async (unit) => {
          assertEqual(await unit.controls.read(), controls, 'as read');
          assertEqual(await unit.controls.lock(), controls, 'as locked');
        });
      }
    },
  }),
  storeCase({
    id: 'control-refuses-what-is-none',
    title: 'refuses controls that no store could keep',
    check: async ({ transact }) => {
      const wrong = [
        ['INVALID_INPUT', { epoch: -1, halts: [] }],
        ['INVALID_INPUT', { epoch: A_FRACTION, halts: [] }],
        ['INVALID_ID', { epoch: 1, halts: [{ reason: '', at: day(1) }] }],
        ['INVALID_ID', { epoch: 1, halts: [...HALTS, { provider: '', reason: 'r', at: day(1) }] }],
        ['INVALID_ID', { epoch: 1, halts: [{ account: 'a\nb', reason: 'r', at: day(1) }] }],
        ['INVALID_ID', { epoch: 1, halts: [{ currency: '', reason: 'r', at: day(1) }] }],
        ['INVALID_INSTANT', { epoch: 1, halts: [{ reason: 'r', at: NO_DATE }] }],
        ['INVALID_INSTANT', { epoch: 1, halts: [{ reason: 'r', at: day(1), until: NO_DATE }] }],
      ] as const;
      await transact(async (unit) => {
        for (const [code, controls] of wrong) await assertRefused(unit.controls.put(controls), code);
        assertEqual(await unit.controls.read(), NOTHING_STOPPED, 'what is stored');
      });
    },
  }),
  storeCase({
    id: 'control-times-are-copies',
    title: 'keeps the times of what is stopped when those it was given, or gave, are changed',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        const halt = { reason: 'r', at: day(1), until: day(2) };
        await unit.controls.put({ epoch: 1, halts: [halt] });
        halt.at.setTime(0);
        halt.until.setTime(0);
        const expected = { epoch: 1, halts: [{ reason: 'r', at: day(1), until: day(2) }] };
        for (const read of [await unit.controls.read(), await unit.controls.lock()]) {
          assertEqual(read, expected, 'as read');
          for (const { at, until } of read.halts) {
            at.setTime(0);
            until?.setTime(0);
          }
        }
        assertEqual(await unit.controls.read(), expected, 'read again');
      });
    },
  }),
  storeCase({
    id: 'control-undone-with-its-transaction',
    title: 'stops nothing in a transaction that fails, and goes on with nothing',
    check: async ({ transact }) => {
      for (const before of [NOTHING_STOPPED, { epoch: 1, halts: HALTS }]) {
        if (before.epoch > 0) await transact((unit) => unit.controls.put(before));
        await refusalOf(
          transact(async (unit) => {
            await unit.controls.lock();
            await unit.controls.put({ epoch: 7, halts: HALTS.slice(2) });
            throw new Error('stop');
          }),
        );
        assertEqual(await transact((unit) => unit.controls.read()), before, 'the controls');
      }
    },
  }),
  storeCase({
    id: 'control-is-of-one-program',
    title: 'stops the sends of one program and not of another',
    check: async ({ transact, store, otherProgram }) => {
      await transact((unit) => unit.controls.put({ epoch: 1, halts: HALTS }));
      await store.transact(otherProgram, async (unit) => {
        assertEqual(await unit.controls.read(), NOTHING_STOPPED, 'the other');
        await unit.controls.put({ epoch: 5, halts: [] });
      });
      assertEqual(await transact((unit) => unit.controls.read()), { epoch: 1, halts: HALTS }, 'the first');
    },
  }),
  storeCase({
    id: 'control-lock',
    title: 'loses no stop when many are made at once, also the first ones of a program',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await Promise.all(
        upTo(8).map((index) =>
          transact(async (unit) => {
            const { epoch, halts } = await unit.controls.lock();
            await unit.now();
            const halt = { reason: `r${index}`, at: day(1) };
            await unit.controls.put({ epoch: epoch + 1, halts: [...halts, halt] });
          }),
        ),
      );
      const controls = await transact((unit) => unit.controls.read());
      assertEqual([controls.epoch, controls.halts.length], [8, 8], 'the epoch and how many stops');
    },
  }),
  storeCase({
    id: 'control-read-does-not-wait',
    title: 'tells what is stopped while a transaction still open is stopping more, without waiting for it',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await transact((unit) => unit.controls.put({ epoch: 1, halts: [] }));
      const [stopped, looked] = [new Signal(), new Signal()];
      const stopping = transact(async (unit) => {
        await unit.controls.lock();
        await unit.controls.put({ epoch: 2, halts: HALTS });
        stopped.give();
        await looked.given;
      });
      await stopped.given;
      const seen = await transact((unit) => unit.controls.read()).finally(() => {
        looked.give();
      });
      await stopping;
      assertEqual(seen, { epoch: 1, halts: [] }, 'what was seen meanwhile');
    },
  }),
  storeCase({
    id: 'control-lock-waits',
    title: 'sees a stop that was being made when it waited for the lock of the controls',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      const locked = new Signal();
      const stopping = transact(async (unit) => {
        await unit.controls.lock();
        locked.give();
        await linger(unit);
        await unit.controls.put({ epoch: 1, halts: HALTS });
      });
      await locked.given;
      const seen = await transact((unit) => unit.controls.lock());
      await stopping;
      assertEqual(seen, { epoch: 1, halts: HALTS }, 'the controls');
    },
  }),
];
