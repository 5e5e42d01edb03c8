import { describe, expect, it } from 'vitest';
import {
  approvalDigest,
  type Notification,
  type Payout,
  type PaymentObject,
  type PaymentProvider,
  PAYOUT_STATES,
  type SimulatedProvider,
  type StopSignal,
} from '../../../src/index.ts';
import { signSimulatedEvent } from '../../../src/providers/simulated-event.ts';
import {
  amounts,
  by,
  DAY,
  HOUR,
  MANUAL_APPROVAL,
  MINUTE,
  openWorld,
  PROGRAM,
  SECOND,
  type World,
  type WorldOptions,
} from './world.ts';

/** The life of an earning and of a payout, step by step, by what anybody can ask. */

async function worldWith(amount: bigint, options?: WorldOptions): Promise<World> {
  const world = await openWorld(options);
  await world.credit({ amount });
  return world;
}

/** People with a balance and a payout of it that waits to be sent. */
async function worldWithPayouts(
  count: number,
  options?: WorldOptions,
): Promise<{ readonly world: World; readonly asked: readonly Payout[] }> {
  const world = await openWorld(options);
  const asked: Payout[] = [];
  for (let index = 0; index < count; index += 1) {
    const participant = `person-${index}`;
    await world.enrol(participant);
    await world.credit({ amount: 1_000n, participant });
    asked.push(await world.request({ participant }));
  }
  return { world, asked };
}

async function statesOf(world: World): Promise<Record<string, number>> {
  const totals = await world.engine.summary({ program: PROGRAM });
  return Object.fromEntries(totals.map(({ state, count }) => [state, count]));
}

describe('credit', () => {
  it('is the same earning for the same key, and refuses other content under it', async () => {
    const world = await openWorld();
    const first = await world.credit({ key: 'sale-1', amount: 5_000n });
    expect(await world.credit({ key: 'sale-1', amount: 5_000n })).toEqual(first);
    for (const other of [
      { amount: 5_001n },
      { amount: 5_000n, subject: 'other' },
      { amount: 5_000n, participant: 'ben' },
    ]) {
      await expect(world.credit({ key: 'sale-1', ...other })).rejects.toMatchObject({
        code: 'IDEMPOTENCY_CONFLICT',
      });
    }
    expect(await world.balance()).toMatchObject({ available: 5_000n, lifetime: 5_000n });
    expect((await world.told()).filter((one) => one.kind === 'earning')).toHaveLength(1);
    await world.agree();
  });

  it('is all or nothing for a request, in which a key may occur twice with the same content only', async () => {
    const world = await openWorld();
    const credit = {
      key: 'a',
      participant: 'ann',
      currency: 'USD',
      amount: 5n,
      kind: 'tip',
      subject: 's',
    } as const;
    const both = await world.engine.credit({ program: PROGRAM, credits: [credit, { ...credit }] });
    expect(both).toHaveLength(2);
    expect(both[0]).toEqual(both[1]);
    await expect(
      world.engine.credit({
        program: PROGRAM,
        credits: [
          { ...credit, key: 'b' },
          { ...credit, amount: 6n },
        ],
      }),
    ).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect((await world.balance()).lifetime).toBe(5n);
    await world.agree();
  });

  it('converts another unit exactly, rounds once, and stores the rate', async () => {
    const world = await openWorld();
    const amount = { unit: 'tokens', quantity: '1234.5', rate: '0.0123', rounding: 'floor' } as const;
    // 1234.5 × 0.0123 = 15.18435
    const floor = await world.credit({ amount });
    const ceiling = await world.credit({ amount: { ...amount, rounding: 'ceiling' } });
    expect([floor.amount, ceiling.amount]).toEqual([15n, 16n]);
    expect(floor.conversion).toEqual(amount);
    const large = {
      unit: 'tokens',
      quantity: '900719925474099.3',
      rate: '10',
      rounding: 'half-even',
    } as const;
    expect((await world.credit({ amount: large })).amount).toBe(9_007_199_254_740_993n);
    await expect(world.credit({ amount: { ...amount, quantity: '0.001' } })).rejects.toMatchObject({
      code: 'INVALID_AMOUNT',
    });
    await world.agree();
  });

  it('is held for days, for a condition, or for both, and released when all of it is over', async () => {
    const world = await openWorld();
    const earnedAt = world.clock();
    const days = await world.credit({ amount: 100n, earnedAt, hold: { days: 7 } });
    const condition = await world.credit({ amount: 20n, hold: { days: 0, conditions: ['shipped'] } });
    const both = await world.credit({ amount: 3n, earnedAt, hold: { days: 3, conditions: ['shipped'] } });
    const in7Days = new Date(earnedAt.getTime() + 7 * DAY);
    const in3Days = new Date(earnedAt.getTime() + 3 * DAY);
    expect(await world.balance()).toMatchObject({
      held: 123n,
      available: 0n,
      releases: [
        { amount: 3n, until: in3Days, condition: 'shipped' },
        { amount: 100n, until: in7Days },
        { amount: 20n, condition: 'shipped' },
      ],
    });
    const release = () => world.engine.release({ program: PROGRAM });
    expect(await release()).toEqual({ earnings: 0, amounts: [] });

    await world.engine.fulfil({
      program: PROGRAM,
      condition: 'shipped',
      earnings: [condition.id, both.id, days.id],
    });
    expect(await release()).toEqual({ earnings: 1, amounts: [{ currency: 'USD', amount: 20n }] });
    await world.pass(3 * DAY - 1);
    expect((await release()).earnings).toBe(0);
    await world.pass(1);
    expect(await release()).toEqual({ earnings: 1, amounts: [{ currency: 'USD', amount: 3n }] });
    expect(await world.balance()).toMatchObject({
      held: 100n,
      available: 23n,
      releases: [{ amount: 100n, until: in7Days }],
    });
    await world.pass(4 * DAY);
    await Promise.all([release(), release()]);
    expect(await world.balance()).toMatchObject({ held: 0n, available: 123n, releases: [] });
    await world.agree();
  });

  it('waits for the directory where the condition is that the participant is verified', async () => {
    const world = await openWorld();
    await world.enrol('ann', { verified: false });
    await world.credit({ amount: 100n, hold: { days: 0, conditions: ['verified'] } });
    expect((await world.engine.release({ program: PROGRAM })).earnings).toBe(0);
    await world.enrol('ann', { verified: true });
    expect((await world.engine.release({ program: PROGRAM })).earnings).toBe(1);
    await world.agree();
  });
});

