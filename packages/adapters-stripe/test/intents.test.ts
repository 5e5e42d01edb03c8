import { afterEach, describe, expect, it } from 'vitest';
import { type Intent, memoryIntents, readIntent, writeIntent } from '../src/intents/intent.ts';
import { stripeBankPayouts } from '../src/intents/bank-payouts.ts';
import { stripeReversals } from '../src/intents/reversals.ts';
import { connectedStripe, type ConnectedStripe } from './connected-stripe.ts';
import type { LoopbackFault } from '../src/testing/loopback/faults.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const opened: ConnectedStripe[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A transfer of 10.00 USD to Maya, and what takes it back or sends it on. */
async function paidMaya() {
  const world = await connectedStripe({ timeoutMs: 500 });
  opened.push(world);
  const { loopback, provider, stripe, request } = world;
  const paid = request();
  await provider.send(paid, new AbortController().signal);
  const [transfer] = loopback.platform.transfers;
  if (transfer === undefined) throw new Error('nothing was transferred');
  const store = memoryIntents(loopback.clock);
  const options = { store, timeoutMs: 500 };
  const [reversals, banks] = [stripeReversals(stripe, options), stripeBankPayouts(stripe, options)];
  const about = { program: 'program-1', participant: 'maya', currency: 'USD' };
  return {
    ...world,
    paid,
    transfer,
    store,
    takeBack: (amount: bigint, key = 'clawback-1') =>
      reversals.takeBack({ ...about, key, transfer: transfer.id, amount }),
    banks,
    payOut: (amount: bigint, key = 'payout-1') =>
      banks.payOut({ ...about, key, account: 'acct_maya', amount }),
    /** Calls until the intent has come to an end, as a worker does that runs every hour. */
    until: async (step: () => Promise<Intent>) => {
      for (let tries = 0; tries < 40; tries += 1) {
        const intent = await step();
        if (!['waiting', 'processing'].includes(intent.state)) return intent;
        loopback.pass(HOUR);
      }
      throw new Error('it came to no end');
    },
  };
}

