import { describe, expect, it } from 'vitest';
import {
  currency,
  manualProvider,
  type PaymentObject,
  type PaymentProvider,
  type PayoutState,
  putParticipants,
  type SimulatedProvider,
} from '../../../src/index.ts';
import {
  amounts,
  by,
  DAY,
  expectProof,
  HOUR,
  MANUAL_APPROVAL,
  MINUTE,
  openWorld,
  PROGRAM,
  type World,
  type WorldOptions,
} from './world.ts';

/** Sequences that defeat ordinary designs: each step is legal, and the order is what nobody thought of. */

async function worldWith(amount: bigint, options?: WorldOptions): Promise<World> {
  const world = await openWorld(options);
  await world.credit({ amount });
  return world;
}

/** A payout that a person had to look at, and declared failed though its payment was only late: by three days. */
async function declaredFailedThoughLate(world: World): Promise<string> {
  const { id } = await world.request();
  world.next.send.push({ name: 'executed_late', afterMs: 5 * DAY });
  await world.process();
  await world.pass(2 * DAY);
  await world.process();
  expect((await world.payout(id)).state).toBe('needs_review');
  await world.engine.declareFailed({ ...by('olga', { id }), reason: 'not to be found there' });
  return id;
}

/** A provider whose lookup gives what it is told to have seen, oldest readings included. */
function readingsOf(provider: SimulatedProvider, readings: PaymentObject[]): PaymentProvider {
  return {
    ...provider,
    find: async (reference) => {
      const reading = readings.shift();
      return reading === undefined ? provider.find(reference) : [reading];
    },
  };
}

describe('evidence after a person declared the payout failed', () => {
  it('is booked as a debt where a retry paid the money anew, and stops sends', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const id = await declaredFailedThoughLate(world);
    await world.engine.retry(by('olga', { id }));
    await world.process();
    expect((await world.payout(id)).state).toBe('completed');
    await world.pass(4 * DAY);
    await world.receive(world.provider.eventFor('payment-2'));
    expect(world.moved(id).map(({ attempt }) => attempt)).toEqual([2, 1]);
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 10_000n });
    expect(amounts(await world.balance())).toEqual({
      available: 0n,
      reserved: 0n,
      paid: 10_000n,
      debt: 5_000n,
    });
    const { halts } = await world.engine.controls({ program: PROGRAM });
    expect(halts).toMatchObject([{ reason: 'duplicate_payment', currency: 'USD', account: 'account-1' }]);
    await world.agree([id]);
  });

  it('is booked as a debt where another payout paid the money anew', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const id = await declaredFailedThoughLate(world);
    const other = await world.request();
    await world.process();
    await world.pass(4 * DAY);
    await world.receive(world.provider.eventFor('payment-2'));
    expect((await world.payout(id)).state).toBe('completed');
    expect((await world.payout(other.id)).state).toBe('completed');
    expect(amounts(await world.balance())).toEqual({
      available: 0n,
      reserved: 0n,
      paid: 10_000n,
      debt: 5_000n,
    });
    expect(await world.operatorsTold()).toContain('paid_after_all');
    await world.agree();
  });

  it('needs no webhook: reconciling finds it', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const id = await declaredFailedThoughLate(world);
    await world.pass(4 * DAY);
    const report = await world.engine.reconcile({ program: PROGRAM, since: new Date(0) });
    expect(report).toMatchObject({ settled: 1, disagreements: [] });
    expect((await world.payout(id)).state).toBe('completed');
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.agree();
  });
});

describe('returns in parts', () => {
  const orders = permutations([0n, 3_000n, 10_000n]);

  it('come to the whole in whatever order they are read, each reading twice', async () => {
    for (const order of orders) {
      const readings: PaymentObject[] = [];
      const world = await worldWith(10_000n, { wrap: (provider) => readingsOf(provider, readings) });
      const { id } = await world.request();
      await world.process();
      const seen = new Map<bigint, PaymentObject>();
      for (const [returned, more] of [
        [0n, 3_000n],
        [3_000n, 7_000n],
        [10_000n, 0n],
      ] as const) {
        const [object] = await world.provider.find({ program: PROGRAM, payout: id, account: 'account-1' });
        if (object === undefined) throw new Error('it was paid');
        seen.set(returned, object);
        if (more > 0n) world.provider.giveBack(object.id, more);
      }
      for (const returned of [...order, ...order]) {
        const reading = seen.get(returned);
        if (reading === undefined) throw new Error('it was seen');
        readings.push(reading);
        await world.receive(world.provider.eventFor('payment-1'));
      }
      expect(await world.payout(id), order.join()).toMatchObject({
        state: 'returned',
        paid: 10_000n,
        returned: 10_000n,
      });
      expect(amounts(await world.balance())).toEqual({
        available: 10_000n,
        reserved: 0n,
        paid: 0n,
        debt: 0n,
      });
      const { transfers } = await world.engine.explain({ program: PROGRAM, payout: id });
      const back = transfers.filter(({ kind }) => kind === 'return').map(({ moved }) => moved);
      const threeFirst = order.indexOf(3_000n) < order.indexOf(10_000n);
      expect(back).toEqual(threeFirst ? [3_000n, 7_000n] : [10_000n]);
      await world.agree();
    }
  });

  it('credit once where one return is told by two events, each of them twice', async () => {
    const world = await worldWith(10_000n);
    const { id } = await world.request();
    await world.process();
    await world.pass(0);
    world.delivered.splice(0);
    world.next.event.push({ name: 'event_under_two_ids' });
    world.provider.giveBack('payment-1', 3_000n);
    await world.pass(0);
    const events = [...world.delivered, ...world.delivered];
    expect(events).toHaveLength(4);
    const kinds: string[] = [];
    for (const event of events) kinds.push((await world.receive(event)).kind);
    expect(kinds).toEqual(['settled', 'settled', 'duplicate', 'duplicate']);
    expect(amounts(await world.balance())).toEqual({
      available: 3_000n,
      reserved: 0n,
      paid: 7_000n,
      debt: 0n,
    });
    expect((await world.payout(id)).returned).toBe(3_000n);
    const told = await world.told();
    expect(told.filter((one) => one.kind === 'payout' && one.state === 'returned')).toHaveLength(1);
    await world.agree();
  });

  it('credit nothing where a second leg failed and the money never came back to the platform', async () => {
    const world = await worldWith(10_000n);
    const { id } = await world.request();
    await world.process();
    // From the connected account to its bank, and back to the connected account: the payment itself stays moved.
    await world.receive(world.provider.eventFor('payment-1', { type: 'second_leg.failed' }));
    await world.engine.reconcile({ program: PROGRAM, since: new Date(0) });
    expect(await world.payout(id)).toMatchObject({ state: 'completed', returned: 0n });
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 10_000n, debt: 0n });
    await world.agree();
  });
});