describe('an adjustment', () => {
  it('gives or takes, once for a key, never below zero', async () => {
    const world = await openWorld();
    const adjust = (key: string, amount: bigint) =>
      world.engine.adjust({
        program: PROGRAM,
        key,
        participant: 'ann',
        currency: 'USD',
        amount,
        reason: 'goodwill',
        by: 'olga',
      });
    await adjust('a', 500n);
    await adjust('a', 500n);
    await adjust('b', -200n);
    await adjust('b', -200n);
    expect((await world.balance()).available).toBe(300n);
    await expect(adjust('a', 400n)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    await expect(adjust('c', -301n)).rejects.toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    await expect(adjust('d', 0n)).rejects.toMatchObject({ code: 'INVALID_AMOUNT' });
    expect((await world.balance()).available).toBe(300n);
    expect(await world.operatorsTold()).toEqual(['adjusted', 'adjusted']);
    await world.agree();
  });
});

describe('request', () => {
  it('takes a named amount, or all that is available', async () => {
    const world = await worldWith(5_000n);
    const part = await world.request({ amount: 1_200n });
    expect(part).toMatchObject({
      amount: 1_200n,
      fee: 0n,
      state: 'approved',
      requestedBy: 'ann',
      attempt: 1,
    });
    expect(amounts(await world.balance())).toMatchObject({ available: 3_800n, reserved: 1_200n });
    await world.process();
    expect((await world.request()).amount).toBe(3_800n);
    await world.agree();
  });

  it('is held to the threshold: equal is enough, one unit less is not', async () => {
    const rules = { thresholds: { currencies: { USD: { minimum: 2_000n, tiers: { gold: 500n } } } } };
    const world = await worldWith(1_999n, { rules });
    await expect(world.request()).rejects.toMatchObject({
      code: 'NOT_ELIGIBLE',
      details: { participant: 'ann', reasons: ['below_threshold'] },
    });
    await world.credit({ amount: 1n });
    await expect(world.request({ amount: 1_999n })).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    expect((await world.request({ amount: 2_000n })).amount).toBe(2_000n);
    await world.enrol('ben', { tier: 'gold' });
    await world.credit({ amount: 500n, participant: 'ben' });
    expect((await world.request({ participant: 'ben' })).amount).toBe(500n);
    await world.agree();
  });

  it('is one at a time where the policy says so, by currency', async () => {
    const world = await worldWith(5_000n);
    await world.credit({ amount: 700n, currency: 'INR' });
    await world.request({ amount: 1_000n });
    await expect(world.request({ amount: 1_000n })).rejects.toMatchObject({
      details: { reasons: ['payout_open'] },
    });
    expect((await world.request({ currency: 'INR' })).amount).toBe(700n);
    const both = await Promise.allSettled([world.request({ amount: 1n }), world.request({ amount: 2n })]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await world.agree();
  });

  it('opens one of two payouts that are asked for at once', async () => {
    const world = await worldWith(5_000n);
    const both = await Promise.allSettled([world.request(), world.request()]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(amounts(await world.balance())).toMatchObject({ available: 0n, reserved: 5_000n });
    await world.agree();
  });

  it('gives the same payout for the same key, and refuses other content under it', async () => {
    const world = await worldWith(5_000n);
    const first = await world.request({ key: 'k', amount: 1_000n });
    expect(await world.request({ key: 'k', amount: 1_000n })).toEqual(first);
    const [left, right] = await Promise.all([
      world.request({ key: 'k', amount: 1_000n }),
      world.request({ key: 'k', amount: 1_000n }),
    ]);
    expect([left, right]).toEqual([first, first]);
    await expect(world.request({ key: 'k', amount: 1_001n })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    await expect(world.request({ key: 'k', currency: 'INR' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    expect((await world.balance()).reserved).toBe(1_000n);
    await world.agree();
  });

  it('of all is rounded down to what the provider moves after the fee, and the rest stays', async () => {
    const fees = { HUF: { bearer: 'participant', fixed: 5_000n, rate: '0', rounding: 'half-even' } } as const;
    const world = await openWorld({ rules: { fees } });
    await world.credit({ amount: 1_234_567n, currency: 'HUF' });
    await expect(world.request({ currency: 'HUF', amount: 1_234_567n })).rejects.toMatchObject({
      code: 'INEXACT_CONVERSION',
    });
    expect(await world.request({ currency: 'HUF' })).toMatchObject({ amount: 1_234_500n, fee: 5_000n });
    await world.process();
    expect(world.moved().map(({ amount }) => amount)).toEqual([1_229_500n]);
    expect(await world.balance('ann', 'HUF')).toMatchObject({ available: 67n, reserved: 0n });
    await world.agree();
  });

  it('below the least that the provider pays is refused, whether named or all', async () => {
    const fees = { HUF: { bearer: 'participant', fixed: 5_000n, rate: '0', rounding: 'half-even' } } as const;
    const world = await openWorld({ rules: { fees } });
    await world.credit({ amount: 14_999n, currency: 'HUF' });
    for (const amount of [14_900n, undefined]) {
      await expect(
        world.request({ currency: 'HUF', ...(amount !== undefined && { amount }) }),
      ).rejects.toMatchObject({ details: { reasons: ['not_payable'] } });
    }
    await world.credit({ amount: 1n, currency: 'HUF' });
    expect((await world.request({ currency: 'HUF' })).amount).toBe(15_000n);
    await world.process();
    expect(world.moved().map(({ amount }) => amount)).toEqual([10_000n]);
    await world.agree();
  });

  it('names everything that stands in the way', async () => {
    const world = await worldWith(5_000n);
    await world.store.transact(PROGRAM, (unit) =>
      unit.participants.put([{ id: 'ann', active: false, verified: false }]),
    );
    await expect(world.request()).rejects.toMatchObject({
      details: { reasons: ['inactive', 'not_verified', 'no_destination'] },
    });
    await world.credit({ amount: 1n, currency: 'EUR' });
    await world.enrol('ann');
    await expect(world.request({ currency: 'EUR' })).rejects.toMatchObject({
      details: { reasons: ['not_payable'] },
    });
    await world.agree();
  });
});

describe('approval', () => {
  it('is by another than who asked or is paid, under four eyes', async () => {
    const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL });
    const payout = await world.request({ by: 'pete' });
    for (const who of ['ann', 'pete']) {
      await expect(world.engine.approve(by(who, payout))).rejects.toMatchObject({ code: 'APPROVAL_REFUSED' });
    }
    expect((await world.process()).sent).toBe(0);
    const approved = await world.engine.approve(by('olga', payout));
    expect(approved).toMatchObject({ state: 'approved', approval: { by: 'olga', at: world.clock() } });
    await world.process();
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });

  it('is by anybody where four eyes are not asked for', async () => {
    const world = await worldWith(5_000n, { rules: { approval: { mode: 'manual', fourEyes: false } } });
    const payout = await world.request({ by: 'pete' });
    expect((await world.engine.approve(by('pete', payout))).state).toBe('approved');
  });

  it('agrees to the digest that was looked at, and to no other', async () => {
    const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL });
    const payout = await world.request();
    const digest = approvalDigest(PROGRAM, payout);
    const other = approvalDigest(PROGRAM, { ...payout, amount: 4_999n });
    await expect(world.engine.approve({ ...by('olga', payout), digest: other })).rejects.toMatchObject({
      code: 'APPROVAL_REFUSED',
    });
    const approved = await world.engine.approve({ ...by('olga', payout), digest });
    expect(approved.approval?.digest).toBe(digest);
    await world.agree();
  });

  it('of a destination that is another by now is refused, and shows the new one to look at', async () => {
    const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL });
    const payout = await world.request();
    const digest = approvalDigest(PROGRAM, payout);
    await world.enrol('ann', { destination: { id: 'new', version: 2 } });
    await expect(world.engine.approve({ ...by('olga', payout), digest })).rejects.toMatchObject({
      code: 'APPROVAL_REFUSED',
    });
    const shown = await world.payout(payout.id);
    expect(shown).toMatchObject({ state: 'pending', destination: { id: 'new', version: 2 } });
    // What was looked at before is not what would be approved now.
    await expect(world.engine.approve({ ...by('olga', payout), digest })).rejects.toMatchObject({
      code: 'APPROVAL_REFUSED',
    });
    await world.engine.approve({ ...by('olga', payout), digest: approvalDigest(PROGRAM, shown) });
    await world.process();
    expect(world.moved().map(({ destination }) => destination)).toEqual(['new']);
    await world.agree();
  });

  it('of a destination that is new waits for its hold', async () => {
    const world = await worldWith(5_000n, { rules: { ...MANUAL_APPROVAL, destinationHoldDays: 2 } });
    await world.enrol('ann', { destination: { id: 'new', version: 2 } });
    const payout = await world.request();
    await expect(world.engine.approve(by('olga', payout))).rejects.toMatchObject({
      code: 'APPROVAL_REFUSED',
    });
    await world.pass(2 * DAY);
    expect((await world.engine.approve(by('olga', payout))).state).toBe('approved');
    await world.agree();
  });
});

describe('the steps of a payout', () => {
  it('reject gives the money back, with a reason for the participant to read', async () => {
    const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL });
    const payout = await world.request();
    const rejected = await world.engine.reject({ ...by('olga', payout), reason: 'the invoice is missing' });
    expect(rejected).toMatchObject({ state: 'rejected', note: 'the invoice is missing' });
    expect(amounts(await world.balance())).toMatchObject({ available: 5_000n, reserved: 0n });
    expect(
      (await world.told()).find((one) => one.kind === 'payout' && one.state === 'rejected'),
    ).toMatchObject({
      note: 'the invoice is missing',
    });
    await world.agree();
  });

  it('cancel gives the money back before it is claimed, from pending and from approved', async () => {
    const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL });
    const pending = await world.request();
    expect((await world.engine.cancel(by('ann', pending))).state).toBe('cancelled');
    const approved = await world.request();
    await world.engine.approve(by('olga', approved));
    expect((await world.engine.cancel(by('ann', approved))).state).toBe('cancelled');
    await world.process();
    expect(world.moved()).toEqual([]);
    expect(amounts(await world.balance())).toMatchObject({ available: 5_000n, reserved: 0n });
    await world.agree();
  });

  it('retry reserves anew, and is refused where the money is gone', async () => {
    const world = await worldWith(5_000n);
    const payout = await world.request();
    world.next.send.push({ name: 'refused_not_stored' });
    await world.process();
    const other = await world.request({ amount: 1n });
    await expect(world.engine.retry(by('olga', payout))).rejects.toMatchObject({
      code: 'NOT_ELIGIBLE',
      details: { reasons: ['insufficient_available'] },
    });
    await world.engine.cancel(by('ann', other));
    expect(await world.engine.retry(by('olga', payout))).toMatchObject({ state: 'approved', attempt: 2 });
    await world.process();
    expect(world.moved().map(({ attempt }) => attempt)).toEqual([2]);
    await world.agree();
  });

  it('retry pays to where it was approved for, or goes back to approval', async () => {
    const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL });
    const payout = await world.request();
    await world.engine.approve(by('olga', payout));
    world.next.send.push({ name: 'refused_not_stored' });
    await world.process();
    await world.enrol('ann', { destination: { id: 'new', version: 2 } });
    await world.engine.retry(by('olga', payout));
    await world.process();
    expect((await world.payout(payout.id)).state).toBe('pending');
    const { digest } = await world.engine.explain({ program: PROGRAM, payout: payout.id });
    await world.engine.approve({ ...by('olga', payout), digest });
    await world.process();
    expect(world.moved().map(({ destination }) => destination)).toEqual(['new']);
    await world.agree();
  });

  it('are taken once where two people take them at once', async () => {
    const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL });
    const payout = await world.request();
    const results = await Promise.allSettled([
      world.engine.approve(by('olga', payout)),
      world.engine.reject({ ...by('pete', payout), reason: 'no' }),
      world.engine.cancel(by('ann', payout)),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect((await world.payout(payout.id)).state).toBe('rejected');
    expect(amounts(await world.balance())).toMatchObject({ available: 5_000n, reserved: 0n });
    await world.agree();
  });
});