describe('taking a transfer back', () => {
  it('in part and then the rest gives back all of it, and the payment shows each sum', async () => {
    const { takeBack, provider, paid, transfer } = await paidMaya();
    expect(await takeBack(300n)).toMatchObject({ state: 'done' });
    expect((await provider.find(paid))[0]).toMatchObject({ status: 'moved', returned: 300n });
    expect(await takeBack(700n, 'clawback-2')).toMatchObject({ state: 'done' });
    expect((await provider.find(paid))[0]).toMatchObject({ returned: 1_000n });
    expect(transfer.reversals.map(({ amount }) => amount)).toEqual([300, 700]);
  });

  it('asked for twice under one key happens once, and with another amount is a conflict', async () => {
    const { takeBack, transfer } = await paidMaya();
    const both = await Promise.all([takeBack(300n), takeBack(300n)]);
    expect(both.map(({ id }) => id)).toEqual([both[0].id, both[0].id]);
    await takeBack(300n);
    expect(transfer.reversals).toHaveLength(1);
    await expect(takeBack(301n)).rejects.toHaveProperty('code', 'IDEMPOTENCY_CONFLICT');
  });

  it.each([
    [[{ name: 'response_lost' }, { name: 'response_lost' }]],
    [[{ name: 'request_lost' }, { name: 'request_lost' }]],
    [[{ name: 'reset_then_429' }]],
    [[{ name: 'withheld' }]],
    [[{ name: 'error_502', executed: true }]],
    [[{ name: 'not_a_payment', executed: true }]],
    [[{ name: 'error_500_executed' }]],
    [[{ name: 'rate_limited' }]],
    [[{ name: 'key_in_use' }]],
  ] as const)('happens once whatever becomes of its first send (case %#)', async (faults) => {
    const { takeBack, until, transfer, loopback } = await paidMaya();
    loopback.nextWrite(...faults);
    expect(await until(() => takeBack(300n))).toMatchObject({ state: 'done' });
    expect(transfer.reversals.map(({ amount }) => amount)).toEqual([300]);
  });

  it('is refused while the connected account is empty, and is done by a later attempt with a key of its own', async () => {
    const { takeBack, until, transfer, loopback } = await paidMaya();
    const balances = loopback.platform.accounts.get('acct_maya')?.balances;
    balances?.set('usd', 0);
    expect(await takeBack(300n)).toMatchObject({
      state: 'waiting',
      code: 'balance_insufficient',
      attempt: { number: 2 },
    });
    balances?.set('usd', 1_000);
    expect(await takeBack(300n), 'it is not due yet').toMatchObject({ state: 'waiting' });
    expect(await until(() => takeBack(300n))).toMatchObject({ state: 'done', attempt: { number: 2 } });
    const keys = loopback.requests
      .filter(({ path }) => path.endsWith('/reversals'))
      .flatMap(({ key }) => key ?? []);
    expect(new Set(keys).size).toBe(2);
    expect(transfer.reversals).toHaveLength(1);
  });

  it('happens once for each of many, by several workers at once, while everything goes wrong', async () => {
    const { takeBack, transfer, loopback } = await paidMaya();
    const faults: readonly LoopbackFault[] = [
      { name: 'response_lost' },
      { name: 'truncated' },
      { name: 'rate_limited' },
      { name: 'executed_late', afterMs: 800 },
      { name: 'not_a_payment', executed: true },
      { name: 'balance_insufficient' },
      { name: 'error_502', executed: false },
      { name: 'reset_then_429' },
      { name: 'key_in_use' },
      { name: 'withheld' },
    ];
    const keys = Array.from({ length: 20 }, (_, index) => `clawback-${index}`);
    const done = new Set<string>();
    for (let round = 0; done.size < keys.length && round < 60; round += 1) {
      const [first, second] = [faults[round % faults.length], faults[(round * 7 + 3) % faults.length]];
      if (round < 20 && first !== undefined && second !== undefined) loopback.nextWrite(first, second);
      if (round < 20) loopback.nextRead({ name: 'error_502', executed: false });
      const worker = async (order: readonly string[]) => {
        for (const key of order) {
          const intent = await takeBack(10n, key).catch(() => undefined);
          if (intent?.state === 'done') done.add(key);
        }
      };
      await Promise.all([worker(keys), worker([...keys].reverse()), worker(keys)]);
      loopback.pass(20 * MINUTE);
    }
    expect(done.size).toBe(keys.length);
    expect(transfer.reversals).toHaveLength(keys.length);
    expect(transfer.amountReversed).toBe(200);
  });

  it('goes to a person where an error hides what happened, and the key has expired', async () => {
    const { takeBack, until, transfer, loopback } = await paidMaya();
    loopback.nextWrite({ name: 'error_500_stored' });
    expect(await until(() => takeBack(300n))).toMatchObject({ state: 'needs_review' });
    expect(transfer.reversals).toHaveLength(0);
  });

  it('counts each send once: a refusal of the second tells all where the first was turned away', async () => {
    const { takeBack, loopback, store } = await paidMaya();
    loopback.nextWrite({ name: 'rate_limited' }, { name: 'refused_not_stored' });
    const { id } = await takeBack(300n);
    loopback.pass(HOUR);
    expect(await takeBack(300n)).toMatchObject({ state: 'failed', code: 'parameter_invalid_integer' });
    const row = await store.read('program-1', id);
    expect(readIntent(row?.text ?? '').attempt).toMatchObject({ sends: 2, notExecuted: 1 });
  });

  it('is refused for good where more than what is left is asked for', async () => {
    const { takeBack, until, transfer } = await paidMaya();
    expect((await until(() => takeBack(1_001n))).state).toBe('failed');
    expect(transfer.reversals).toHaveLength(0);
  });
});