describe('a reversal', () => {
  const reverse = (world: World, earning: string, amount?: bigint, key = 'dispute') =>
    world.engine.reverse({
      program: PROGRAM,
      key,
      earning,
      reason: 'dispute',
      ...(amount !== undefined && { amount }),
    });

  it('against reserved money cancels unclaimed payouts, newest first, and no more than it needs', async () => {
    const world = await openWorld({
      rules: {
        ...MANUAL_APPROVAL,
        require: { active: true, verified: true, destination: true, noOpenPayout: false },
      },
    });
    const { id } = await world.credit({ amount: 9_000n });
    const opened: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      opened.push((await world.request({ amount: 3_000n })).id);
      await world.pass(MINUTE);
    }
    await reverse(world, id, 4_000n);
    const states = await Promise.all(opened.map(async (payout) => (await world.payout(payout)).state));
    expect(states).toEqual(['pending', 'cancelled', 'cancelled']);
    expect(amounts(await world.balance())).toEqual({
      available: 2_000n,
      reserved: 3_000n,
      paid: 0n,
      debt: 0n,
    });
    expect((await world.payout(opened[2] ?? '')).reason).toBe('earning_reversed');
    await world.agree();
  });

  it('leaves a payout that was claimed alone: it runs on, and a debt stays', async () => {
    const world = await openWorld();
    const { id } = await world.credit({ amount: 5_000n });
    const payout = await world.request();
    world.next.send.push({ name: 'response_lost' });
    await world.process();
    await reverse(world, id);
    expect(amounts(await world.balance())).toEqual({
      available: 0n,
      reserved: 5_000n,
      paid: 0n,
      debt: 5_000n,
    });
    await world.work(HOUR, MINUTE);
    expect((await world.payout(payout.id)).state).toBe('completed');
    expect(amounts(await world.balance())).toEqual({
      available: 0n,
      reserved: 0n,
      paid: 5_000n,
      debt: 5_000n,
    });
    await world.agree();
  });

  it('of an earning partly released and partly spent takes what is held first', async () => {
    const world = await openWorld();
    const { id } = await world.credit({
      amount: 6_000n,
      key: 'whole',
      hold: { days: 0, conditions: ['shipped'] },
    });
    // Released in part, as an engine that releases by steps would leave it.
    await world.store.transact(PROGRAM, async (unit) => {
      const [earning] = await unit.earnings.find([id]);
      if (earning === undefined) throw new Error('it was credited');
      await unit.ledger.post([
        {
          id: 'partial',
          debit: 'participant/ann/held',
          credit: 'participant/ann/available',
          currency: 'USD',
          asked: 4_000n,
          kind: 'release',
          subject: 'order',
        },
      ]);
      await unit.earnings.update([{ ...earning, held: 2_000n, released: 4_000n }]);
    });
    await world.request({ amount: 3_000n });
    await world.process();
    await reverse(world, id, 2_500n, 'first');
    expect(await world.balance()).toMatchObject({ held: 0n, available: 500n, debt: 0n, paid: 3_000n });
    await reverse(world, id, undefined, 'rest');
    expect(await world.balance()).toMatchObject({ held: 0n, available: 0n, debt: 3_000n, lifetime: 0n });
    await world.agree();
  });

  it('before its earning exists is kept and applied by the credit, once', async () => {
    const world = await openWorld();
    const { id } = await openWorld().then((other) => other.credit({ amount: 1n, key: 'sale' }));
    const waiting = await reverse(world, id, 2_000n);
    expect(waiting.applied).toBeUndefined();
    expect(await reverse(world, id, 2_000n)).toEqual(waiting);
    await world.credit({ amount: 5_000n, key: 'sale' });
    await world.credit({ amount: 5_000n, key: 'sale' });
    expect(await world.balance()).toMatchObject({ available: 3_000n, lifetime: 3_000n });
    expect(await reverse(world, id, 2_000n)).toMatchObject({ applied: 2_000n });
    await world.agree();
  });

  it('before its earning exists and larger than it takes all of it, and tells an operator', async () => {
    const world = await openWorld();
    const { id } = await openWorld().then((other) => other.credit({ amount: 1n, key: 'sale' }));
    await reverse(world, id, 2_000n, 'first');
    await reverse(world, id, 9_000n, 'second');
    await world.credit({ amount: 5_000n, key: 'sale', hold: { days: 7 }, earnedAt: world.clock() });
    expect(await world.balance()).toMatchObject({ held: 0n, available: 0n, debt: 0n, lifetime: 0n });
    expect(await world.operatorsTold()).toEqual(['reversal_exceeds']);
    await world.pass(8 * DAY);
    expect(await world.engine.release({ program: PROGRAM })).toEqual({ earnings: 0, amounts: [] });
    await world.agree();
  });

  it('of an earning that paid bonuses at two levels leaves each its rate of what is left', async () => {
    const world = await openWorld();
    for (const participant of ['ben', 'cy']) await world.enrol(participant);
    const { id } = await world.credit({ amount: 9_999n });
    await world.credit({ amount: 499n, participant: 'ben', bonusOf: { earning: id, rate: '0.05' } });
    await world.credit({ amount: 199n, participant: 'cy', bonusOf: { earning: id, rate: '0.02' } });
    await world.request({ participant: 'ben' });
    await world.process();
    await reverse(world, id, 3_333n, 'part');
    // 6666 are left: 5 % are 333, 2 % are 133, both rounded down.
    expect((await world.balance()).available).toBe(6_666n);
    expect(amounts(await world.balance('ben'))).toMatchObject({ available: 0n, paid: 499n, debt: 166n });
    expect((await world.balance('cy')).available).toBe(133n);
    await reverse(world, id, undefined, 'rest');
    expect(amounts(await world.balance('ben'))).toMatchObject({ debt: 499n });
    expect(amounts(await world.balance('cy'))).toMatchObject({ available: 0n, debt: 0n });
    await world.agree();
  });

  it('of an earning whose bonus paid a bonus in turn takes both back', async () => {
    const world = await openWorld();
    for (const participant of ['ben', 'cy']) await world.enrol(participant);
    const { id } = await world.credit({ amount: 10_000n });
    const bonus = await world.credit({
      amount: 1_000n,
      participant: 'ben',
      bonusOf: { earning: id, rate: '0.1' },
    });
    await world.credit({ amount: 100n, participant: 'cy', bonusOf: { earning: bonus.id, rate: '0.1' } });
    await reverse(world, id, 5_000n);
    expect((await world.balance('ben')).available).toBe(500n);
    expect((await world.balance('cy')).available).toBe(50n);
    await world.agree();
  });
});

