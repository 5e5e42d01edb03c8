import { describe, expect, it } from 'vitest';
import type { PaymentRequest, SendOutcome } from '../../src/ports/provider.ts';
import {
  ACCOUNT_FAULTS,
  EVENT_FAULTS,
  FIND_FAULTS,
  SEND_FAULTS,
  type SendFault,
  SIMULATED_FAULTS,
} from '../../src/providers/simulated-faults.ts';
import { type Simulated, simulated } from './simulated.ts';

const HOUR = 3_600_000;

/** Sends, with a fault if one is given; an error that is thrown is told as `thrown`. */
async function send(
  { provider, next }: Simulated,
  request: PaymentRequest,
  fault?: SendFault,
): Promise<SendOutcome | 'thrown'> {
  if (fault !== undefined) next.send = fault;
  try {
    return await provider.send(request, new AbortController().signal);
  } catch {
    return 'thrown';
  }
}

/** What was answered, in a word or two. */
function said(outcome: SendOutcome | 'thrown'): string {
  if (outcome === 'thrown') return outcome;
  if (outcome.kind === 'object') return outcome.object.status;
  return [outcome.kind, ...('scope' in outcome ? [outcome.scope] : []), outcome.code].join(' ');
}

describe('what is answered to a send, and what is true', () => {
  /** The answer to the send with the fault and to the same send again, and how many payments there are after each. */
  const TABLE: readonly (readonly [SendFault, string, number, string, number])[] = [
    [{ name: 'request_lost' }, 'thrown', 0, 'moved', 1],
    [{ name: 'response_lost' }, 'thrown', 1, 'moved', 1],
    [{ name: 'error_500_stored' }, 'unknown internal_error', 0, 'unknown internal_error', 0],
    [{ name: 'error_500_executed' }, 'unknown internal_error', 1, 'unknown internal_error', 1],
    [{ name: 'rate_limited', retryAfterMs: 50 }, 'not_executed rate_limited', 0, 'moved', 1],
    [{ name: 'key_in_use' }, 'not_executed key_in_use', 0, 'moved', 1],
    [{ name: 'refused_not_stored' }, 'refused payout parameter_invalid', 0, 'moved', 1],
    [
      { name: 'balance_insufficient' },
      'refused run balance_insufficient',
      0,
      'refused run balance_insufficient',
      0,
    ],
    [
      { name: 'recipient_not_ready' },
      'refused recipient recipient_not_ready',
      0,
      'refused recipient recipient_not_ready',
      0,
    ],
    [{ name: 'hidden_resend' }, 'unknown rate_limited_after_resend', 1, 'moved', 1],
    [{ name: 'not_a_payment', executed: true }, 'unknown not_a_payment', 1, 'moved', 1],
    [{ name: 'not_a_payment', executed: false }, 'unknown not_a_payment', 0, 'moved', 1],
    [{ name: 'keys_pruned' }, 'moved', 1, 'moved', 1],
    [{ name: 'keys_pruned_early' }, 'moved', 1, 'moved', 1],
    [{ name: 'pending_moved', afterMs: 1_000 }, 'pending', 1, 'pending', 1],
    [{ name: 'pending_failed', afterMs: 1_000 }, 'pending', 1, 'pending', 1],
    [{ name: 'other_amount', by: -5n }, 'moved', 1, 'moved', 1],
  ];

  it.each(TABLE)('$name', async (fault, answer, payments, answerAgain, paymentsAgain) => {
    const world = simulated();
    const asked = world.request();
    expect(said(await send(world, asked, fault))).toBe(answer);
    expect(world.provider.truth()).toHaveLength(payments);
    expect(said(await send(world, asked))).toBe(answerAgain);
    expect(world.provider.truth()).toHaveLength(paymentsAgain);
    expect(world.provider.requests().map((seen) => [seen.request.key, seen.fault])).toEqual([
      [asked.key, fault.name],
      [asked.key, undefined],
    ]);
  });

  it('has a line for every fault but those that need time', () => {
    expect([...new Set(TABLE.map(([{ name }]) => name)), 'executed_late'].sort()).toEqual(
      [...SEND_FAULTS].sort(),
    );
    expect(new Set(SIMULATED_FAULTS).size).toBe(
      SEND_FAULTS.length + FIND_FAULTS.length + ACCOUNT_FAULTS.length + EVENT_FAULTS.length,
    );
  });

  it('says of a refusal whether it is kept under the key', async () => {
    const world = simulated();
    await expect(send(world, world.request(), { name: 'balance_insufficient' })).resolves.toHaveProperty(
      'stored',
      true,
    );
    await expect(send(world, world.request(), { name: 'refused_not_stored' })).resolves.not.toHaveProperty(
      'stored',
    );
    const other = simulated({ replaysFirstAnswer: false });
    const asked = other.request();
    await expect(send(other, asked, { name: 'balance_insufficient' })).resolves.not.toHaveProperty('stored');
    expect(said(await send(other, asked))).toBe('moved');
  });

  it('keeps its word about a refusal that is stored even while an earlier send is still under way', async () => {
    const world = simulated();
    const asked = world.request();
    expect(said(await send(world, asked, { name: 'executed_late', afterMs: 1_000 }))).toBe('thrown');
    expect(said(await send(world, asked, { name: 'balance_insufficient' }))).toContain('refused');
    world.pass(2_000);
    expect(world.provider.truth()).toEqual([]);
  });
});