describe('fees', () => {
  const rule = { fixed: 25n, rate: '0.0125', rounding: 'half-even', minimum: 50n, maximum: 900n } as const;

  it('are quoted with an exact inverse, whoever bears them', async () => {
    for (const bearer of ['participant', 'platform'] as const) {
      const { engine } = await openWorld({ rules: { fees: { USD: { ...rule, bearer } } } });
      for (const gross of [50n, 51n, 1_999n, 2_000n, 5_000n, 69_999n, 70_000n, 1_000_000n]) {
        const there = engine.quote({ currency: 'USD', gross });
        expect(there.net).toBe(bearer === 'participant' ? gross - there.fee : gross);
        const back = engine.quote({ currency: 'USD', net: there.net });
        expect(back.net).toBe(there.net);
        // The least that brings this net.
        expect(back.gross <= gross).toBe(true);
        if (back.gross > 0n) {
          expect(engine.quote({ currency: 'USD', gross: back.gross - 1n }).net).toBeLessThan(there.net);
        }
      }
    }
  });

  it('leave by the participant or by the platform, and the parts add up', async () => {
    for (const bearer of ['participant', 'platform'] as const) {
      const world = await worldWith(5_000n, { rules: { fees: { USD: { ...rule, bearer } } } });
      const payout = await world.request();
      await world.process();
      // 25 + 62.5, half to even: 25 + 62.
      expect(payout).toMatchObject({ amount: 5_000n, fee: 87n, feeBearer: bearer });
      const net = bearer === 'participant' ? 4_913n : 5_000n;
      expect(world.moved().map(({ amount }) => amount)).toEqual([net]);
      expect(await world.balance()).toMatchObject({ available: 0n, reserved: 0n, paid: net });
      const { transfers, quote } = await world.engine.explain({ program: PROGRAM, payout: payout.id });
      expect(transfers.find(({ kind }) => kind === 'fee')?.moved).toBe(87n);
      expect(quote).toEqual({ bearer, gross: 5_000n, fee: 87n, net, agrees: true });
      await world.agree();
    }
  });
});