describe('a store restored from before the claim', () => {
  /** The store as it was when the payout was still approved; an operator says so. */
  async function restore(world: World, id: string, state: PayoutState = 'approved'): Promise<void> {
    while ((await world.payout(id)).state !== state) expect(world.store.lose(1)).toBe(1);
    await world.engine.raiseEpoch({ program: PROGRAM, by: 'olga', reason: 'restored' });
  }

  it('finds what it has forgotten before it sends', async () => {
    for (const lateMs of [HOUR, 3 * DAY]) {
      const world = await worldWith(5_000n, { keepCommits: 100 });
      const { id } = await world.request();
      await world.process();
      await restore(world, id);
      expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 5_000n, paid: 0n, debt: 0n });
      await world.pass(lateMs);
      expect(await world.process()).toMatchObject({ looked: 1, sent: 0, completed: 1 });
      expect(world.moved()).toHaveLength(1);
      expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
      await world.agree();
    }
  });

  it('sends again under the same key where the lookup is behind and the key is kept', async () => {
    const world = await worldWith(5_000n, {
      keepCommits: 100,
      provider: { authoritative: false, lookupDelayMs: 10 * HOUR },
    });
    const { id } = await world.request();
    await world.process();
    await restore(world, id);
    await world.pass(HOUR);
    world.next.find.push({ name: 'lookup_lags' });
    expect(await world.process()).toMatchObject({ looked: 1, sent: 1, completed: 1 });
    const keys = world.provider.requests().map(({ request }) => request.key);
    expect([keys.length, new Set(keys).size, world.moved().length]).toEqual([2, 1, 1]);
    await world.agree();
  });

  it('asks a person where the key may be forgotten and a lookup proves nothing', async () => {
    const world = await worldWith(5_000n, { keepCommits: 100, provider: { authoritative: false } });
    const { id } = await world.request();
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await restore(world, id);
    await world.pass(3 * DAY);
    await world.process();
    expect(await world.payout(id)).toMatchObject({
      state: 'needs_review',
      reason: 'restored_and_not_proven',
    });
    expect([world.provider.requests().length, world.moved().length]).toEqual([1, 0]);
    await world.agree();
  });

  it('sends where an authoritative lookup proves that nothing was sent', async () => {
    const world = await worldWith(5_000n, { keepCommits: 100 });
    const { id } = await world.request();
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await restore(world, id);
    await world.pass(3 * DAY);
    expect(await world.process()).toMatchObject({ looked: 1, sent: 1, completed: 1 });
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });

  it('recognizes a payment of an attempt that it never heard of, after two were lost', async () => {
    const world = await worldWith(5_000n, { keepCommits: 100 });
    const { id } = await world.request();
    world.next.send.push({ name: 'recipient_not_ready' });
    await world.process();
    await world.pass(DAY);
    await world.process();
    expect(await world.payout(id)).toMatchObject({ state: 'completed', attempt: 2 });
    while ((await world.payout(id)).attempt !== 1 || (await world.payout(id)).state !== 'approved') {
      expect(world.store.lose(1)).toBe(1);
    }
    await world.engine.raiseEpoch({ program: PROGRAM, by: 'olga', reason: 'restored' });
    await world.pass(2 * DAY);
    await world.work(2 * DAY);
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved().map(({ attempt }) => attempt)).toEqual([2]);
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.agree();
  });

  it('goes through two lost attempts by their keys where lookups see nothing', async () => {
    const world = await worldWith(5_000n, {
      keepCommits: 100,
      provider: { authoritative: false, lookupDelayMs: 20 * DAY, keyWindowMs: 30 * DAY },
    });
    const { id } = await world.request();
    world.next.send.push({ name: 'recipient_not_ready' });
    await world.process();
    await world.pass(DAY);
    await world.process();
    expect((await world.payout(id)).attempt).toBe(2);
    while ((await world.payout(id)).attempt !== 1 || (await world.payout(id)).state !== 'approved') {
      expect(world.store.lose(1)).toBe(1);
    }
    await world.engine.raiseEpoch({ program: PROGRAM, by: 'olga', reason: 'restored' });
    world.next.find.push(...Array.from({ length: 9 }, () => ({ name: 'lookup_lags' as const })));
    await world.work(3 * DAY);
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved().map(({ attempt }) => attempt)).toEqual([2]);
    await world.agree();
  });

  it('pays once a request that was lost with the store and asked for again, after its key is forgotten', async () => {
    const world = await worldWith(5_000n, { keepCommits: 100 });
    await world.request({ key: 'again' });
    await world.process();
    world.store.lose(3);
    expect((await world.engine.list({ program: PROGRAM })).payouts).toEqual([]);
    expect((await world.balance()).available).toBe(5_000n);
    await world.engine.raiseEpoch({ program: PROGRAM, by: 'olga', reason: 'restored' });
    await world.pass(3 * DAY);
    const { id } = await world.request({ key: 'again' });
    await world.process();
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });

  it('pays once an attempt that an operator opened, lost with the store, and opened again', async () => {
    const world = await worldWith(5_000n, { keepCommits: 100 });
    const { id } = await world.request();
    world.next.send.push({ name: 'refused_not_stored' });
    await world.process();
    await world.engine.retry(by('olga', { id }));
    await world.process();
    expect(await world.payout(id)).toMatchObject({ state: 'completed', attempt: 2 });
    while ((await world.payout(id)).state !== 'failed') expect(world.store.lose(1)).toBe(1);
    await world.engine.raiseEpoch({ program: PROGRAM, by: 'olga', reason: 'restored' });
    await world.pass(3 * DAY);
    await world.engine.retry(by('olga', { id }));
    await world.process();
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved().map(({ attempt }) => attempt)).toEqual([2]);
    await world.agree();
  });

  it('books what moved though it was cancelled in the meantime', async () => {
    const world = await worldWith(5_000n, { keepCommits: 100 });
    const { id } = await world.request();
    await world.process();
    while ((await world.payout(id)).state !== 'approved') expect(world.store.lose(1)).toBe(1);
    await world.engine.cancel(by('ann', { id }));
    expect((await world.balance()).available).toBe(5_000n);
    await world.receive(world.provider.eventFor('payment-1'));
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 5_000n });
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.agree();
  });

  it('does not let an operator pay by hand what may have been sent before', async () => {
    const world = await worldWith(5_000n, { keepCommits: 100 });
    const { id } = await world.request();
    await world.process();
    await restore(world, id);
    // Refused, or answered that it is paid; in no case claimed.
    await world.engine.claim(by('olga', { id })).catch(() => undefined);
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 5_000n });
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.agree();
  });

  it('takes what had been tried again and paid by hand, though the store knows of neither', async () => {
    const world = await worldWith(5_000n, { keepCommits: 100 });
    const { id } = await world.request();
    await world.engine.claim(by('olga', { id }));
    await world.engine.declareFailed({ ...by('olga', { id }), reason: 'not yet' });
    await world.engine.retry(by('olga', { id }));
    await world.engine.claim(by('olga', { id }));
    const paid = { ...by('olga', { id }), transaction: 'T1' };
    await world.engine.completeManually(paid);
    await restore(world, id, 'failed');
    expect(await world.engine.completeManually(paid)).toMatchObject({ state: 'completed', paid: 5_000n });
    // Said again, it is the same payment.
    expect(await world.engine.completeManually(paid)).toMatchObject({ state: 'completed', paid: 5_000n });
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await expect(world.engine.retry(by('olga', { id }))).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expectProof(world.store, PROGRAM);
  });

  it('books both, and tells, where an operator has paid by hand what had been sent before', async () => {
    const world = await worldWith(5_000n, { keepCommits: 100 });
    const { id } = await world.request();
    await world.process();
    await restore(world, id);
    await world.engine.completeManually({ ...by('olga', { id }), transaction: 'T1' });
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 10_000n });
    expect(amounts(await world.balance())).toEqual({
      available: 0n,
      reserved: 0n,
      paid: 10_000n,
      debt: 5_000n,
    });
    expect(await world.operatorsTold()).toContain('duplicate_payment');
    await world.agree([id]);
  });
});

