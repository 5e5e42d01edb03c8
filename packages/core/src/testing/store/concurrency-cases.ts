import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { balanceOf, day, days, deposit, interaction, notification, plan, transfer, upTo } from './rows.ts';
import { linger, Signal } from './signal.ts';
import { type StateIds, stateOf } from './state.ts';

const IDS: StateIds = { participants: ['u1'], periods: ['d1'] };
const HOUR = 3_600_000;

/** Two transactions open at the same time: nothing half done is seen, and locks hold. */
export const concurrencyCases = [
  storeCase({
    id: 'concurrency-nothing-half-done-is-seen',
    title: 'shows nobody money or rows of a transaction that has not ended',
    needs: ['concurrency'],
    check: async ({ transact, store, program }) => {
      const before = await stateOf(store, program, IDS);
      const [written, looked] = [new Signal(), new Signal()];
      const writing = transact(async (unit) => {
        await unit.ledger.post([deposit('t', 'participant/u1/held', 5n)]);
        await unit.participants.put([{ id: 'u1', active: true, verified: true }]);
        await unit.outbox.add([notification('n1')]);
        await unit.plans.freeze(plan('d1', 1), ['a']);
        written.give();
        await looked.given;
      });
      await written.given;
      try {
        assertEqual(await stateOf(store, program, IDS), before, 'the state seen meanwhile');
      } finally {
        looked.give();
        await writing;
      }
      assertEqual(
        await transact((unit) => balanceOf(unit, 'participant/u1/held')),
        5n,
        'the balance afterwards',
      );
    },
  }),
  storeCase({
    id: 'concurrency-programs-do-not-wait',
    title: 'lets one program pay while a transaction of another is open',
    needs: ['concurrency'],
    check: async ({ transact, store, otherProgram }) => {
      const [begun, paid] = [new Signal(), new Signal()];
      const waiting = transact(async (unit) => {
        await unit.ledger.post([deposit('t', 'pool/p', 1n)]);
        begun.give();
        await paid.given;
      });
      await begun.given;
      try {
        const [result] = await store.transact(otherProgram, (unit) =>
          unit.ledger.post([deposit('t', 'pool/p', 2n)]),
        );
        assertEqual(result?.moved, 2n, 'moved');
      } finally {
        paid.give();
        await waiting;
      }
    },
  }),
  storeCase({
    id: 'concurrency-spending-waits',
    title: 'lets money be spent again when the transaction that was spending it fails',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('in', 'participant/u1/available', 100n)]));
      const spent = new Signal();
      const failing = refusalOf(
        transact(async (unit) => {
          await unit.ledger.post([
            transfer('first', 'participant/u1/available', 'participant/u1/reserved', 100n),
          ]);
          spent.give();
          await linger(unit);
          throw new Error('stop');
        }),
      );
      await spent.given;
      const [second] = await transact((unit) =>
        unit.ledger.post([transfer('second', 'participant/u1/available', 'participant/u1/reserved', 100n)]),
      );
      await failing;
      assertEqual(second?.moved, 100n, 'moved');
      assertEqual(await transact((unit) => unit.ledger.find(['first'])), [undefined], 'the failed one');
    },
  }),
  storeCase({
    id: 'concurrency-spending-sees-what-was-spent',
    title: 'refuses money that a transaction still open was spending, once that has ended',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('in', 'participant/u1/available', 100n)]));
      const spent = new Signal();
      const first = transact(async (unit) => {
        await unit.ledger.post([
          transfer('first', 'participant/u1/available', 'participant/u1/reserved', 60n),
        ]);
        spent.give();
        await linger(unit);
      });
      await spent.given;
      await assertRefused(
        transact((unit) =>
          unit.ledger.post([transfer('second', 'participant/u1/available', 'participant/u1/reserved', 60n)]),
        ),
        'INSUFFICIENT_FUNDS',
        { transfer: 'second', account: 'participant/u1/available' },
      );
      await first;
    },
  }),
  storeCase({
    id: 'concurrency-closing-holds-off-recording',
    title: 'counts in the next period what is recorded while a period is being closed',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(1, 8), days(8, 15)]));
      const locked = new Signal();
      const closing = transact(async (unit) => {
        await unit.periods.lock('d1');
        locked.give();
        await linger(unit);
        const total = await unit.interactions.total('d1');
        await unit.periods.setState('d1', 'closing');
        return total;
      });
      await locked.given;
      const receipt = await transact((unit) => unit.interactions.record([interaction('i1', day(2))]));
      assertEqual(await closing, 0, 'the total that closing saw');
      assertEqual(receipt, { recorded: 1, duplicates: 0, late: 1 }, 'the receipt');
      await transact(async (unit) => {
        assertEqual(await unit.interactions.total('d1'), 0, 'the closed period');
        assertEqual(await unit.interactions.total('d8'), 1, 'the next period');
      });
    },
  }),
  storeCase({
    id: 'concurrency-recording-holds-off-closing',
    title: 'lets a period be closed only when what is being recorded in it has been counted',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(1, 8), days(8, 15)]));
      const recorded = new Signal();
      const recording = transact(async (unit) => {
        await unit.interactions.record([interaction('i1', day(2))]);
        recorded.give();
        await linger(unit);
      });
      await recorded.given;
      const total = await transact(async (unit) => {
        await unit.periods.lock('d1');
        await unit.periods.setState('d1', 'closing');
        return unit.interactions.total('d1');
      });
      await recording;
      assertEqual(total, 1, 'the total that closing saw');
    },
  }),
  storeCase({
    id: 'concurrency-plan-lock',
    title: 'lets one at a time work through the steps of a plan',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.plans.freeze(
          plan('p1', 30),
          upTo(30).map((page) => `page ${page}`),
        ),
      );
      await Promise.all(
        upTo(8).map(() =>
          transact(async (unit) => {
            const locked = await unit.plans.lock('p1');
            await unit.now();
            await unit.plans.advance('p1', 0, 'pool', (locked?.page ?? 0) + 1);
          }),
        ),
      );
      assertEqual((await transact((unit) => unit.plans.find('p1')))?.page, 8, 'the page');
    },
  }),
  storeCase({
    id: 'concurrency-lease-in-an-open-transaction',
    title: 'leases nothing that a transaction still open has leased, and does not wait for it',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await transact((unit) => unit.outbox.add([notification('n1'), notification('n2')]));
      const [leased, looked] = [new Signal(), new Signal()];
      const leasing = transact(async (unit) => {
        const first = await unit.outbox.lease(1, HOUR);
        leased.give();
        await looked.given;
        return first;
      });
      await leased.given;
      const second = await transact((unit) => unit.outbox.lease(2, HOUR)).finally(() => {
        looked.give();
      });
      const ids = [...(await leasing), ...second].map(({ id }) => id).sort();
      assertEqual(ids, ['n1', 'n2'], 'leased by the two');
    },
  }),
];