describe('velocity caps', () => {
  const require = { active: true, verified: true, destination: true, noOpenPayout: false };

  it('let no more leave to one participant in any 24 hours', async () => {
    const caps = { participant: { USD: 5_000n } };
    const world = await worldWith(12_000n, { rules: { caps, require } });
    for (let count = 0; count < 4; count += 1) await world.request({ amount: 3_000n });
    await world.process();
    expect(world.moved()).toHaveLength(1);
    const report = await world.process();
    expect(report.sent).toBe(0);
    await world.work(5 * DAY);
    expect(world.moved()).toHaveLength(4);
    expectWithin(world, 5_000n);
    await world.agree();
  });

  it('let no more leave from a program in any 24 hours, whatever is unknown', async () => {
    const caps = { program: { USD: 2_500n } };
    const { world } = await worldWithPayouts(7, { rules: { caps } });
    world.next.send.push({ name: 'response_lost' }, { name: 'response_lost' });
    await Promise.all([world.process(), world.process()]);
    expect(world.moved()).toHaveLength(2);
    await world.work(6 * DAY);
    expect(world.moved()).toHaveLength(7);
    expectWithin(world, 2_500n);
    await world.agree();
  });

  function expectWithin(world: World, cap: bigint): void {
    const truth = world.provider.truth();
    for (const { at: from } of truth) {
      const window = truth.filter(({ at }) => at >= from && at.getTime() < from.getTime() + DAY);
      expect(window.reduce((sum, { amount }) => sum + amount, 0n)).toBeLessThanOrEqual(cap);
    }
  }
});

describe('the kill switch', () => {
  it('stops new sends, leaves recovery running, and ends with resume', async () => {
    const { world, asked } = await worldWithPayouts(3);
    world.next.send.push({ name: 'response_lost' });
    await world.process({ limit: 1 });
    const stop = { program: PROGRAM, reason: 'incident', by: 'olga' };
    expect((await world.engine.stop(stop)).halts).toMatchObject([{ reason: 'incident' }]);
    await world.work(HOUR, MINUTE);
    expect(await statesOf(world)).toEqual({ approved: 2, completed: 1 });
    expect(world.provider.requests()).toHaveLength(1);
    const report = await world.process();
    expect(report.halted).toEqual([{ provider: 'simulated', currency: 'USD', reason: 'incident' }]);
    // People can still ask, and take back.
    await world.engine.cancel(by('person-1', asked[1] ?? { id: '' }));
    expect((await world.engine.resume({ ...stop, reason: 'another' })).halts).toHaveLength(1);
    expect((await world.engine.resume(stop)).halts).toEqual([]);
    await world.process();
    expect(await statesOf(world)).toEqual({ cancelled: 1, completed: 2 });
    expect(await world.operatorsTold()).toEqual(expect.arrayContaining(['stopped', 'resumed']));
    await world.agree();
  });

  it('sends nothing again while it is on, though that would be safe', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    const stop = { program: PROGRAM, provider: 'simulated', currency: 'USD', reason: 'incident', by: 'olga' };
    await world.engine.stop(stop);
    await world.work(2 * HOUR, MINUTE);
    expect(world.provider.requests()).toHaveLength(1);
    expect((await world.payout(id)).state).toBe('processing');
    await world.engine.resume(stop);
    await world.work(2 * HOUR, MINUTE);
    expect((await world.payout(id)).state).toBe('completed');
    await world.agree();
  });

  it('is as narrow as it is asked to be', async () => {
    const world = await worldWith(5_000n);
    await world.credit({ amount: 700n, currency: 'INR' });
    await world.request();
    await world.request({ currency: 'INR' });
    await world.engine.stop({ program: PROGRAM, currency: 'USD', reason: 'incident', by: 'olga' });
    await world.process();
    expect(world.moved().map(({ amount }) => amount)).toEqual([700n]);
    await world.agree();
  });
});

describe('process', () => {
  it('handles no more payouts than its limit', async () => {
    const { world } = await worldWithPayouts(7);
    expect((await world.process({ limit: 3 })).sent).toBe(3);
    expect((await world.process({ limit: 0 })).sent).toBe(0);
    expect((await world.process({ limit: 10, chunk: 2 })).sent).toBe(4);
    await world.agree();
  });

  it('has no more under way than its concurrency, and claims no more than its chunk', async () => {
    let [underWay, most, claimed] = [0, 0, 0];
    const { world } = await worldWithPayouts(20, {
      provider: { latencyMs: () => 100 },
      wrap: (provider) => ({
        ...provider,
        send: async (request, signal) => {
          underWay += 1;
          most = Math.max(most, underWay);
          claimed = Math.max(claimed, (await statesOf(world))['processing'] ?? 0);
          const outcome = await provider.send(request, signal);
          underWay -= 1;
          return outcome;
        },
      }),
    });
    await world.process({ chunk: 8, concurrency: 3 });
    expect([most, claimed]).toEqual([3, 8]);
    expect(await statesOf(world)).toEqual({ completed: 20 });
    await world.agree();
  });

  it('takes 25 at a time and has 5 under way unless it is told otherwise', async () => {
    let [underWay, most, claimed] = [0, 0, 0];
    const { world } = await worldWithPayouts(60, {
      provider: { latencyMs: () => 100 },
      wrap: (provider) => ({
        ...provider,
        send: async (request, signal) => {
          underWay += 1;
          most = Math.max(most, underWay);
          claimed = Math.max(claimed, (await statesOf(world))['processing'] ?? 0);
          const outcome = await provider.send(request, signal);
          underWay -= 1;
          return outcome;
        },
      }),
    });
    await world.process();
    expect([most, claimed]).toEqual([5, 25]);
    expect(await statesOf(world)).toEqual({ completed: 60 });
    await world.agree();
  });

  it('stops politely when its signal says so, and leaves nothing claimed for long', async () => {
    const signal = { aborted: false };
    const { world } = await worldWithPayouts(20, {
      wrap: (provider) => ({
        ...provider,
        send: async (request, stop: StopSignal) => {
          if (provider.requests().length === 6) signal.aborted = true;
          return provider.send(request, stop);
        },
      }),
    });
    const report = await world.process({ signal, chunk: 10, concurrency: 1 });
    expect(report.sent).toBe(7);
    expect(world.moved()).toHaveLength(7);
    expect(await statesOf(world)).toMatchObject({ completed: 7, approved: 10 });
    // The next run takes up at once what was claimed and not sent.
    await world.process();
    expect(await statesOf(world)).toEqual({ completed: 20 });
    expect(world.moved()).toHaveLength(20);
    await world.agree();
  });

  it('sends no more in a second than the provider takes, and is never told to slow down', async () => {
    const { world } = await worldWithPayouts(23, { provider: { perSecond: 5 } });
    const report = await world.process({ concurrency: 10 });
    expect(report).toMatchObject({ sent: 23, completed: 23, unknown: 0 });
    const times = world.provider.requests().map(({ at }) => at.getTime());
    for (const from of times) {
      expect(times.filter((at) => at >= from && at < from + SECOND).length).toBeLessThanOrEqual(5);
    }
    expect(Math.max(...times) - Math.min(...times)).toBe(4 * SECOND);
    await world.agree();
  });

  it('can run many times at once, and pays each payout once', async () => {
    const { world } = await worldWithPayouts(40, { provider: { latencyMs: () => 20 } });
    const reports = await Promise.all(Array.from({ length: 6 }, () => world.process()));
    expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(40);
    expect(world.moved()).toHaveLength(40);
    await world.agree();
  });

  it('goes on where a worker was gone in the middle', async () => {
    const { world } = await worldWithPayouts(10, { provider: { latencyMs: () => 100 } });
    // It is never heard of again: nothing that it waits for ever comes.
    const gone = world.engineWith({}, { providers: [{ ...world.provider, send: never }] });
    void gone.process({ program: PROGRAM });
    await world.pass(SECOND);
    expect(await statesOf(world)).toEqual({ processing: 10 });
    await world.work(HOUR, MINUTE);
    expect(await statesOf(world)).toEqual({ completed: 10 });
    expect(world.moved()).toHaveLength(10);
    await world.agree();
  });

  const never = (): Promise<never> => new Promise(() => undefined);
});