describe('a send that is executed late', () => {
  it('moves money after its caller gave up', async () => {
    const world = simulated();
    expect(said(await send(world, world.request(), { name: 'executed_late', afterMs: 5_000 }))).toBe(
      'thrown',
    );
    world.pass(4_999);
    expect(world.provider.truth()).toEqual([]);
    world.pass(1);
    expect(world.provider.truth()).toMatchObject([{ amount: 1_000n, status: 'moved', at: world.clock() }]);
  });

  it('moves nothing more if the same key was executed before', async () => {
    const world = simulated();
    const asked = world.request();
    await send(world, asked, { name: 'executed_late', afterMs: 5_000 });
    expect(said(await send(world, asked))).toBe('moved');
    world.pass(5_000);
    expect(world.provider.truth()).toHaveLength(1);
  });

  it('pays from the account that it was sent from, whatever the credentials are by then', async () => {
    const world = simulated();
    await send(world, world.request(), { name: 'executed_late', afterMs: 5_000 });
    world.provider.switchAccount('account-2');
    world.pass(5_000);
    expect(world.provider.truth()).toMatchObject([{ account: 'account-1' }]);
  });
});

describe('keys', () => {
  it('are forgotten when they are, and then the same request pays again', async () => {
    const world = simulated({ keyWindowMs: 24 * HOUR, keysPrunedAfterMs: 30 * HOUR });
    const asked = world.request();
    await send(world, asked);
    world.pass(30 * HOUR - 1);
    await send(world, asked);
    expect(world.provider.truth()).toHaveLength(1);
    world.pass(1);
    await send(world, asked);
    expect(world.provider.truth()).toHaveLength(2);
  });

  it('can be forgotten at any time after their window, and inside it only by a broken promise', async () => {
    const world = simulated({ keyWindowMs: 24 * HOUR, keysPrunedAfterMs: 30 * HOUR });
    const asked = world.request();
    await send(world, asked);
    world.pass(24 * HOUR - 1);
    await send(world, asked, { name: 'keys_pruned' });
    expect(world.provider.truth()).toHaveLength(1);
    world.pass(1);
    await send(world, asked, { name: 'keys_pruned' });
    expect(world.provider.truth()).toHaveLength(2);
    await send(world, asked, { name: 'keys_pruned_early' });
    expect(world.provider.truth()).toHaveLength(3);
  });

  it('replay a payment as it was answered first, whatever became of it', async () => {
    const world = simulated();
    const asked = world.request();
    await send(world, asked);
    world.provider.giveBack('payment-1', 400n);
    await expect(send(world, asked)).resolves.toMatchObject({ object: { id: 'payment-1', returned: 0n } });
    await expect(world.provider.find(asked)).resolves.toMatchObject([{ returned: 400n }]);
  });

  it('belong to an account', async () => {
    const world = simulated();
    const asked = world.request();
    await send(world, asked);
    world.provider.switchAccount('account-2');
    expect(said(await send(world, asked))).toBe('not_executed another_account');
    expect(said(await send(world, { ...asked, account: 'account-2' }))).toBe('moved');
    await expect(world.provider.find(asked)).rejects.toThrow('another account');
    await expect(world.provider.find({ ...asked, account: 'account-2' })).resolves.toMatchObject([
      { id: 'payment-2' },
    ]);
    await expect(world.provider.account()).resolves.toEqual({ id: 'account-2', environment: 'test' });
  });

  it('with other bytes move nothing, and say nothing of what was first', async () => {
    const world = simulated();
    const asked = world.request();
    await send(world, asked, { name: 'error_500_stored' });
    expect(said(await send(world, { ...asked, frozen: `${asked.frozen} ` }))).toBe('unknown key_reused');
    expect(world.provider.truth()).toEqual([]);
  });
});