describe('credentials', () => {
  it('of another account under valid keys halt what was sent from the first one', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'response_lost' });
    await world.process();
    world.provider.switchAccount('account-2');
    await world.pass(HOUR);
    const report = await world.process();
    expect(report.halted).toEqual([{ provider: 'simulated', currency: 'USD', reason: 'account_switched' }]);
    await world.work(3 * DAY);
    expect((await world.payout(id)).state).toBe('processing');
    expect(world.provider.requests()).toHaveLength(1);
    world.provider.switchAccount('account-1');
    await world.process();
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });

  it('that change between the claim and the send move nothing', async () => {
    const world = await worldWith(5_000n, { provider: { perSecond: 1 } });
    await world.enrol('ben');
    await world.credit({ amount: 700n, participant: 'ben' });
    const asked = [await world.request(), await world.request({ participant: 'ben' })];
    const running = world.engine.process({ program: PROGRAM });
    await world.pass(0);
    // One is sent, the other waits for its second.
    world.provider.switchAccount('account-2');
    await world.finish(running);
    expect(world.moved()).toHaveLength(1);
    world.provider.switchAccount('account-1');
    await world.work(DAY);
    for (const { id } of asked) expect((await world.payout(id)).state).toBe('completed');
    await world.agree();
  });

  it('for tests send nothing where live ones are expected', async () => {
    const world = await worldWith(5_000n, { rules: { environment: 'live' } });
    const { id } = await world.request();
    const report = await world.process();
    expect(report).toMatchObject({
      sent: 0,
      halted: [{ provider: 'simulated', reason: 'wrong_environment' }],
    });
    expect((await world.payout(id)).state).toBe('approved');
    expect(world.provider.requests()).toEqual([]);
    await world.agree();
  });
});

describe('two programs with equal ids', () => {
  it('are paid each their own, under keys of their own', async () => {
    const world = await worldWith(5_000n);
    const other = 'other';
    await putParticipants(world.store, other, [
      { id: 'ann', active: true, verified: true, destination: { id: 'ann-elsewhere', version: 1 } },
    ]);
    await world.engine.credit({
      program: other,
      credits: [
        {
          key: 'earning-1',
          participant: 'ann',
          currency: 'USD',
          amount: 300n,
          kind: 'sale',
          subject: 'order',
        },
      ],
    });
    const mine = await world.request({ key: 'k' });
    const theirs = await world.request({ key: 'k', program: other });
    expect(theirs.id).toBe(mine.id);
    await world.process();
    await world.process({ program: other });
    await world.receiveAll();
    expect(
      world.provider
        .truth()
        .map(({ reference, amount, destination }) => [reference.program, amount, destination]),
    ).toEqual([
      [PROGRAM, 5_000n, 'wallet-of-ann'],
      [other, 300n, 'ann-elsewhere'],
    ]);
    world.provider.giveBack('payment-2', 300n);
    await world.pass(0);
    await world.receiveAll();
    expect((await world.payout(mine.id)).returned).toBe(0n);
    expect((await world.engine.payout({ program: other, payout: theirs.id })).state).toBe('returned');
    expect(await world.balance()).toMatchObject({ available: 0n, paid: 5_000n });
    await expectProof(world.store, PROGRAM);
    await expectProof(world.store, other);
  });
});

