import { describe, expect, it } from 'vitest';
import { PayoutError, type RawEvent, simulatedProvider } from '../../../src/index.ts';
import {
  amounts,
  by,
  CURRENCIES,
  DAY,
  HOUR,
  MANUAL_APPROVAL,
  MINUTE,
  openWorld,
  PROGRAM,
  type World,
} from './world.ts';

/** What went wrong elsewhere, each with what moved, what the books say, and that they prove themselves. */

async function worldWith(amount: bigint, ...[options]: Parameters<typeof openWorld>): Promise<World> {
  const world = await openWorld(options);
  await world.credit({ amount });
  return world;
}

describe('a timeout booked as failure', () => {
  it('keeps the money reserved while nobody knows, and finds the payment', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'response_lost', silent: true });
    const report = await world.process();
    expect([report.sent, report.unknown, report.failed, report.completed]).toEqual([1, 1, 0, 0]);
    expect((await world.payout(id)).state).toBe('processing');
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 5_000n, paid: 0n, debt: 0n });
    expect(await world.request({ amount: 5_000n }).catch((error: unknown) => error)).toMatchObject({
      code: 'NOT_ELIGIBLE',
    });
    await world.work(HOUR, MINUTE);
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved()).toEqual([
      { payout: id, attempt: 1, amount: 5_000n, returned: 0n, destination: 'wallet-of-ann' },
    ]);
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.agree();
  });

  it('does not believe that a payment which arrives late was lost', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'executed_late', afterMs: 50 * 1000 });
    await world.process();
    await world.work(DAY, MINUTE);
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved(id)).toHaveLength(1);
    await world.agree();
  });

  it('counts an answer once though the store did not say that it had taken it', async () => {
    const world = await worldWith(5_000n, { provider: { lookupDelayMs: 5 * DAY } });
    const { id } = await world.request();
    world.next.find.push(...Array.from({ length: 90 }, () => ({ name: 'lookup_lags' as const })));
    // The first send is executed and its answer lost; the second one, under the same key, meets a rate limit.
    world.next.send.push({ name: 'response_lost' }, { name: 'rate_limited' });
    await world.process();
    await world.pass(HOUR);
    let answered = false;
    const doubting = world.engineWith(
      {},
      {
        providers: [
          {
            ...world.provider,
            send: async (request, signal) => {
              const outcome = await world.provider.send(request, signal);
              answered = true;
              return outcome;
            },
          },
        ],
        store: {
          transact: async (program, work) => {
            const result = await world.store.transact(program, work);
            if (!answered) return result;
            answered = false;
            throw new PayoutError('STORE_UNAVAILABLE', { reason: 'it was committed, and nobody was told' });
          },
        },
      },
    );
    await world.finish(doubting.process({ program: PROGRAM }));
    const [attempt] = (await world.engine.explain({ program: PROGRAM, payout: id })).attempts;
    expect(attempt).toMatchObject({ sends: 2, notExecuted: 1 });
    await world.pass(2 * DAY);
    await world.work(6 * DAY);
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });
});

describe('debit, refused transfer, refund, retry', () => {
  it('pays once and debits once, under a key of its own for each attempt', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'refused_not_stored' });
    expect((await world.process()).failed).toBe(1);
    expect(amounts(await world.balance())).toEqual({ available: 5_000n, reserved: 0n, paid: 0n, debt: 0n });

    await world.engine.retry(by('olga', { id }));
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 5_000n, paid: 0n, debt: 0n });
    await world.process();
    await world.process();
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved().map(({ attempt, amount }) => [attempt, amount])).toEqual([[2, 5_000n]]);
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });

    const { transfers, attempts } = await world.engine.explain({ program: PROGRAM, payout: id });
    expect(transfers.map(({ kind, moved }) => [kind, moved])).toEqual([
      ['reserve', 5_000n],
      ['unreserve', 5_000n],
      ['reserve', 5_000n],
      ['payout', 5_000n],
    ]);
    expect(new Set(attempts.map(({ key }) => key)).size).toBe(2);
    await world.agree();
  });

  it('gives the same payout for the same request key, whatever became of it', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request({ key: 'double click' });
    world.next.send.push({ name: 'refused_not_stored' });
    await world.process();
    const again = await world.request({ key: 'double click' });
    expect([again.id, again.state]).toEqual([id, 'failed']);
    await world.process();
    expect(world.moved()).toEqual([]);
    expect(amounts(await world.balance())).toEqual({ available: 5_000n, reserved: 0n, paid: 0n, debt: 0n });
    await world.agree();
  });
});