describe('what has changed between the request and the send', () => {
  const many = { active: true, verified: true, destination: true, noOpenPayout: false };

  it('keeps the money reserved for somebody who may not be paid now, tells them once, and pays them later', async () => {
    for (const [change, reason] of [
      [{ active: false }, 'inactive'],
      [{ verified: false }, 'not_verified'],
    ] as const) {
      const world = await worldWith(5_000n);
      const { id } = await world.request();
      await world.enrol('ann', change);
      await world.work(3 * DAY);
      expect(await world.payout(id)).toMatchObject({ state: 'approved', reason });
      expect((await world.balance()).reserved).toBe(5_000n);
      expect(world.provider.requests()).toEqual([]);
      const told = (await world.told()).filter((one) => one.kind === 'payout' && one.reason === reason);
      expect(told).toHaveLength(1);
      await world.enrol('ann');
      await world.work(DAY);
      expect(await world.payout(id)).toMatchObject({ state: 'completed', paid: 5_000n });
      expect((await world.payout(id)).reason).toBeUndefined();
      await world.agree();
    }
  });

  it('waits where money has come back from the destination meanwhile', async () => {
    const world = await worldWith(5_000n, { rules: { require: many } });
    await world.request({ amount: 1_000n });
    await world.process();
    const { id } = await world.request({ amount: 2_000n });
    world.provider.giveBack('payment-1', 1_000n);
    await world.receive(world.provider.eventFor('payment-1'));
    await world.work(2 * DAY);
    expect(await world.payout(id)).toMatchObject({ state: 'approved', reason: 'destination_blocked' });
    await world.enrol('ann', { destination: { id: 'wallet-of-ann', version: 2 } });
    await world.work(2 * DAY);
    expect((await world.payout(id)).state).toBe('completed');
    await world.agree();
  });

  it('waits where evidence of another payment has left a debt', async () => {
    const world = await worldWith(5_000n, { rules: { require: many } });
    await world.request({ amount: 3_000n });
    await world.process();
    const { id } = await world.request({ amount: 2_000n });
    world.provider.duplicate('payment-1');
    await world.receive(world.provider.eventFor('payment-2'));
    const stop = {
      provider: 'simulated',
      account: 'account-1',
      currency: 'USD',
      reason: 'duplicate_payment',
    };
    await world.engine.resume({ program: PROGRAM, by: 'olga', ...stop });
    await world.work(2 * DAY);
    expect(await world.payout(id)).toMatchObject({ state: 'approved', reason: 'debt' });
    await expect(world.engine.claim(by('olga', { id }))).rejects.toMatchObject({
      details: { reasons: ['debt'] },
    });
    await world.credit({ amount: 3_000n });
    await world.work(2 * DAY);
    expect((await world.payout(id)).state).toBe('completed');
    await world.agree([`payout/request-1`]);
  });

  it('holds an operator to the same as a worker: stops, destination, caps', async () => {
    const world = await worldWith(5_000n, {
      rules: { require: many, caps: { participant: { USD: 1_500n } } },
    });
    const first = await world.request({ amount: 1_000n });
    const second = await world.request({ amount: 1_000n });
    const stop = { program: PROGRAM, reason: 'incident', by: 'olga' };
    await world.engine.stop(stop);
    await expect(world.engine.claim(by('olga', first))).rejects.toMatchObject({ code: 'HALTED' });
    await world.engine.resume(stop);
    await world.engine.claim(by('olga', first));
    await expect(world.engine.claim(by('pete', second))).rejects.toMatchObject({
      code: 'HALTED',
      details: { reason: 'velocity_cap' },
    });
    await world.engine.completeManually({ ...by('olga', first), transaction: 'T1' });
    await world.pass(DAY + HOUR);
    await world.enrol('ann', { destination: { id: 'new', version: 2 } });
    await expect(
      world.engine.completeManually({ ...by('pete', second), transaction: 'T2' }),
    ).rejects.toMatchObject({ code: 'APPROVAL_REFUSED' });
    expect((await world.payout(second.id)).paid).toBe(0n);
    // The policy agrees to the new one, or an operator would.
    await world.process();
    expect(world.moved().map(({ destination }) => destination)).toEqual(['new']);
    expect((await world.balance()).paid).toBe(2_000n);
    await world.agree();
  });

  it('is not paid where somebody has changed what was approved, in the store itself', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    await world.enrol('ann', { destination: { id: 'thief', version: 2 } });
    await world.store.transact(PROGRAM, async (unit) => {
      const [payout] = await unit.payouts.find([id]);
      if (payout === undefined) throw new Error('it was opened');
      await unit.payouts.update([{ ...payout, destination: { id: 'thief', version: 2 } }]);
    });
    expect((await world.engine.explain({ program: PROGRAM, payout: id })).approval?.agrees).toBe(false);
    await expect(world.engine.claim(by('olga', { id }))).rejects.toMatchObject({ code: 'APPROVAL_REFUSED' });
    const report = await world.process();
    expect(report).toMatchObject({ sent: 0, errors: [{ payout: id, code: 'APPROVAL_REFUSED' }] });
    expect(await world.payout(id)).toMatchObject({ state: 'pending', reason: 'approval_differs' });
    await world.work(3 * DAY);
    expect(world.provider.requests()).toEqual([]);
    expect(await world.operatorsTold()).toContain('approval_differs');
    await world.agree();
  });

  it('is not judged by a store whose clock is behind what it has said before', async () => {
    const world = await worldWith(5_000n);
    await world.request();
    const behind = (ms: number) =>
      world.engineWith(
        {},
        {
          store: {
            transact: (program, work) =>
              world.store.transact(program, (unit) =>
                work({ ...unit, now: async () => new Date((await unit.now()).getTime() - ms) }),
              ),
          },
        },
      );
    const report = await world.finish(behind(HOUR).process({ program: PROGRAM }));
    expect(report).toMatchObject({ sent: 0, halted: [{ reason: 'clock_behind' }] });
    await world.process();
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });
});

