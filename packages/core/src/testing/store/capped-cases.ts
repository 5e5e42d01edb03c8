import { assertEqual, assertRefused } from '../assert.ts';
import { storeCase } from './case.ts';
import { balanceOf, deposit, transfer } from './rows.ts';

/** Capped transfers: a budget is an account, and cannot be overspent. */
export const cappedCases = [
  storeCase({
    id: 'capped-moves-what-is-there',
    title: 'pays what is left of a budget when more is asked for, and stores what it paid',
    check: async ({ transact }) => {
      const spend = (id: string, asked: bigint) =>
        transfer(id, 'campaign/c', 'participant/u1/available', asked, { kind: 'earning', atMost: true });
      const results = await transact((unit) =>
        unit.ledger.post([
          deposit('budget', 'campaign/c', 100n),
          spend('v1', 60n),
          spend('v2', 60n),
          spend('v3', 60n),
        ]),
      );
      assertEqual(
        results.map(({ moved }) => moved),
        [100n, 60n, 40n, 0n],
        'moved',
      );
      assertEqual(
        results.map(({ asked }) => asked),
        [100n, 60n, 60n, 60n],
        'asked',
      );
      await transact(async (unit) => {
        assertEqual(await unit.ledger.find(['budget', 'v1', 'v2', 'v3']), results, 'stored');
        assertEqual(await balanceOf(unit, 'campaign/c'), 0n, 'the budget');
        assertEqual(await balanceOf(unit, 'participant/u1/available'), 100n, 'the participant');
      });
    },
  }),
  storeCase({
    id: 'capped-moves-all-when-it-is-there',
    title: 'pays all that is asked for when the budget suffices to the last unit',
    check: async ({ transact }) => {
      const results = await transact((unit) =>
        unit.ledger.post([
          deposit('budget', 'campaign/c', 100n),
          transfer('v1', 'campaign/c', 'participant/u1/available', 100n, { atMost: true }),
        ]),
      );
      assertEqual(results[1]?.moved, 100n, 'moved');
    },
  }),
  storeCase({
    id: 'capped-replay-keeps-what-moved',
    title: 'answers a capped transfer with what it paid then, though the budget has changed since',
    check: async ({ transact }) => {
      const part = transfer('part', 'campaign/c', 'participant/u1/available', 60n, { atMost: true });
      const none = transfer('none', 'campaign/c', 'participant/u1/available', 60n, { atMost: true });
      const first = await transact((unit) =>
        unit.ledger.post([deposit('budget', 'campaign/c', 40n), part, none]),
      );
      await transact((unit) => unit.ledger.post([deposit('more', 'campaign/c', 1000n)]));
      const again = await transact((unit) => unit.ledger.post([part, none]));
      assertEqual(again, first.slice(1), 'the results of the replay');
      assertEqual(
        again.map(({ moved }) => moved),
        [40n, 0n],
        'moved',
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'campaign/c')), 1000n, 'the new budget');
    },
  }),
  storeCase({
    id: 'capped-still-refuses-other-content',
    title: 'refuses a capped transfer that asks for another amount under its old id',
    check: async ({ transact }) => {
      const spend = transfer('v1', 'campaign/c', 'participant/u1/available', 60n, { atMost: true });
      await transact((unit) => unit.ledger.post([deposit('budget', 'campaign/c', 40n), spend]));
      for (const other of [
        { ...spend, asked: 40n },
        { ...spend, atMost: false },
      ]) {
        await assertRefused(
          transact((unit) => unit.ledger.post([other])),
          'IDEMPOTENCY_CONFLICT',
          { kind: 'transfer', id: 'v1' },
        );
      }
    },
  }),
  storeCase({
    id: 'capped-from-an-account-that-may-owe',
    title: 'pays in full from an account that may go below zero, capped or not',
    check: async ({ transact }) => {
      const [result] = await transact((unit) =>
        unit.ledger.post([transfer('t', 'funding', 'pool/p', 70n, { atMost: true })]),
      );
      assertEqual(result?.moved, 70n, 'moved');
    },
  }),
  storeCase({
    id: 'capped-beside-uncapped',
    title: 'refuses an uncapped transfer from a budget that a capped one before it has emptied',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('budget', 'campaign/c', 100n)]));
      await assertRefused(
        transact((unit) =>
          unit.ledger.post([
            transfer('capped', 'campaign/c', 'participant/u1/available', 300n, { atMost: true }),
            transfer('uncapped', 'campaign/c', 'participant/u1/available', 1n),
          ]),
        ),
        'INSUFFICIENT_FUNDS',
        { transfer: 'uncapped', account: 'campaign/c' },
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'campaign/c')), 100n, 'the budget');
    },
  }),
];