describe('money at the provider', () => {
  it('runs out, and what was refused for it stays refused under its key', async () => {
    const world = simulated({ balance: { USD: 1_500n } });
    const [first, second] = [world.request(), world.request()];
    expect(said(await send(world, first))).toBe('moved');
    expect(said(await send(world, second))).toBe('refused run balance_insufficient');
    world.provider.giveBack('payment-1', 500n);
    expect(said(await send(world, second))).toBe('refused run balance_insufficient');
    expect(said(await send(world, world.request()))).toBe('moved');
    expect(said(await send(world, world.request({ currency: 'HUF', amount: 10_000n })))).toBe(
      'refused run balance_insufficient',
    );
  });

  it('comes back no further than it went', async () => {
    const world = simulated();
    await send(world, world.request());
    world.provider.giveBack('payment-1', 1_000n);
    expect(() => world.provider.giveBack('payment-1', 1n)).toThrow('more would come back');
    expect(() => world.provider.giveBack('payment-1', 0n)).toThrow('above zero');
    expect(() => world.provider.giveBack('payment-2', 1n)).toThrow('no such payment');
  });

  it('leaves in another amount than was asked for where the provider takes a fee, and says so', async () => {
    const world = simulated({ balance: { USD: 1_000n } });
    const asked = world.request();
    await expect(send(world, asked, { name: 'other_amount', by: -5n })).resolves.toMatchObject({
      object: { amount: 995n },
    });
    await expect(world.provider.find(asked)).resolves.toMatchObject([{ amount: 995n }]);
    expect(world.provider.truth()).toMatchObject([{ amount: 995n, frozen: asked.frozen }]);
  });

  it('that was under way comes to its end, and is there again if it failed', async () => {
    const world = simulated({ balance: { USD: 1_000n } });
    const asked = world.request();
    await send(world, asked, { name: 'pending_failed', afterMs: HOUR });
    await expect(world.provider.find(asked)).resolves.toMatchObject([{ status: 'pending' }]);
    expect(said(await send(world, world.request()))).toBe('refused run balance_insufficient');
    world.pass(HOUR);
    await expect(world.provider.find(asked)).resolves.toMatchObject([
      { status: 'failed', code: 'failed_later' },
    ]);
    const other = world.request();
    await send(world, other, { name: 'pending_moved', afterMs: HOUR });
    world.pass(HOUR);
    await expect(world.provider.find(other)).resolves.toMatchObject([{ status: 'moved' }]);
  });

  it('is refused to who is not ready, or never will be', async () => {
    const world = simulated();
    world.provider.setRecipient('wallet-1', 'not_ready');
    expect(said(await send(world, world.request()))).toBe('refused recipient recipient_not_ready');
    world.provider.setRecipient('wallet-1', 'closed');
    expect(said(await send(world, world.request()))).toBe('refused recipient recipient_closed');
    world.provider.setRecipient('wallet-1', 'ready');
    expect(said(await send(world, world.request()))).toBe('moved');
    const { destination: _, ...nowhere } = world.request();
    expect(said(await send(world, nowhere))).toBe('refused recipient no_destination');
  });

  it('moves twice under one key when the provider breaks its promise', async () => {
    const world = simulated();
    const asked = world.request();
    await send(world, asked);
    expect(world.provider.duplicate('payment-1')).toBe('payment-2');
    await expect(world.provider.find(asked)).resolves.toMatchObject([
      { id: 'payment-1' },
      { id: 'payment-2' },
    ]);
    expect(world.provider.truth().map(({ key }) => key)).toEqual([asked.key, asked.key]);
  });
});