describe('payment by hand', () => {
  const upi = (): PaymentProvider =>
    manualProvider({
      id: 'upi',
      environment: 'test',
      currencies: { USD: { currency: currency('USD'), exponent: 2, step: 1n } },
    });

  it('is refused while what a worker sent is unknown', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'response_lost' });
    await world.process();
    await expect(world.engine.claim(by('olga', { id }))).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(
      world.engine.completeManually({ ...by('olga', { id }), transaction: 'T1' }),
    ).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(
      world.engine.declareFailed({ ...by('olga', { id }), reason: 'it took too long' }),
    ).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await world.work(HOUR, MINUTE);
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });

  it('keeps workers away once an operator has claimed it, and the operator once a worker has', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    await world.engine.claim(by('olga', { id }));
    await world.work(2 * DAY);
    expect(world.provider.requests()).toEqual([]);
    await world.engine.completeManually({ ...by('olga', { id }), transaction: 'T1' });
    await world.work(DAY);
    expect(world.provider.requests()).toEqual([]);
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.agree();
  });

  it('is one operator’s: the other is told so, and only one transaction is booked', async () => {
    const world = await worldWith(5_000n);
    await world.enrol('ann', { destination: { id: 'ann@upi', version: 2, provider: 'upi' } });
    const engine = world.engineWith({}, { providers: [world.provider, upi()] });
    const { id } = await engine.request({ program: PROGRAM, key: 'r', participant: 'ann', currency: 'USD' });
    const claims = await Promise.allSettled(['olga', 'pete'].map((who) => engine.claim(by(who, { id }))));
    expect(claims.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(engine.completeManually({ ...by('pete', { id }), transaction: 'T2' })).rejects.toMatchObject(
      { code: 'NOT_CLAIMED_BY' },
    );
    const done = await engine.completeManually({ ...by('olga', { id }), transaction: 'T1' });
    expect(done).toMatchObject({ state: 'completed', paid: 5_000n });
    expect(await engine.completeManually({ ...by('olga', { id }), transaction: 'T1' })).toEqual(done);
    await expect(engine.completeManually({ ...by('pete', { id }), transaction: 'T2' })).rejects.toMatchObject(
      { code: 'WRONG_STATE' },
    );
    const { movements } = await engine.explain({ program: PROGRAM, payout: id });
    expect(movements.map(({ object, moved }) => [object, moved])).toEqual([['T1', 5_000n]]);
    await world.agree();
  });

  it('takes a transaction id once, also where two operators enter it at once', async () => {
    const world = await worldWith(5_000n);
    await world.enrol('ben');
    await world.credit({ amount: 700n, participant: 'ben' });
    const asked = [await world.request(), await world.request({ participant: 'ben' })];
    const results = await Promise.allSettled(
      asked.map((payout, index) =>
        world.engine.completeManually({ ...by(`operator-${index}`, payout), transaction: 'T1' }),
      ),
    );
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'TRANSACTION_USED', details: { usedBy: asked[0]?.id } } },
    ]);
    expect((await world.payout(asked[1]?.id ?? '')).state).toBe('approved');
    await world.agree();
  });

  it('can be said twice of a payout in review', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const { id } = await world.request();
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await world.pass(2 * DAY);
    await world.process();
    expect((await world.payout(id)).state).toBe('needs_review');
    const said = { ...by('olga', { id }), transaction: 'payment-found' };
    const done = await world.engine.completeManually(said);
    expect(done).toMatchObject({ state: 'completed', paid: 5_000n });
    expect(await world.engine.completeManually(said)).toEqual(done);
    expect((await world.balance()).paid).toBe(5_000n);
  });

  it('of a payout in review names the payment that the provider shows later, which is booked once', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const { id } = await world.request();
    world.next.send.push({ name: 'executed_late', afterMs: 3 * DAY });
    await world.process();
    await world.pass(2 * DAY);
    await world.process();
    expect((await world.payout(id)).state).toBe('needs_review');
    await world.engine.completeManually({ ...by('olga', { id }), transaction: 'payment-1' });
    await world.pass(2 * DAY);
    await world.receive(world.provider.eventFor('payment-1'));
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 5_000n });
    await world.agree();
  });

  it('is not needed where evidence settles a payout in review by itself', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const { id } = await world.request();
    world.next.send.push({ name: 'executed_late', afterMs: 3 * DAY });
    await world.process();
    await world.pass(2 * DAY);
    await world.process();
    expect((await world.payout(id)).state).toBe('needs_review');
    await world.pass(2 * DAY);
    await world.receive(world.provider.eventFor('payment-1'));
    expect((await world.payout(id)).state).toBe('completed');
    await expect(
      world.engine.declareFailed({ ...by('olga', { id }), reason: 'too late' }),
    ).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await world.agree();
  });

  it('is no person’s to declare failed where the provider shows by now that it moved', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const { id } = await world.request();
    world.next.send.push({ name: 'executed_late', afterMs: 3 * DAY });
    await world.process();
    await world.pass(2 * DAY);
    await world.process();
    expect((await world.payout(id)).state).toBe('needs_review');
    await world.pass(2 * DAY);
    await expect(
      world.engine.declareFailed({ ...by('olga', { id }), reason: 'it was not there yesterday' }),
    ).rejects.toMatchObject({ code: 'WRONG_STATE' });
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 5_000n });
    await world.agree();
  });

  it('with a transaction that is really another payout’s does not keep that one in the dark', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    await world.enrol('ben');
    await world.credit({ amount: 700n, participant: 'ben' });
    const mine = await world.request();
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await world.pass(2 * DAY);
    await world.process();
    expect((await world.payout(mine.id)).state).toBe('needs_review');
    const other = await world.request({ participant: 'ben' });
    world.next.send.push({ name: 'response_lost' });
    await world.process();
    // An operator takes the other one's payment for this one's.
    await world.engine
      .completeManually({ ...by('olga', mine), transaction: 'payment-1' })
      .catch(() => undefined);
    const toldBefore = (await world.operatorsTold()).length;
    await world.work(2 * DAY);
    expect(['completed', 'needs_review']).toContain((await world.payout(other.id)).state);
    if ((await world.payout(other.id)).state === 'needs_review') {
      expect((await world.operatorsTold()).length).toBeGreaterThan(toldBefore);
    }
    expect(world.moved()).toHaveLength(1);
    await expectProof(world.store, PROGRAM);
  });
});