describe('key reuse after its window', () => {
  it('never sends under a key that the provider may have forgotten', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const { id } = await world.request();
    world.next.send.push({ name: 'response_lost' });
    await world.process();
    const sends = world.provider.requests().length;
    // Nobody works for two days, and then lookups fail for another day.
    await world.pass(2 * DAY);
    world.next.find.push(...Array.from({ length: 10 }, () => ({ name: 'lookup_error' as const })));
    await world.work(3 * DAY);
    expect(world.provider.requests()).toHaveLength(sends);
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });

  it('asks a person where the window is over and a lookup proves nothing', async () => {
    const world = await worldWith(5_000n, { provider: { authoritative: false } });
    const { id } = await world.request();
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await world.pass(2 * DAY);
    await world.work(2 * DAY);
    expect(await world.payout(id)).toMatchObject({ state: 'needs_review', reason: 'absent_not_proven' });
    expect(world.provider.requests()).toHaveLength(1);
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 5_000n, paid: 0n, debt: 0n });
    await world.agree();
  });

  it('pays by a new attempt where an authoritative lookup proves that the old one moved nothing', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await world.pass(2 * DAY);
    await world.work(3 * DAY);
    expect((await world.payout(id)).state).toBe('completed');
    const [first, second] = world.provider.requests();
    expect(first?.request.key).not.toBe(second?.request.key);
    expect(world.moved().map(({ attempt }) => attempt)).toEqual([2]);
    await world.agree();
  });
});

describe('a stored refusal replayed after funds arrive', () => {
  it('closes the attempt and pays by the next one, under another key', async () => {
    const world = await worldWith(5_000n, { provider: { balance: { USD: 1_000n } } });
    const { id } = await world.request();
    const report = await world.process();
    expect([report.postponed, report.completed]).toEqual([1, 0]);
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 5_000n, paid: 0n, debt: 0n });
    world.provider.setBalance('USD', 50_000n);
    await world.work(2 * HOUR, MINUTE);
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved().map(({ attempt, amount }) => [attempt, amount])).toEqual([[2, 5_000n]]);
    const keys = world.provider.requests().map(({ request }) => request.key);
    expect(new Set(keys).size).toBe(keys.length);
    await world.agree();
  });

  it('fails no payout because the platform had no money over a long weekend', async () => {
    const world = await worldWith(5_000n, { provider: { balance: { USD: 0n } } });
    const { id } = await world.request();
    await world.work(4 * DAY, 10 * MINUTE);
    expect((await world.payout(id)).state).toBe('approved');
    world.provider.setBalance('USD', 50_000n);
    await world.work(HOUR, MINUTE);
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });
});