describe('list and summary', () => {
  it('give every payout once, page by page, newest first, whatever shares its time', async () => {
    const { world, asked } = await worldWithPayouts(23);
    for (const limit of [1, 4, 23, 50]) {
      const seen: Payout[] = [];
      let cursor: string | undefined;
      do {
        const page = await world.engine.list({
          program: PROGRAM,
          limit,
          ...(cursor !== undefined && { cursor }),
        });
        expect(page.payouts.length).toBeLessThanOrEqual(limit);
        seen.push(...page.payouts);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen.map(({ id }) => id).toSorted()).toEqual(asked.map(({ id }) => id).toSorted());
      const times = seen.map(({ openedAt }) => openedAt.getTime());
      expect(times).toEqual(times.toSorted((left, right) => right - left));
    }
  });

  it('give each payout once though new ones are opened between two pages', async () => {
    const { world, asked } = await worldWithPayouts(6);
    const first = await world.engine.list({ program: PROGRAM, limit: 3 });
    await world.pass(MINUTE);
    await world.credit({ amount: 1n });
    await world.request();
    const rest = await world.engine.list({ program: PROGRAM, limit: 50, cursor: first.cursor ?? '' });
    const seen = [...first.payouts, ...rest.payouts].map(({ id }) => id);
    expect(seen.toSorted()).toEqual(asked.map(({ id }) => id).toSorted());
  });

  it('answer each filter, and add up to the same', async () => {
    const world = await worldWith(5_000n);
    await world.enrol('ben');
    await world.credit({ amount: 700n, participant: 'ben' });
    await world.credit({ amount: 900n, participant: 'ben', currency: 'INR' });
    await world.engine.openBatch({ program: PROGRAM, key: 'b', currency: 'USD' });
    await world.request({ participant: 'ben', currency: 'INR' });
    world.next.send.push({ name: 'refused_not_stored' });
    await world.process();
    for (const filter of [
      {},
      { participant: 'ben' },
      { currency: 'INR' },
      { batch: 'b' },
      { provider: 'simulated' },
      { provider: 'other' },
      { states: ['failed'] },
      { states: PAYOUT_STATES },
      { states: [] },
      { states: ['completed'], participant: 'ben', currency: 'USD', batch: 'b' },
    ] as const) {
      const { payouts } = await world.engine.list({ program: PROGRAM, ...filter });
      const totals = await world.engine.summary({ program: PROGRAM, ...filter });
      const sum = (of: (one: Payout) => bigint): bigint =>
        payouts.reduce((total, one) => total + of(one), 0n);
      expect(totals.reduce((total, { count }) => total + count, 0)).toBe(payouts.length);
      expect(totals.reduce((total, { amount }) => total + amount, 0n)).toBe(sum(({ amount }) => amount));
      expect(totals.reduce((total, { paid }) => total + paid, 0n)).toBe(sum(({ paid }) => paid));
      for (const payout of payouts) {
        if ('participant' in filter) expect(payout.participant).toBe(filter.participant);
        if ('currency' in filter) expect(payout.currency).toBe(filter.currency);
        if ('batch' in filter) expect(payout.batch).toBe(filter.batch);
      }
    }
    const { payouts } = await world.engine.list({ program: PROGRAM });
    expect(payouts).toHaveLength(3);
    await world.agree();
  });
});

describe('whyNot', () => {
  const why = (world: World, currency = 'USD') =>
    world.engine.whyNot({ program: PROGRAM, participant: 'ann', currency });

  it('says nothing where a payout could be asked for', async () => {
    const world = await worldWith(5_000n);
    expect(await why(world)).toEqual([]);
  });

  it('says what is missing and when it will be there', async () => {
    const world = await worldWith(500n, {
      rules: { thresholds: { currencies: { USD: { minimum: 2_000n } } } },
    });
    const earnedAt = world.clock();
    await world.credit({ amount: 1_000n, earnedAt, hold: { days: 3 } });
    await world.credit({ amount: 1_000n, earnedAt, hold: { days: 9 } });
    expect(await why(world)).toEqual([
      {
        kind: 'below_threshold',
        missing: 1_500n,
        until: new Date(earnedAt.getTime() + 9 * DAY),
        next: expect.stringMatching(/\w/),
      },
    ]);
  });

  it('gives each reason its next step', async () => {
    const world = await worldWith(5_000n, { rules: { destinationHoldDays: 7 } });
    const kinds = async () => (await why(world)).map(({ kind }) => kind);
    await world.enrol('ann', { active: false, verified: false });
    expect(await kinds()).toEqual(['inactive', 'not_verified']);
    await world.enrol('ann');
    const { id } = await world.request({ amount: 1_000n });
    expect(await why(world)).toMatchObject([{ kind: 'payout_open', payout: id }]);
    await world.process();
    world.provider.giveBack('payment-1', 1_000n);
    await world.pass(0);
    await world.receiveAll();
    expect(await kinds()).toEqual(['destination_blocked']);
    await world.enrol('ann', { destination: { id: 'new', version: 2 } });
    const until = new Date(world.clock().getTime() + 7 * DAY);
    expect(await why(world)).toMatchObject([{ kind: 'on_hold', hold: 'destination', until }]);
    await world.pass(7 * DAY);
    expect(await kinds()).toEqual([]);
    await world.credit({ amount: 10n, currency: 'EUR' });
    expect(await why(world, 'EUR')).toMatchObject([{ kind: 'not_payable', provider: 'simulated' }]);
    for (const { next } of await why(world, 'EUR')) expect(next).toMatch(/\w/);
  });

  it('says when a debt will have been paid off', async () => {
    const world = await openWorld();
    const { id } = await world.credit({ amount: 1_000n });
    await world.request();
    await world.process();
    await world.engine.reverse({ program: PROGRAM, key: 'r', earning: id, reason: 'refund' });
    const earnedAt = world.clock();
    await world.credit({ amount: 1_500n, earnedAt, hold: { days: 2 } });
    const until = new Date(earnedAt.getTime() + 2 * DAY);
    expect(await why(world)).toMatchObject([
      { kind: 'debt', amount: 1_000n, until },
      { kind: 'below_threshold', until },
    ]);
  });
});