describe('a batch', () => {
  const open = (world: World, key = '2026-10-01') => world.engine.openBatch({ program: PROGRAM, key });

  it('that is run again after one of its payouts failed opens nothing, and the next batch pays', async () => {
    const world = await worldWith(5_000n);
    await world.enrol('ben');
    await world.credit({ amount: 700n, participant: 'ben' });
    await open(world);
    world.next.send.push({ name: 'refused_not_stored' });
    await world.process();
    const states = (await open(world)).totals.map(({ state, count }) => [state, count]);
    expect(states).toEqual([
      ['completed', 1],
      ['failed', 1],
    ]);
    await world.process();
    expect(world.moved()).toHaveLength(1);
    await open(world, '2026-10-15');
    await world.process();
    expect(
      world
        .moved()
        .map(({ amount }) => amount)
        .toSorted(),
    ).toEqual([5_000n, 700n]);
    await world.agree();
  });

  it('that is run twice at once opens each payout once', async () => {
    const world = await openWorld();
    const people = Array.from({ length: 30 }, (_, index) => `person-${index}`);
    for (const participant of people) {
      await world.enrol(participant);
      await world.credit({ amount: 100n, participant });
    }
    const [first, second] = await Promise.all([open(world), open(world)]);
    expect(first.totals).toEqual(second.totals);
    expect(first.totals.map(({ count, amount }) => [count, amount])).toEqual([[30, 3_000n]]);
    await Promise.all([world.process(), world.process()]);
    expect(world.moved()).toHaveLength(30);
    await world.agree();
  });

  it('that crashed between two pages goes on where it was, with those who had a balance then', async () => {
    const world = await openWorld();
    const people = Array.from({ length: 1_500 }, (_, index) => `person-${index}`);
    await putParticipants(
      world.store,
      PROGRAM,
      people.map((id) => ({ id, active: true, verified: true, destination: { id: `to-${id}`, version: 1 } })),
    );
    const credit = (participant: string) =>
      ({
        key: `for/${participant}`,
        participant,
        currency: 'USD',
        amount: 100n,
        kind: 'sale',
        subject: 's',
      }) as const;
    await world.engine.credit({ program: PROGRAM, credits: people.map(credit) });
    // Freezing is one transaction, and each page two: it dies when the second page is about to be opened.
    let transactions = 0;
    const dying = world.engineWith(
      {},
      {
        store: {
          transact: (program, work) => {
            transactions += 1;
            if (transactions > 4) return Promise.reject(new Error('the process is gone'));
            return world.store.transact(program, work);
          },
        },
      },
    );
    await expect(dying.openBatch({ program: PROGRAM, key: '2026-10-01' })).rejects.toThrow('gone');
    expect(await world.engine.batch({ program: PROGRAM, key: '2026-10-01' })).toMatchObject({
      complete: false,
      totals: [{ count: 1_000 }],
    });
    await world.credit({ amount: 100n, participant: 'ann' });
    const report = await open(world);
    expect(report).toMatchObject({
      complete: true,
      leftOut: 0,
      totals: [{ count: 1_500, amount: 150_000n }],
    });
    await expectProof(world.store, PROGRAM);
  });

  it('leaves out a balance in a currency without a threshold, and opens the others', async () => {
    const world = await worldWith(5_000n, {
      rules: { thresholds: { currencies: { USD: { minimum: 0n } } } },
    });
    await world.enrol('ben');
    await world.credit({ amount: 700n, participant: 'ben', currency: 'INR' });
    const report = await open(world);
    expect(report).toMatchObject({ complete: true, leftOut: 1, totals: [{ currency: 'USD', count: 1 }] });
    await world.process();
    expect(world.moved().map(({ amount }) => amount)).toEqual([5_000n]);
    await world.agree();
  });
});

describe('a hijacked destination under automatic approval', () => {
  const rules = { destinationHoldDays: 7 };

  it('that was changed just before the request waits out its hold', async () => {
    const world = await worldWith(5_000n, { rules });
    await world.enrol('ann', { destination: { id: 'thief', version: 2 } });
    const payout = await world.request();
    expect(payout).toMatchObject({ state: 'pending', reason: 'destination_hold' });
    await world.work(6 * DAY, 6 * HOUR);
    expect(world.provider.requests()).toEqual([]);
    // The owner notices and changes it back: another hold, and then it is theirs.
    await world.enrol('ann');
    await world.work(6 * DAY, 6 * HOUR);
    expect(world.provider.requests()).toEqual([]);
    await world.work(2 * DAY, 6 * HOUR);
    expect(world.moved().map(({ destination }) => destination)).toEqual(['wallet-of-ann']);
    await world.agree();
  });

  it('that was changed between request and payment waits too, though it was approved', async () => {
    const world = await worldWith(5_000n, { rules });
    const { id, state } = await world.request();
    expect(state).toBe('approved');
    await world.enrol('ann', { destination: { id: 'thief', version: 2 } });
    await world.work(6 * DAY, 6 * HOUR);
    expect(world.provider.requests()).toEqual([]);
    expect(await world.payout(id)).toMatchObject({ state: 'pending', reason: 'destination_changed' });
    expect((await world.told()).some((one) => one.kind === 'payout' && one.state === 'pending')).toBe(true);
    await world.engine.cancel(by('ann', { id }));
    await world.work(10 * DAY, 6 * HOUR);
    expect(world.provider.requests()).toEqual([]);
    await world.agree();
  });

  it('waits out the hold of the rules as they are by then', async () => {
    const world = await worldWith(5_000n, { rules });
    await world.enrol('ann', { destination: { id: 'thief', version: 2 } });
    await world.request();
    const longer = world.engineWith({ destinationHoldDays: 14 });
    await world.pass(8 * DAY);
    await world.finish(longer.process({ program: PROGRAM }));
    expect(world.provider.requests()).toEqual([]);
    await world.pass(7 * DAY);
    await world.finish(longer.process({ program: PROGRAM }));
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });
});

describe('a provider that moves another amount than it was asked to', () => {
  it('books what moved, and the difference on an account of its own', async () => {
    for (const difference of [-300n, 300n]) {
      const world = await worldWith(5_000n);
      const { id } = await world.request();
      world.next.send.push({ name: 'other_amount', by: difference });
      await world.process();
      expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 5_000n + difference });
      expect(await differences(world)).toBe(-difference);
      expect(amounts(await world.balance())).toMatchObject({ available: 0n, reserved: 0n, debt: 0n });
      expect(await world.operatorsTold()).toContain('difference');
      await world.agree();

      // And all of it comes back, in two parts.
      world.provider.giveBack('payment-1', 4_000n);
      world.provider.giveBack('payment-1', 1_000n + difference);
      await world.pass(0);
      await world.receiveAll();
      expect((await world.payout(id)).returned).toBe(5_000n + difference);
      expect((await world.balance()).available).toBe(difference < 0n ? 4_700n : 5_000n);
      expect(await differences(world)).toBe(difference < 0n ? 300n : 0n);
      await world.agree();
    }
  });
});