describe('the second leg, to a bank', () => {
  it('is pending, then paid, and moves the connected account’s money alone', async () => {
    const { payOut, loopback } = await paidMaya();
    const balance = loopback.platform.balanceOf('usd');
    expect(await payOut(1_000n)).toMatchObject({ state: 'processing' });
    const [payout] = loopback.platform.payouts;
    loopback.pass(DAY);
    loopback.settlePayout(payout?.id ?? '', 'paid');
    expect(await payOut(1_000n)).toMatchObject({ state: 'done', object: payout?.id });
    expect(loopback.platform.payouts).toHaveLength(1);
    expect(loopback.platform.balanceOf('usd')).toBe(balance);
    expect(loopback.platform.accounts.get('acct_maya')?.balances.get('usd')).toBe(0);
  });

  it('that was paid and fails days later is opened anew, and the transfer stays what it was', async () => {
    const { payOut, until, loopback, provider, paid } = await paidMaya();
    await payOut(1_000n);
    const first = loopback.platform.payouts[0]?.id ?? '';
    loopback.settlePayout(first, 'paid');
    loopback.pass(10 * MINUTE);
    expect(await payOut(1_000n)).toMatchObject({ state: 'done' });
    loopback.pass(3 * DAY);
    loopback.settlePayout(first, 'failed', 'account_closed');
    expect(await payOut(1_000n)).toMatchObject({
      state: 'waiting',
      code: 'account_closed',
      attempt: { number: 2 },
    });
    expect((await provider.find(paid))[0]).toMatchObject({ status: 'moved', returned: 0n });
    loopback.pass(DAY);
    await payOut(1_000n);
    loopback.settlePayout(loopback.platform.payouts[1]?.id ?? '', 'paid');
    expect(await until(() => payOut(1_000n))).toMatchObject({ state: 'done', attempt: { number: 2 } });
    expect(loopback.platform.payouts.map(({ status }) => status)).toEqual(['failed', 'paid']);
  });

  it('happens once whatever becomes of its first answer', async () => {
    const { payOut, loopback } = await paidMaya();
    loopback.nextWrite({ name: 'response_lost' }, { name: 'response_lost' });
    expect(await payOut(1_000n)).toMatchObject({ state: 'processing' });
    loopback.pass(HOUR);
    await payOut(1_000n);
    expect(loopback.platform.payouts).toHaveLength(1);
  });

  it('is carried on by the id that the payout at Stripe carries, as an event tells it', async () => {
    const { banks, payOut, loopback } = await paidMaya();
    await payOut(1_000n);
    const [payout] = loopback.platform.payouts;
    loopback.settlePayout(payout?.id ?? '', 'failed', 'no_account');
    loopback.pass(10 * MINUTE);
    const id = payout?.metadata['payout_engines_payout'] ?? '';
    expect(await banks.carryOn({ program: 'program-1', id })).toMatchObject({
      state: 'waiting',
      code: 'no_account',
    });
    expect(await banks.carryOn({ program: 'program-1', id: 'nobody-s' })).toBeUndefined();
  });

  it('is refused off the step of its bank, before anything is sent', async () => {
    const { loopback, stripe, store } = await paidMaya();
    const banks = stripeBankPayouts(stripe, { store });
    const about = { program: 'program-1', participant: 'maya', account: 'acct_maya' };
    for (const currency of ['HUF', 'TWD']) {
      const off = { ...about, currency, key: currency, amount: 12_345n };
      expect(await banks.payOut(off)).toMatchObject({ state: 'failed', code: 'amount_off_step' });
    }
    expect(loopback.requests.filter(({ path }) => path === '/v1/payouts')).toEqual([]);
  });
});

describe('an intent', () => {
  it('is read back as it was written, and nothing else is', async () => {
    const { takeBack } = await paidMaya();
    const intent = await takeBack(300n);
    expect(readIntent(writeIntent(intent))).toEqual(intent);
    for (const text of ['null', '{}', writeIntent(intent).replace('"done"', '"gone"')]) {
      expect(() => readIntent(text)).toThrow(expect.objectContaining({ code: 'INVARIANT_BROKEN' }));
    }
  });
});