describe('lookups', () => {
  it('fail, lag behind by no more than they declare, and see all without a fault', async () => {
    const world = simulated({ lookupDelayMs: HOUR });
    const asked = world.request();
    await send(world, asked);
    world.next.find = { name: 'lookup_error' };
    await expect(world.provider.find(asked)).rejects.toThrow('the lookup failed');
    world.next.find = { name: 'lookup_lags' };
    await expect(world.provider.find(asked)).resolves.toEqual([]);
    await expect(world.provider.find(asked)).resolves.toHaveLength(1);
    world.pass(HOUR);
    world.next.find = { name: 'lookup_lags' };
    await expect(world.provider.find(asked)).resolves.toHaveLength(1);
  });

  it('of the account fail', async () => {
    const world = simulated();
    world.next.account = true;
    await expect(world.provider.account()).rejects.toThrow('could not be asked');
  });

  it('list the payments of the account since an instant, in batches', async () => {
    const world = simulated();
    await send(world, world.request());
    world.pass(HOUR);
    for (let sent = 0; sent < 150; sent += 1) await send(world, world.request());
    const batches: number[] = [];
    for await (const batch of world.provider.list?.(world.clock()) ?? []) batches.push(batch.length);
    expect(batches).toEqual([100, 50]);
  });
});

describe('the time that things take', () => {
  it('passes on the way there and on the way back', async () => {
    const world = simulated({ latencyMs: () => 10 });
    const sent = world.provider.send(world.request(), new AbortController().signal);
    world.pass(9);
    expect(world.provider.truth()).toEqual([]);
    world.pass(1);
    expect(world.provider.truth()).toHaveLength(1);
    world.pass(10);
    await expect(sent).resolves.toMatchObject({ kind: 'object' });
  });

  it('does not hold who stops waiting, and what is under way arrives all the same', async () => {
    const world = simulated({ latencyMs: () => 10 });
    const stop = new AbortController();
    const sent = world.provider.send(world.request(), stop.signal);
    stop.abort();
    await expect(sent).rejects.toThrow('stopped while waiting');
    world.pass(100);
    expect(world.provider.truth()).toHaveLength(1);
  });

  it('is endless where an answer is lost in silence', async () => {
    for (const name of ['request_lost', 'response_lost'] as const) {
      const world = simulated({ latencyMs: () => 10 });
      world.next.send = { name, silent: true };
      const stop = new AbortController();
      let settled = false;
      const sent = world.provider.send(world.request(), stop.signal).finally(() => (settled = true));
      world.pass(24 * HOUR);
      await Promise.resolve();
      expect(settled).toBe(false);
      stop.abort();
      await expect(sent).rejects.toThrow('stopped while waiting');
    }
  });

  it('is limited to so many sends a second, which are declared', async () => {
    const world = simulated({ perSecond: 2 });
    expect(world.provider.capabilities.perSecond).toBe(2);
    const answers = async () => {
      const outcomes: string[] = [];
      for (let sent = 0; sent < 3; sent += 1) outcomes.push(said(await send(world, world.request())));
      return outcomes;
    };
    await expect(answers()).resolves.toEqual(['moved', 'moved', 'not_executed rate_limited']);
    world.pass(1_000);
    await expect(answers()).resolves.toEqual(['moved', 'moved', 'not_executed rate_limited']);
  });
});