describe('a duplicate movement under one key', () => {
  it('is booked with the first one, and stops sends but not recovery', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    await world.process();
    world.provider.duplicate('payment-1');
    await world.pass(0);
    await world.receiveAll();
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 10_000n });
    expect(amounts(await world.balance())).toEqual({
      available: 0n,
      reserved: 0n,
      paid: 10_000n,
      debt: 5_000n,
    });
    await world.agree([id]);

    await world.enrol('ben');
    await world.credit({ amount: 700n, participant: 'ben' });
    const blocked = await world.request({ participant: 'ben' });
    const report = await world.process();
    expect(report).toMatchObject({ sent: 0, halted: [{ currency: 'USD', reason: 'duplicate_payment' }] });
    const [halt] = (await world.engine.controls({ program: PROGRAM })).halts;
    if (halt === undefined) throw new Error('sends are halted');
    const { at: _at, until: _until, ...scope } = halt;
    await world.engine.resume({ program: PROGRAM, by: 'olga', ...scope });
    await world.process();
    expect((await world.payout(blocked.id)).state).toBe('completed');

    // The second movement comes back: the debt is gone, and the payout stays paid.
    world.provider.giveBack('payment-2', 5_000n);
    await world.pass(0);
    await world.receiveAll();
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.agree([id]);
  });
});

describe('evidence for an older attempt', () => {
  /** A first attempt that a lookup said was absent, and that is executed far later than the provider promises. */
  async function secondAttemptWaits(executedAfterMs: number): Promise<{ world: World; id: string }> {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'executed_late', afterMs: executedAfterMs });
    await world.process();
    // Longer than the key is kept.
    await world.pass(1.5 * DAY);
    await world.process();
    expect(await world.payout(id)).toMatchObject({ state: 'approved', attempt: 2, reason: 'absent' });
    return { world, id };
  }

  it('closes a newer one that was not sent, and takes its reservation', async () => {
    const { world, id } = await secondAttemptWaits(1.6 * DAY);
    await world.pass(HOUR * 4);
    await world.receive(world.provider.eventFor('payment-1'));
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 5_000n });
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.work(3 * DAY);
    expect(world.provider.requests()).toHaveLength(1);
    expect((await world.engine.controls({ program: PROGRAM })).halts).toEqual([]);
    await world.agree();
  });

  it('is what an operator names who has seen it at the provider: they are answered that it is paid', async () => {
    const { world, id } = await secondAttemptWaits(1.6 * DAY);
    await world.pass(HOUR * 4);
    await world.engine.raiseEpoch({ program: PROGRAM, by: 'olga', reason: 'restored' });
    const complete = (transaction: string) =>
      world.engine.completeManually({ ...by('olga', { id }), transaction });
    // The lookup that comes first books it, under the attempt that it names and not under the newest.
    expect(await complete('payment-1')).toMatchObject({ state: 'completed', attempt: 2, paid: 5_000n });
    expect(await complete('payment-1')).toMatchObject({ state: 'completed', paid: 5_000n });
    await expect(complete('payment-9')).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await world.work(3 * DAY);
    expect(world.provider.requests()).toHaveLength(1);
    await world.agree();
  });

  it('is booked as a debt and stops sends while a newer one is under way, which then is settled too', async () => {
    const { world, id } = await secondAttemptWaits(2.6 * DAY);
    world.next.send.push({ name: 'response_lost' });
    await world.pass(DAY);
    await world.process();
    expect(await world.payout(id)).toMatchObject({ state: 'processing', attempt: 2 });
    world.delivered.splice(0);
    // Only the older attempt's payment is seen, as by a lookup that lags.
    const [older] = await olderPayment(world, id);
    const behind = world.engineWith(
      {},
      {
        providers: [
          { ...world.provider, find: async () => Promise.resolve(older === undefined ? [] : [older]) },
        ],
      },
    );
    await behind.receive({ provider: 'simulated', raw: world.provider.eventFor(older?.id ?? '') });
    expect(await world.payout(id)).toMatchObject({ state: 'processing', paid: 5_000n });
    expect(amounts(await world.balance())).toEqual({
      available: 0n,
      reserved: 5_000n,
      paid: 5_000n,
      debt: 5_000n,
    });
    expect((await world.engine.controls({ program: PROGRAM })).halts).toMatchObject([
      { reason: 'duplicate_payment' },
    ]);
    await world.work(HOUR, MINUTE);
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 10_000n });
    expect(amounts(await world.balance())).toEqual({
      available: 0n,
      reserved: 0n,
      paid: 10_000n,
      debt: 5_000n,
    });
    await world.agree([id]);
  });

  it('is the end of the payout once a newer one has moved nothing: nobody can have it sent a third time', async () => {
    for (const how of ['an operator declares it failed', 'its lookup finds nothing'] as const) {
      const { world, id } = await secondAttemptWaits(2.6 * DAY);
      world.next.send.push({ name: 'request_lost' });
      await world.pass(DAY);
      await world.process();
      expect(await world.payout(id)).toMatchObject({ state: 'processing', attempt: 2 });
      await world.pass(4 * HOUR);
      await world.receive(world.provider.eventFor('payment-1'));
      expect(await world.payout(id)).toMatchObject({ state: 'processing', paid: 5_000n });
      if (how === 'its lookup finds nothing') await world.work(3 * DAY);
      else {
        await world.store.transact(PROGRAM, async (unit) => {
          const [payout] = await unit.payouts.find([id]);
          if (payout !== undefined) await unit.payouts.update([{ ...payout, state: 'needs_review' }]);
        });
        await world.engine.declareFailed({ ...by('olga', { id }), reason: 'the bank knows nothing of it' });
      }
      expect(await world.payout(id), how).toMatchObject({ state: 'completed', paid: 5_000n });
      await expect(world.engine.retry(by('olga', { id }))).rejects.toMatchObject({ code: 'WRONG_STATE' });
      expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
      await world.credit({ amount: 9_000n });
      await world.work(3 * DAY);
      expect(world.moved(id)).toHaveLength(1);
      await world.agree();
    }
  });

  it('that failed does not hide that a newer one was lost on its way', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'pending_failed', afterMs: HOUR });
    await world.work(DAY);
    expect(await world.payout(id)).toMatchObject({ state: 'failed', reason: 'failed_later' });
    await world.engine.retry(by('olga', { id }));
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await world.work(3 * DAY);
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 5_000n });
    expect(world.moved().map(({ attempt }) => attempt)).toEqual([2]);
    await world.agree();
  });

  /** Waits until the older attempt has been executed after all, and reads its payment. */
  async function olderPayment(world: World, id: string): Promise<readonly PaymentObject[]> {
    await world.pass(4 * HOUR);
    const all = await world.provider.find({ program: PROGRAM, payout: id, account: 'account-1' });
    const older = all.filter(({ reference }) => reference?.attempt === 1);
    expect([all.length, older.length]).toEqual([2, 1]);
    return older;
  }
});