describe('explain', () => {
  it('lets every amount be computed again, and lists what came back', async () => {
    const fees = { USD: { bearer: 'participant', fixed: 25n, rate: '0.01', rounding: 'half-even' } } as const;
    const world = await worldWith(5_000n, { rules: { fees } });
    const { id } = await world.request();
    world.next.send.push({ name: 'recipient_not_ready' });
    await world.work(2 * DAY);
    world.provider.giveBack('payment-1', 1_000n);
    await world.pass(0);
    await world.receive(world.provider.eventFor('payment-1'));
    world.provider.giveBack('payment-1', 500n);
    await world.receive(world.provider.eventFor('payment-1'));
    const { payout, quote, approval, attempts, movements, transfers, next } = await world.engine.explain({
      program: PROGRAM,
      payout: id,
    });
    expect(quote).toEqual({ ...world.engine.quote({ currency: 'USD', gross: payout.amount }), agrees: true });
    expect(approval).toEqual({ digest: approvalDigest(PROGRAM, payout), agrees: true });
    expect(attempts.map(({ number, end }) => [number, end])).toEqual([
      [1, 'refused'],
      [2, 'paid'],
    ]);
    const sum = (kind: string): bigint =>
      transfers.filter((one) => one.kind === kind).reduce((total, { moved }) => total + moved, 0n);
    expect(sum('reserve') - sum('unreserve')).toBe(payout.amount);
    expect(sum('payout') + sum('fee')).toBe(payout.amount);
    expect(sum('payout')).toBe(payout.paid);
    expect(sum('return')).toBe(payout.returned);
    expect(transfers.filter(({ kind }) => kind === 'return').map(({ moved }) => moved)).toEqual([
      1_000n,
      500n,
    ]);
    expect(movements).toMatchObject([{ object: 'payment-1', moved: 4_925n, returned: 1_500n }]);
    expect(next).toEqual({ step: 'nothing' });
    await world.agree();
  });

  it('says so where the rules are others by now', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    const later = world.engineWith({
      fees: { USD: { bearer: 'platform', fixed: 25n, rate: '0', rounding: 'half-even' } },
    });
    const { quote, approval } = await later.explain({ program: PROGRAM, payout: id });
    expect([quote.agrees, approval?.agrees]).toEqual([false, true]);
    // What was approved is what is paid.
    await world.finish(later.process({ program: PROGRAM }));
    expect(await world.payout(id)).toMatchObject({ fee: 0n, paid: 5_000n });
    await world.agree();
  });

  it('says what happens next, and when', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    const next = async () => (await world.engine.explain({ program: PROGRAM, payout: id })).next;
    expect(await next()).toEqual({ step: 'it is sent', at: world.clock() });
    world.next.send.push({ name: 'recipient_not_ready' });
    await world.process();
    expect(await next()).toEqual({ step: 'it is sent', at: new Date(world.clock().getTime() + 23 * HOUR) });
  });
});

describe('notifications', () => {
  const outline = (told: readonly Notification[]): readonly string[] =>
    told.map((one) =>
      one.kind === 'payout'
        ? `payout ${one.state}`
        : one.kind === 'earning'
          ? `earning ${one.event}`
          : one.kind === 'operator'
            ? `operator ${one.event}`
            : one.kind,
    );

  it('tell each change once, to the participant and to operators', async () => {
    const world = await openWorld({ rules: MANUAL_APPROVAL });
    const sale = { key: 'sale', amount: 5_000n, earnedAt: world.clock(), hold: { days: 1 } };
    const twice = async (work: () => Promise<unknown>): Promise<void> => {
      await work();
      await work().catch(() => undefined);
    };
    const { id: earning } = await world.credit(sale);
    await world.credit(sale);
    await world.pass(DAY);
    await twice(() => world.engine.release({ program: PROGRAM }));
    const { id } = await world.request({ key: 'k' });
    await twice(() => world.request({ key: 'k' }));
    await twice(() => world.engine.approve(by('olga', { id })));
    world.next.send.push({ name: 'recipient_not_ready' });
    await twice(() => world.process());
    await world.pass(DAY);
    await twice(() => world.process());
    await world.pass(0);
    world.provider.giveBack('payment-1', 5_000n);
    await world.pass(0);
    await twice(() => world.receive(world.provider.eventFor('payment-1')));
    await twice(() => world.engine.reconcile({ program: PROGRAM, since: new Date(0) }));
    await twice(() =>
      world.engine.reverse({ program: PROGRAM, key: 'r', earning, amount: 1_000n, reason: 'refund' }),
    );
    expect(outline(await world.told()).toSorted()).toEqual(
      [
        'earning credited',
        'earning released',
        'payout pending',
        'payout approved',
        'operator approved',
        // Refused for now: approved still, with a reason.
        'payout approved',
        'payout completed',
        'payout returned',
        'earning reversed',
      ].toSorted(),
    );
    const ids = (await world.told()).map(({ id: one }) => one);
    expect(new Set(ids).size).toBe(ids.length);
    await world.agree();
  });

  it('tell operators what they did, and whom to look after', async () => {
    const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL, provider: { authoritative: false } });
    const rejected = await world.request();
    await world.engine.reject({ ...by('olga', rejected), reason: 'no' });
    const cancelled = await world.request();
    await world.engine.cancel(by('ann', cancelled));
    const { id } = await world.request();
    await world.engine.approve(by('olga', { id }));
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await world.pass(2 * DAY);
    await world.process();
    await world.engine.declareFailed({ ...by('olga', { id }), reason: 'looked everywhere' });
    await world.engine.retry(by('olga', { id }));
    await world.engine.claim(by('olga', { id }));
    await world.engine.completeManually({ ...by('olga', { id }), transaction: 'T1' });
    expect(await world.operatorsTold()).toEqual([
      'rejected',
      'cancelled',
      'approved',
      'needs_review',
      'declared_failed',
      'retried',
      'claimed',
      'completed_manually',
    ]);
    await world.agree();
  });
});