describe('no money, while it is not known what became of an earlier send', () => {
  /** One payout whose only send was lost, and another that was refused, so that new sends of the currency stop for days. */
  async function worldWithoutMoney(): Promise<{ readonly world: World; readonly lost: string }> {
    const provider = { authoritative: false, balance: { USD: 0n } };
    const world = await worldWith(5_000n, { provider, rules: { runRefusalMs: 3 * DAY } });
    const { id: lost } = await world.request();
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await world.enrol('noor');
    await world.credit({ participant: 'noor', amount: 5_000n });
    await world.request({ participant: 'noor', key: 'of-noor' });
    await world.process();
    return { world, lost };
  }

  it('is no reason to let the key run out: it is asked under it, and a refusal tells as much as a payment', async () => {
    const { world, lost } = await worldWithoutMoney();
    await world.work(2 * DAY, 10 * MINUTE);
    expect(await world.payout(lost)).toMatchObject({ state: 'approved', reason: 'balance_insufficient' });
    expect(world.provider.requests()).toHaveLength(3);
    world.provider.setBalance('USD', 50_000n);
    await world.work(4 * DAY, HOUR);
    expect((await world.payout(lost)).state).toBe('completed');
    expect(world.moved()).toHaveLength(2);
    await world.agree();
  });

  it('yields to a stop that a person has made: nothing is sent, and in the end a person is asked', async () => {
    const { world, lost } = await worldWithoutMoney();
    await world.engine.stop({ program: PROGRAM, reason: 'incident', by: 'olga' });
    await world.work(4 * DAY, HOUR);
    expect(await world.payout(lost)).toMatchObject({ state: 'needs_review', reason: 'absent_not_proven' });
    expect(world.provider.requests()).toHaveLength(2);
    await world.agree();
  });
});

describe('a refund', () => {
  it('counts once, however often it is told', async () => {
    const world = await openWorld();
    const { id } = await world.credit({ amount: 5_000n });
    const refund = { program: PROGRAM, key: 'refund-1', earning: id, amount: 2_000n, reason: 'refund' };
    const [first, second] = [await world.engine.reverse(refund), await world.engine.reverse(refund)];
    expect(second).toEqual(first);
    await Promise.all([world.engine.reverse(refund), world.engine.reverse(refund)]);
    expect(await world.balance()).toMatchObject({ available: 3_000n, lifetime: 3_000n });
    await expect(world.engine.reverse({ ...refund, amount: 2_001n })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    await world.request();
    await world.process();
    expect(world.moved().map(({ amount }) => amount)).toEqual([3_000n]);
    await world.agree();
  });

  it('is never larger than its sale, in parts or whole', async () => {
    const world = await openWorld();
    const { id } = await world.credit({ amount: 5_000n });
    const refund = (key: string, amount?: bigint) =>
      world.engine.reverse({
        program: PROGRAM,
        key,
        earning: id,
        reason: 'refund',
        ...(amount !== undefined && { amount }),
      });
    await expect(refund('a', 5_001n)).rejects.toMatchObject({ code: 'REVERSAL_EXCEEDS' });
    expect(await refund('b', 3_000n)).toMatchObject({ applied: 3_000n });
    await expect(refund('c', 2_001n)).rejects.toMatchObject({ code: 'REVERSAL_EXCEEDS' });
    expect(await refund('d')).toMatchObject({ applied: 2_000n });
    await expect(refund('e', 1n)).rejects.toMatchObject({ code: 'REVERSAL_EXCEEDS' });
    expect(await world.balance()).toMatchObject({ available: 0n, debt: 0n, lifetime: 0n });
    await world.agree();
  });
});

describe('a clawback held back and lost', () => {
  it('stays as a debt that later earnings pay off first', async () => {
    const world = await openWorld();
    const { id } = await world.credit({ amount: 5_000n });
    await world.request();
    await world.process();
    await world.engine.reverse({ program: PROGRAM, key: 'dispute', earning: id, reason: 'dispute' });
    expect(amounts(await world.balance())).toEqual({
      available: 0n,
      reserved: 0n,
      paid: 5_000n,
      debt: 5_000n,
    });
    await world.credit({ amount: 3_000n });
    expect(amounts(await world.balance())).toMatchObject({ available: 0n, debt: 2_000n });
    await expect(world.request()).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    await world.credit({ amount: 2_500n });
    await world.request();
    await world.process();
    expect(world.moved().map(({ amount }) => amount)).toEqual([5_000n, 500n]);
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_500n, debt: 0n });
    await world.agree();
  });
});