describe('a payment that carries our attempt and cannot be it', () => {
  it('is neither booked nor ignored: a person must look, and sends stop', async () => {
    for (const [change, reason] of [
      [{ environment: 'live' }, 'environment_differs'],
      [{ currency: 'INR' }, 'currency_differs'],
      [{ account: 'account-2' }, 'account_differs'],
      [{ destination: 'somebody-else' }, 'destination_differs'],
    ] as const) {
      const readings: PaymentObject[] = [];
      const world = await worldWith(5_000n, { wrap: (provider) => readingsOf(provider, readings) });
      const { id } = await world.request();
      world.next.send.push({ name: 'response_lost' });
      await world.process();
      const [object] = await world.provider.find({ program: PROGRAM, payout: id, account: 'account-1' });
      if (object === undefined) throw new Error('it moved');
      readings.push({ ...object, ...change });
      await world.pass(HOUR);
      await world.process();
      expect(await world.payout(id)).toMatchObject({ state: 'needs_review', reason, paid: 0n });
      expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 5_000n, paid: 0n, debt: 0n });
      expect((await world.engine.controls({ program: PROGRAM })).halts).toMatchObject([{ reason }]);
      expect(await world.operatorsTold()).toContain(reason);
      // What was read is not what is there: the right reading settles it.
      await world.receive(world.provider.eventFor('payment-1'));
      expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 5_000n });
      await world.agree();
    }
  });
});

describe('a second payment that carries our attempt, from another account or to another destination', () => {
  it('is booked once the payout is closed, as a debt, and stops sends', async () => {
    for (const [change, reason] of [
      [{ account: 'account-2' }, 'account_differs'],
      [{ destination: 'somebody-else' }, 'destination_differs'],
    ] as const) {
      const readings: PaymentObject[] = [];
      const world = await worldWith(5_000n, { wrap: (provider) => readingsOf(provider, readings) });
      const { id } = await world.request();
      await world.process();
      const [object] = await world.provider.find({ program: PROGRAM, payout: id, account: 'account-1' });
      if (object === undefined) throw new Error('it moved');
      readings.push({ ...object, id: 'payment-of-old', ...change });
      await world.engine.reconcile({ program: PROGRAM, since: world.clock() });
      expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 10_000n });
      expect(amounts(await world.balance())).toMatchObject({ available: 0n, reserved: 0n, debt: 5_000n });
      const { halts } = await world.engine.controls({ program: PROGRAM });
      expect(halts.map((halt) => halt.reason)).toContain(reason);
    }
  });
});

describe('a payout in review that the provider shows as paid by now', () => {
  it('is settled by that, and an operator who names another transaction makes no second payment of it', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const { id } = await world.request();
    world.next.send.push({ name: 'response_lost' });
    await world.process();
    await world.store.transact(PROGRAM, async (unit) => {
      const [payout] = await unit.payouts.find([id]);
      if (payout !== undefined)
        await unit.payouts.update([{ ...payout, state: 'needs_review', reason: 'planted' }]);
    });
    await expect(
      world.engine.completeManually({ ...by('olga', { id }), transaction: 'bank-reference' }),
    ).rejects.toMatchObject({ code: 'WRONG_STATE' });
    expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 5_000n });
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.agree();
  });
});

describe('one bad item among gathered settlements', () => {
  it('fails alone, and is settled when it can be read', async () => {
    let broken = true;
    const world = await openWorld({
      provider: { latencyMs: () => 10 },
      wrap: (provider) => ({
        ...provider,
        send: async (request, signal) => {
          const outcome = await provider.send(request, signal);
          return broken && outcome.kind === 'object' && request.participant === 'person-3'
            ? { kind: 'object', object: { ...outcome.object, amount: 2n ** 63n } }
            : outcome;
        },
      }),
    });
    const asked: string[] = [];
    for (let count = 0; count < 10; count += 1) {
      const participant = `person-${count}`;
      await world.enrol(participant);
      await world.credit({ amount: 100n, participant });
      asked.push((await world.request({ participant })).id);
    }
    const report = await world.process({ concurrency: 10 });
    expect(report).toMatchObject({
      completed: 9,
      errors: [{ payout: asked[3], code: 'AMOUNT_OUT_OF_RANGE' }],
    });
    broken = false;
    await world.work(HOUR, MINUTE);
    expect((await world.payout(asked[3] ?? '')).state).toBe('completed');
    expect(world.moved()).toHaveLength(10);
    await world.agree();
  });
});

describe('refused for now, then debt', () => {
  it('gives the money to the debt first', async () => {
    const world = await openWorld({ provider: { latencyMs: () => 1_000 } });
    const { id: earning } = await world.credit({ amount: 5_000n });
    const { id } = await world.request();
    world.next.send.push({ name: 'recipient_not_ready' });
    const running = world.engine.process({ program: PROGRAM });
    while (world.provider.requests().length === 0) await world.pass(500);
    await world.engine.reverse({
      program: PROGRAM,
      key: 'refund',
      earning,
      amount: 2_000n,
      reason: 'refund',
    });
    await world.finish(running);
    expect(await world.payout(id)).toMatchObject({ state: 'failed', reason: 'debt' });
    expect(amounts(await world.balance())).toEqual({ available: 3_000n, reserved: 0n, paid: 0n, debt: 0n });
    await world.work(3 * DAY);
    expect(world.moved()).toEqual([]);
    await world.agree();
  });

  it('is cancelled by a reversal while it waits for its next attempt', async () => {
    const world = await openWorld();
    const { id: earning } = await world.credit({ amount: 5_000n });
    const { id } = await world.request();
    world.next.send.push({ name: 'recipient_not_ready' });
    await world.process();
    expect(await world.payout(id)).toMatchObject({
      state: 'approved',
      attempt: 2,
      reason: 'recipient_not_ready',
    });
    await world.engine.reverse({
      program: PROGRAM,
      key: 'refund',
      earning,
      amount: 2_000n,
      reason: 'refund',
    });
    expect((await world.payout(id)).state).toBe('cancelled');
    await world.work(3 * DAY);
    expect(world.provider.requests()).toHaveLength(1);
    expect(amounts(await world.balance())).toEqual({ available: 3_000n, reserved: 0n, paid: 0n, debt: 0n });
    await world.agree();
  });
});

/** What stands on the account of differences. */
async function differences({ store }: World): Promise<bigint | undefined> {
  const [balance] = await store.transact(PROGRAM, (unit) =>
    unit.ledger.balances([{ account: 'differences', currency: 'USD' }]),
  );
  return balance;
}

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
