import { PayoutError } from '../../errors.ts';
import type { Store } from '../../ports/store.ts';
import { assertEqual, assertRefused, assertThat, refusalOf } from '../assert.ts';
import { type CaseContext, storeCase } from './case.ts';
import {
  balanceOf,
  collect,
  day,
  days,
  deposit,
  earning,
  interaction,
  notification,
  plan,
  referral,
} from './rows.ts';
import { type StateIds, stateOf } from './state.ts';

const IDS: StateIds = { participants: ['u1', 'u2', 'u3'], periods: ['d1', 'd8'] };

/** Some of every kind of rows, for one transaction. */
async function writeEverything({ store, program }: { store: Store; program: string }): Promise<void> {
  await store.transact(program, async (unit) => {
    await unit.ledger.post([deposit('t1', 'participant/u1/available', 700n)]);
    await unit.earnings.add([earning('e1')]);
    await unit.periods.open([days(1, 8), days(8, 15)]);
    await unit.interactions.record([interaction('i1', day(2)), interaction('i2', day(9))]);
    await unit.periods.setState('d1', 'closing');
    await unit.participants.put([{ id: 'u1', active: true, verified: false }]);
    await unit.referrals.add([referral('u1', 'u2')]);
    await unit.plans.freeze(plan('d1', 1), ['page']);
    await unit.plans.advance('d1', 0, 'shares', 1);
    await unit.outbox.add([notification('n1'), notification('n2')]);
    await unit.outbox.lease(1, 3_600_000);
    await unit.outbox.delivered(['n1']);
  });
}

/** Changes and adds to what `writeEverything` wrote, then fails. */
async function changeEverythingAndFail({ store, program }: CaseContext, failure: Error): Promise<unknown> {
  return refusalOf(
    store.transact(program, async (unit) => {
      await unit.ledger.post([deposit('t2', 'participant/u2/available', 900n)]);
      await unit.earnings.add([earning('e2')]);
      await unit.interactions.record([interaction('i3', day(3)), interaction('i4', day(10))]);
      await unit.periods.setState('d8', 'closed');
      await unit.periods.open([days(15, 20)]);
      await unit.participants.put([
        { id: 'u1', active: false, verified: true, tier: 'gold' },
        { id: 'u2', active: true, verified: true },
      ]);
      await unit.referrals.add([referral('u2', 'u3')]);
      await unit.plans.advance('d1', 0, 'done', 0);
      await unit.plans.freeze(plan('d1', 2, { revision: 1 }), ['a', 'b']);
      await unit.plans.freeze(plan('d8', 1), ['c']);
      await unit.outbox.add([notification('n3')]);
      await unit.outbox.lease(10, 3_600_000);
      await unit.outbox.delivered(['n2']);
      throw failure;
    }),
  );
}