describe('debt dodged by changing the provider', () => {
  it('belongs to the participant, whatever provider they choose', async () => {
    const world = await openWorld({
      others: ({ clock, schedule }) => [
        simulatedProvider({ id: 'second', currencies: CURRENCIES, clock, schedule }),
      ],
    });
    const { id } = await world.credit({ amount: 5_000n });
    await world.request();
    await world.process();
    await world.engine.reverse({ program: PROGRAM, key: 'dispute', earning: id, reason: 'dispute' });
    await world.enrol('ann', { destination: { id: 'elsewhere', version: 2, provider: 'second' } });
    await world.credit({ amount: 4_000n });
    await expect(world.request()).rejects.toMatchObject({
      details: { reasons: ['debt', 'below_threshold'] },
    });
    await world.credit({ amount: 1_600n });
    const { amount, provider } = await world.request();
    expect([amount, provider]).toEqual([600n, 'second']);
    await world.agree();
  });
});

describe('an amount equal to the whole balance', () => {
  it('can be asked for, and one unit more cannot', async () => {
    const world = await worldWith(5_000n, {
      rules: { thresholds: { currencies: { USD: { minimum: 5_000n } } } },
    });
    await expect(world.request({ amount: 5_001n })).rejects.toMatchObject({
      details: { reasons: ['insufficient_available'] },
    });
    const { id } = await world.request({ amount: 5_000n });
    await world.process();
    expect((await world.payout(id)).state).toBe('completed');
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.agree();
  });
});

describe('a destination changed between approval and payment', () => {
  it('goes back to approval, and only the new one can be approved and is paid', async () => {
    const world = await worldWith(5_000n, { rules: { ...MANUAL_APPROVAL, destinationHoldDays: 2 } });
    const { id } = await world.request();
    await world.engine.approve(by('olga', { id }));
    await world.enrol('ann', { destination: { id: 'new-wallet', version: 2 } });
    expect(await world.process()).toMatchObject({ destinationChanged: 1, sent: 0 });
    expect(await world.payout(id)).toMatchObject({
      state: 'pending',
      destination: { id: 'new-wallet', version: 2 },
    });
    expect((await world.payout(id)).approval).toBeUndefined();
    await expect(world.engine.approve(by('olga', { id }))).rejects.toMatchObject({
      code: 'APPROVAL_REFUSED',
    });
    await world.pass(2 * DAY);
    // The same words said again must not agree to what nobody has looked at.
    await expect(world.engine.approve(by('olga', { id }))).rejects.toMatchObject({
      code: 'APPROVAL_REFUSED',
    });
    const { digest } = await world.engine.explain({ program: PROGRAM, payout: id });
    await world.engine.approve({ ...by('olga', { id }), digest });
    await world.process();
    expect(world.moved().map(({ destination, amount }) => [destination, amount])).toEqual([
      ['new-wallet', 5_000n],
    ]);
    await world.agree();
  });

  it('does not follow the participant once the request is frozen', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    await world.enrol('ann', { destination: { id: 'new-wallet', version: 2 } });
    await world.work(HOUR, MINUTE);
    expect((await world.payout(id)).state).toBe('completed');
    expect(world.moved().map(({ destination }) => destination)).toEqual(['wallet-of-ann']);
    const texts = new Set(world.provider.requests().map(({ request }) => request.frozen));
    expect([world.provider.requests().length, texts.size]).toEqual([2, 1]);
    await world.agree();
  });
});

describe('cancel racing with send', () => {
  it('is either cancelled or paid, whoever comes first', async () => {
    const states = new Set<string>();
    for (const cancelFirst of [true, false]) {
      const world = await worldWith(5_000n, { provider: { latencyMs: () => 10 } });
      const { id } = await world.request();
      const cancel = (): Promise<unknown> =>
        world.engine.cancel(by('ann', { id })).catch((error: unknown) => error);
      const [first, second] = cancelFirst
        ? [cancel(), world.process()]
        : [world.process(), world.pass(30).then(cancel)];
      await Promise.all([first, second]);
      const { state } = await world.payout(id);
      states.add(state);
      expect(world.moved()).toHaveLength(state === 'completed' ? 1 : 0);
      expect((await world.balance()).available).toBe(state === 'completed' ? 0n : 5_000n);
      await world.agree();
    }
    expect(states).toEqual(new Set(['cancelled', 'completed']));
  });

  it('refuses to cancel what may have been sent', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'response_lost' });
    await world.process();
    await expect(world.engine.cancel(by('ann', { id }))).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await world.work(HOUR, MINUTE);
    expect((await world.payout(id)).state).toBe('completed');
    await world.agree();
  });
});