describe('reconcile', () => {
  const reconcile = (world: World, since = new Date(0)) =>
    world.engine.reconcile({ program: PROGRAM, since });

  /** A provider that cannot list: everything is looked up. */
  const unlisted = ({ list: _, ...provider }: SimulatedProvider): PaymentProvider => provider;

  it('finds nothing where the books and the provider agree', async () => {
    const { world } = await worldWithPayouts(5, { wrap: unlisted });
    await world.process();
    expect(await reconcile(world)).toEqual({ looked: 5, settled: 0, disagreements: [], errors: [] });
  });

  it('looks up only what the list of the provider leaves open', async () => {
    const { world, asked } = await worldWithPayouts(5);
    await world.process();
    const nothing = { looked: 0, settled: 0, disagreements: [], errors: [] };
    expect(await reconcile(world)).toEqual(nothing);
    // What was opened before the list begins may have moved before that, too.
    expect(await reconcile(world, world.clock())).toEqual({ ...nothing, looked: 5 });
    const [first] = asked;
    const hidden = ({ reference }: PaymentObject): boolean => reference?.payout === first?.id;
    const engine = world.engineWith({}, { providers: [listing(world.provider, hidden)] });
    expect(await engine.reconcile({ program: PROGRAM, since: new Date(0) })).toEqual({
      ...nothing,
      looked: 1,
    });
  });

  it('looks everything up where the list breaks off', async () => {
    const { world } = await worldWithPayouts(3);
    await world.process();
    const broken: PaymentProvider = {
      ...world.provider,
      list: async function* () {
        yield* world.provider.list?.(new Date(0)) ?? [];
        await Promise.reject(new Error('the connection broke'));
      },
    };
    const engine = world.engineWith({}, { providers: [broken] });
    expect(await engine.reconcile({ program: PROGRAM, since: new Date(0) })).toMatchObject({
      looked: 3,
      errors: [{ payout: 'simulated', code: 'list_failed' }],
    });
  });

  /** A provider whose list leaves something out. */
  function listing(provider: SimulatedProvider, hidden: (object: PaymentObject) => boolean): PaymentProvider {
    return {
      ...provider,
      list: async function* (since) {
        for await (const objects of provider.list?.(since) ?? []) yield objects.filter((one) => !hidden(one));
      },
    };
  }

  it('settles what no answer and no event has told', async () => {
    const { world } = await worldWithPayouts(3);
    world.next.send.push({ name: 'response_lost' }, { name: 'response_lost' });
    await world.process();
    expect(await reconcile(world)).toMatchObject({ settled: 2, disagreements: [] });
    expect(await statesOf(world)).toEqual({ completed: 3 });
    await world.agree();
  });

  it('reports what is in the books and not there', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const { id } = await world.request();
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await world.pass(2 * DAY);
    await world.process();
    await world.engine.completeManually({ ...by('olga', { id }), transaction: 'payment-of-nobody' });
    const report = await reconcile(world);
    expect(report.disagreements).toEqual([
      { kind: 'missing_there', payout: id, object: 'payment-of-nobody', amount: 5_000n },
    ]);
    // Not being seen proves nothing: it is reported, not taken back.
    expect((await world.payout(id)).state).toBe('completed');
  });

  it('reports what is there, carries our program, and is not in the books', async () => {
    const world = await openWorld();
    const request = {
      program: PROGRAM,
      payout: 'payout/unheard-of',
      attempt: 1,
      key: 'k'.repeat(32),
      account: 'account-1',
      participant: 'ann',
      destination: 'wallet-of-ann',
      currency: 'USD',
      amount: 123n,
      frozen: 'text',
    };
    await world.provider.send(request, new AbortController().signal);
    await world.provider.send({ ...request, program: 'another' }, new AbortController().signal);
    expect((await reconcile(world)).disagreements).toEqual([
      { kind: 'missing_here', payout: 'payout/unheard-of', object: 'payment-1', amount: 123n },
    ]);
    expect((await world.balance()).paid).toBe(0n);
  });

  it('reports an amount that is another there than here', async () => {
    const other = (provider: SimulatedProvider): PaymentProvider => ({
      ...unlisted(provider),
      find: async (reference) =>
        (await provider.find(reference)).map((object) => ({ ...object, amount: object.amount + 1n })),
    });
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    await world.process();
    const engine = world.engineWith({}, { providers: [other(world.provider)] });
    expect((await engine.reconcile({ program: PROGRAM, since: new Date(0) })).disagreements).toEqual([
      { kind: 'amount_differs', payout: id, object: 'payment-1', here: 5_000n, there: 5_001n },
    ]);
    expect((await world.payout(id)).paid).toBe(5_000n);
    await world.agree();
  });

  it('goes on where one payout cannot be looked up', async () => {
    const { world, asked } = await worldWithPayouts(3, { wrap: unlisted });
    await world.process();
    world.next.find.push({ name: 'lookup_error' });
    const report = await reconcile(world);
    expect(report.looked).toBe(2);
    expect(report.errors).toEqual([{ payout: expect.stringMatching(/^payout\//), code: 'lookup_failed' }]);
    expect(asked.map(({ id }) => id)).toContain(report.errors[0]?.payout);
  });
});

describe('receive', () => {
  async function paidWorld(): Promise<{ world: World; id: string; before: unknown }> {
    const world = await worldWith(5_000n, { provider: { secret: 'shared' } });
    const { id } = await world.request();
    world.next.send.push({ name: 'response_lost' });
    await world.process();
    return { world, id, before: await world.payout(id) };
  }

  it('refuses what is forged, altered, too old, too new, or no event at all', async () => {
    const { world, id, before } = await paidWorld();
    const genuine = world.provider.eventFor('payment-1');
    const now = world.clock();
    for (const raw of [
      { ...genuine, body: `${genuine.body} ` },
      { ...genuine, body: '' },
      { ...genuine, headers: {} },
      { ...genuine, headers: { 'x-simulated-signature': 't=1,v1=00' } },
      signSimulatedEvent(genuine.body, 'guessed', now),
      signSimulatedEvent('no json', 'shared', now),
      signSimulatedEvent('{"id":7}', 'shared', now),
      signSimulatedEvent('[]', 'shared', now),
      world.provider.eventFor('payment-1', {}, new Date(now.getTime() - 6 * MINUTE)),
      world.provider.eventFor('payment-1', {}, new Date(now.getTime() + 6 * MINUTE)),
      world.provider.eventFor('payment-1', { account: 'account-2' }),
      world.provider.eventFor('payment-1', { environment: 'live' }),
    ]) {
      await expect(world.receive(raw)).rejects.toMatchObject({ code: 'EVENT_REFUSED' });
    }
    expect(await world.payout(id)).toEqual(before);
    expect(await world.receive(genuine)).toEqual({ kind: 'settled', program: PROGRAM, payout: id });
    await world.agree();
  });

  it('ignores what is about no payment, an unknown payout or another tenant', async () => {
    const { world, id, before } = await paidWorld();
    const reference = { program: PROGRAM, payout: id, attempt: 1 };
    const about = (more: Partial<typeof reference>) =>
      world.provider.eventFor('payment-1', {
        payment: { object: 'payment-1', reference: { ...reference, ...more } },
      });
    const plain = { id: 'event-x', type: 'balance.available', account: 'account-1', environment: 'test' };
    expect(await world.receive(signSimulatedEvent(JSON.stringify(plain), 'shared', world.clock()))).toEqual({
      kind: 'ignored',
      why: 'not_about_a_payment',
    });
    expect(await world.payout(id)).toEqual(before);
    for (const more of [{ program: 'another' }, { payout: 'payout/unheard-of' }, { program: '\u0000' }]) {
      const outcome = await world.receive(about(more)).catch((error: unknown) => error);
      // Not to be seen yet, or nobody's: nothing is settled.
      expect(outcome).toSatisfy(
        (one: { kind?: string; code?: string }) =>
          one.kind === 'ignored' || one.code === 'PROVIDER_UNAVAILABLE',
      );
    }
    expect(await world.payout(id)).toEqual(before);
    await world.receive(about({}));
    expect((await world.payout(id)).state).toBe('completed');
    await world.agree();
  });

  it('is told again later where the payment cannot be read', async () => {
    const { world, id, before } = await paidWorld();
    const event = world.provider.eventFor('payment-1');
    world.next.find.push({ name: 'lookup_error' });
    await expect(world.receive(event)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    expect(await world.payout(id)).toEqual(before);
    expect((await world.receive(event)).kind).toBe('settled');
    await world.agree();
  });

  it('takes an event of an unknown type for a hint to look', async () => {
    const { world, id } = await paidWorld();
    await world.receive(world.provider.eventFor('payment-1', { type: 'payment.never_heard_of' }));
    expect((await world.payout(id)).state).toBe('completed');
    await world.agree();
  });
});