export const transactionCases = [
  storeCase({
    id: 'transaction-gives-the-result-of-its-work',
    title: 'gives the caller what the work resolved to',
    check: async ({ transact }) => {
      assertEqual(await transact(async () => Promise.resolve({ paid: 5n })), { paid: 5n }, 'the result');
      assertEqual(await transact(async () => Promise.resolve(null)), null, 'nothing as a result');
    },
  }),
  storeCase({
    id: 'transaction-knows-its-program',
    title: 'tells the work whose money it moves',
    check: async ({ transact, program }) => {
      assertEqual(await transact(async (unit) => Promise.resolve(unit.program)), program, 'the program');
    },
  }),
  storeCase({
    id: 'transaction-tells-the-time',
    title: 'tells the time by one clock that does not run backwards',
    check: async ({ transact }) => {
      const [first, second] = await transact(async (unit) => [await unit.now(), await unit.now()] as const);
      const third = await transact((unit) => unit.now());
      for (const time of [first, second, third]) {
        assertThat(!Number.isNaN(time.getTime()), 'the time is a date');
      }
      assertThat(first.getTime() <= second.getTime(), 'time stands or runs on inside a transaction');
      assertThat(second.getTime() <= third.getTime(), 'time stands or runs on between transactions');
    },
  }),
  storeCase({
    id: 'transaction-keeps-everything-when-it-ends',
    title: 'keeps every kind of row that a finished transaction wrote',
    check: async (context) => {
      await writeEverything(context);
      await context.transact(async (unit) => {
        assertEqual(await balanceOf(unit, 'participant/u1/available'), 700n, 'the balance');
        assertEqual((await unit.earnings.find(['e1']))[0]?.amount, 500n, 'the earning');
        assertEqual((await unit.periods.find('d1'))?.state, 'closing', 'the period');
        assertEqual(await unit.interactions.total('d8'), 1, 'the interactions');
        assertEqual((await unit.participants.find(['u1']))[0]?.active, true, 'the participant');
        assertEqual((await unit.referrals.find(['u2']))[0]?.referrer, 'u1', 'the referral');
        assertEqual((await unit.plans.find('d1'))?.step, 'shares', 'the plan');
        assertEqual(await unit.plans.page('d1', 0, 0), 'page', 'its page');
        assertEqual((await unit.outbox.counts()).stored, 2, 'the notifications');
      });
    },
  }),
  storeCase({
    id: 'transaction-keeps-nothing-when-it-throws',
    title: 'moves no money and leaves no row of any kind when the work throws',
    check: async (context) => {
      await writeEverything(context);
      const before = await stateOf(context.store, context.program, IDS);
      await changeEverythingAndFail(context, new Error('the caller changed its mind'));
      assertEqual(await stateOf(context.store, context.program, IDS), before, 'the state after the failure');
    },
  }),
  storeCase({
    id: 'transaction-keeps-nothing-of-a-first-one-that-throws',
    title: 'leaves an empty ledger when the first transaction of a program throws',
    check: async (context) => {
      const before = await stateOf(context.store, context.program, IDS);
      await refusalOf(
        context.transact(async (unit) => {
          await unit.ledger.post([deposit('t1', 'pool/p', 5n)]);
          await unit.periods.open([days(1, 8)]);
          throw new Error('stop');
        }),
      );
      assertEqual(await stateOf(context.store, context.program, IDS), before, 'the state after the failure');
      await context.transact(async (unit) => {
        const [posted] = await unit.ledger.post([deposit('t1', 'pool/p', 9n)]);
        assertEqual(posted?.moved, 9n, 'the id of the lost transfer is free again');
      });
    },
  }),
  storeCase({
    id: 'transaction-throws-what-its-work-threw',
    title: 'throws the very error that the work threw',
    check: async (context) => {
      await writeEverything(context);
      const failure = new Error('the very one');
      assertThat((await changeEverythingAndFail(context, failure)) === failure, 'the same error object');
      const refused = new PayoutError('NO_THRESHOLD', { currency: 'USD' });
      const thrown = await refusalOf(context.transact(() => Promise.reject(refused)));
      assertThat(thrown === refused, 'the same PayoutError');
    },
  }),
  storeCase({
    id: 'transaction-goes-on-after-a-failed-one',
    title: 'pays the next in line after a transaction that threw',
    check: async ({ transact }) => {
      const failing = refusalOf(transact(() => Promise.reject(new Error('stop'))));
      const paying = transact((unit) => unit.ledger.post([deposit('t1', 'participant/u1/held', 5n)]));
      await failing;
      assertEqual((await paying)[0]?.moved, 5n, 'moved');
    },
  }),
  storeCase({
    id: 'transaction-reads-its-own-writes',
    title: 'sees inside a transaction the money it has just moved',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.ledger.post([deposit('t1', 'participant/u1/held', 5n)]);
        assertEqual(await balanceOf(unit, 'participant/u1/held'), 5n, 'the balance');
        assertEqual((await unit.ledger.find(['t1']))[0]?.moved, 5n, 'the transfer');
        assertEqual((await collect(unit.ledger.transfers())).length, 1, 'the stream');
        await unit.periods.open([days(1, 8)]);
        await unit.interactions.record([interaction('i1', day(1))]);
        assertEqual(await unit.interactions.total('d1'), 1, 'the interactions');
      });
    },
  }),
  storeCase({
    id: 'transaction-can-go-on-after-a-refused-operation',
    title: 'leaves nothing of a refused batch, even when the work catches the refusal and goes on',
    check: async (context) => {
      await context.transact(async (unit) => {
        await unit.ledger.post([deposit('t1', 'participant/u1/available', 100n)]);
        await unit.earnings.add([earning('e1')]);
        await unit.periods.open([days(1, 8), days(8, 15)]);
        await unit.interactions.record([interaction('i1', day(2))]);
        await unit.referrals.add([referral('u1', 'u2')]);
      });
      const before = await stateOf(context.store, context.program, IDS);
      await context.transact(async (unit) => {
        await assertRefused(
          unit.ledger.post([
            deposit('t2', 'participant/u2/available', 5n),
            { ...deposit('t3', 'participant/u2/available', 5n), debit: 'pool/empty' },
          ]),
          'INSUFFICIENT_FUNDS',
        );
        await assertRefused(
          unit.earnings.add([earning('e2'), earning('e1', { amount: 1n, held: 1n })]),
          'IDEMPOTENCY_CONFLICT',
        );
        await assertRefused(unit.periods.open([days(15, 20), days(7, 9)]), 'PERIOD_OVERLAP');
        await assertRefused(
          unit.interactions.record([interaction('i2', day(3)), interaction('i3', day(30))]),
          'OUTSIDE_EVERY_PERIOD',
        );
        await assertRefused(
          unit.participants.put([
            { id: 'u3', active: true, verified: true },
            { id: '', active: true, verified: true },
          ]),
          'INVALID_ID',
        );
        await assertRefused(
          unit.referrals.add([referral('u2', 'u3'), referral('u2', 'u1')]),
          'REFERRAL_CYCLE',
        );
        await assertRefused(unit.outbox.add([notification('n1'), notification('')]), 'INVALID_ID');
        await assertRefused(unit.plans.page('d1', 0, 0), 'PLAN_NOT_FOUND');
      });
      assertEqual(await stateOf(context.store, context.program, IDS), before, 'the state after the refusals');
    },
  }),
  storeCase({
    id: 'transaction-keeps-what-came-before-and-after-a-refusal',
    title: 'keeps the money moved before and after a refusal that the work caught',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.ledger.post([deposit('before', 'participant/u1/available', 3n)]);
        await assertRefused(
          unit.ledger.post([{ ...deposit('t', 'pool/p', 1n), debit: 'pool/empty' }]),
          'INSUFFICIENT_FUNDS',
        );
        await unit.ledger.post([deposit('after', 'participant/u1/available', 4n)]);
      });
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), 7n, 'the balance');
    },
  }),
  storeCase({
    id: 'transaction-sees-one-program-only',
    title: 'keeps the money and the rows of two programs apart, though all of their ids are equal',
    check: async (context) => {
      const { store, program, otherProgram } = context;
      await writeEverything({ store, program });
      const empty = await stateOf(store, `${program}/empty`, IDS);
      assertEqual(await stateOf(store, otherProgram, IDS), empty, 'the program that wrote nothing');
      await writeEverything({ store, program: otherProgram });
      const one = await stateOf(store, program, IDS);
      assertEqual(await stateOf(store, otherProgram, IDS), one, 'the program that wrote the same');
      await store.transact(otherProgram, async (unit) => {
        await unit.ledger.post([deposit('more', 'participant/u1/available', 1n)]);
        await unit.periods.setState('d8', 'closed');
        await unit.participants.put([{ id: 'u1', active: false, verified: false }]);
        await unit.plans.advance('d1', 0, 'done', 0);
        await unit.outbox.delivered(['n2']);
      });
      assertEqual(await stateOf(store, program, IDS), one, 'the program that wrote no more');
    },
  }),
  storeCase({
    id: 'transaction-tells-similar-programs-apart',
    title: 'never takes one program for another with a similar name',
    check: async ({ store, program }) => {
      const names = ['a', 'A', 'a ', ' a', 'a/b', 'a%2Fb', "a'b", 'é', 'e\u0301', '🎉'].map(
        (name) => `${program}/${name}`,
      );
      for (const [index, name] of names.entries()) {
        await store.transact(name, (unit) => unit.ledger.post([deposit('t', 'pool/p', BigInt(index + 1))]));
      }
      for (const [index, name] of names.entries()) {
        const balance = await store.transact(name, (unit) => balanceOf(unit, 'pool/p'));
        assertEqual(balance, BigInt(index + 1), `the balance of program ${name}`);
      }
    },
  }),
];