describe('completed turning into returned a week later', () => {
  it('credits the participant once and blocks where it came back from', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    await world.process();
    await world.pass(7 * DAY);
    world.delivered.splice(0);
    world.provider.giveBack('payment-1', 5_000n);
    await world.pass(0);
    await world.receiveAll();
    await world.engine.reconcile({ program: PROGRAM, since: new Date(0) });
    expect(await world.payout(id)).toMatchObject({ state: 'returned', paid: 5_000n, returned: 5_000n });
    expect(amounts(await world.balance())).toEqual({ available: 5_000n, reserved: 0n, paid: 0n, debt: 0n });
    await expect(world.request()).rejects.toMatchObject({ details: { reasons: ['destination_blocked'] } });
    await world.enrol('ann', { destination: { id: 'wallet-of-ann', version: 2 } });
    await world.request();
    await world.process();
    expect(world.moved().map(({ amount, returned }) => [amount, returned])).toEqual([
      [5_000n, 5_000n],
      [5_000n, 0n],
    ]);
    await world.agree();
  });
});

describe('a webhook', () => {
  it('may come before the response', async () => {
    const world = await worldWith(5_000n, { provider: { latencyMs: () => 100 } });
    const { id } = await world.request();
    world.next.event.push({ name: 'event_early' });
    const running = world.engine.process({ program: PROGRAM });
    while (world.delivered.length === 0) await world.pass(50);
    await world.receiveAll();
    expect((await world.payout(id)).state).toBe('completed');
    await world.finish(running);
    expect((await world.payout(id)).state).toBe('completed');
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 5_000n, debt: 0n });
    await world.agree();
  });

  it('may come twice, and never', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.request();
    world.next.send.push({ name: 'response_lost' });
    world.next.event.push({ name: 'event_duplicated' });
    await world.process();
    await world.pass(MINUTE);
    expect((await world.receiveAll()).map(({ kind }) => kind)).toEqual(['settled', 'duplicate']);
    expect((await world.payout(id)).state).toBe('completed');

    await world.credit({ amount: 700n });
    const second = await world.request();
    world.next.send.push({ name: 'response_lost' });
    world.next.event.push({ name: 'event_dropped' });
    await world.process();
    await world.work(HOUR, MINUTE);
    expect(await world.receiveAll()).toEqual([]);
    expect((await world.payout(second.id)).state).toBe('completed');
    await world.agree();
  });

  it('gives the same in every order, with every event twice', async () => {
    const outcomes = new Set<string>();
    for (const order of permutations([0, 1, 2, 3])) {
      const world = await worldWith(5_000n);
      const { id } = await world.request();
      world.next.send.push({ name: 'response_lost' });
      await world.process();
      // The object as it was when an event was made is not in the event: a reading is of now.
      world.provider.giveBack('payment-1', 1_000n);
      world.provider.giveBack('payment-1', 500n);
      await world.pass(0);
      const made = [...world.delivered, world.provider.eventFor('payment-1')];
      for (const index of [...order, ...order]) {
        const event: RawEvent | undefined = made[index];
        if (event === undefined) throw new Error('four events are made');
        await world.receive(event);
      }
      await world.agree();
      const { state, paid, returned } = await world.payout(id);
      outcomes.add([state, paid, returned, ...Object.values(amounts(await world.balance()))].join(' '));
      expect((await world.told()).filter((one) => one.kind === 'payout').map((one) => one.state)).toEqual([
        'approved',
        'completed',
        'returned',
      ]);
    }
    expect([...outcomes]).toEqual(['returned 5000 1500 1500 0 3500 0']);
  });
});

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
