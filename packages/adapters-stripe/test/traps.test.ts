import { attemptKey } from '@payout-engines/core';
import { afterEach, describe, expect, it } from 'vitest';
import { STRIPE_METADATA, transferGroup } from '../src/reference.ts';
import { stripeProvider } from '../src/stripe-provider.ts';
import { CURRENCIES, connectedStripe, type ConnectedStripe, newestClient } from './connected-stripe.ts';

const HOUR = 3_600_000;
const signal = () => new AbortController().signal;
const opened: ConnectedStripe[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function connected(options: Parameters<typeof connectedStripe>[0] = {}): Promise<ConnectedStripe> {
  const one = await connectedStripe(options);
  opened.push(one);
  return one;
}

describe('the traps of paying through Stripe', () => {
  it('a refusal is replayed under its key after funds have arrived, and only another attempt pays', async () => {
    const { loopback, provider, request } = await connected();
    loopback.platform.setBalance('USD', 0);
    const first = request();
    const refused = { kind: 'refused', scope: 'run', code: 'balance_insufficient', stored: true };
    expect(await provider.send(first, signal())).toEqual(refused);
    loopback.platform.setBalance('USD', 10_000);
    expect(await provider.send(first, signal())).toEqual(refused);
    const { program, payout } = first;
    expect(await provider.send(request({ program, payout, attempt: 2 }), signal())).toMatchObject({
      kind: 'object',
    });
    expect(loopback.platform.transfers).toHaveLength(1);
  });

  it('the key of an attempt says nothing of dates or amounts, so that an unknown outcome is never paid anew at midnight', async () => {
    const { loopback, provider, request } = await connected();
    loopback.nextWrite({ name: 'response_lost' }, { name: 'response_lost' });
    const asked = request();
    expect(await provider.send(asked, signal())).toMatchObject({ kind: 'unknown' });
    loopback.pass(13 * HOUR);
    expect(await provider.send(asked, signal())).toMatchObject({ kind: 'object' });
    expect(loopback.platform.transfers).toHaveLength(1);
    expect(new Set(loopback.requests.flatMap(({ key }) => key ?? []))).toEqual(
      new Set([attemptKey(asked.program, asked.payout, 1)]),
    );
  });

  it('only the header tells a refusal that is kept under the key from one that is not', async () => {
    const { loopback, provider, request } = await connected();
    loopback.nextWrite({ name: 'refused_not_stored' });
    const asked = request();
    expect(await provider.send(asked, signal())).not.toHaveProperty('stored');
    expect(await provider.send(asked, signal())).toMatchObject({ kind: 'object' });
  });

  it('a hidden resend that is turned away says nothing of the transfer that the first request has made', async () => {
    const { loopback, provider, request } = await connected();
    loopback.nextWrite({ name: 'reset_then_429' });
    const asked = request();
    expect(await provider.send(asked, signal())).toEqual({ kind: 'unknown', code: 'error_after_resend' });
    expect(loopback.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
    expect(await provider.find(asked)).toHaveLength(1);
  });

  it("the client's own retries are switched off, whatever its configuration says", async () => {
    const { loopback, provider, request } = await connected();
    loopback.nextWrite({ name: 'error_500_stored' });
    await provider.send(request(), signal());
    expect(loopback.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('what the client takes for a result need not be a transfer, nor the one that was asked for', async () => {
    const { loopback, provider, request } = await connected();
    const asked = request();
    const good = {
      id: 'tr_1',
      object: 'transfer',
      amount: 1000,
      amount_reversed: 0,
      currency: 'usd',
      destination: 'acct_maya',
      livemode: false,
      transfer_group: transferGroup(asked),
      metadata: {
        [STRIPE_METADATA.program]: asked.program,
        [STRIPE_METADATA.payout]: asked.payout,
        [STRIPE_METADATA.attempt]: '1',
      },
    };
    const send = async (body: unknown) => {
      loopback.nextWrite({ name: 'answer', status: 200, body });
      return provider.send(asked, signal());
    };
    expect(await send(good)).toMatchObject({ kind: 'object' });
    const wrong: readonly Record<string, unknown>[] = [
      { id: '' },
      { object: 'payout' },
      { amount: 999 },
      { amount: 10.5 },
      { amount: '1000' },
      { amount_reversed: 1001 },
      { currency: 'eur' },
      { currency: 'xyz' },
      { destination: 'acct_other' },
      { destination: null },
      { livemode: true },
      { transfer_group: null },
      { transfer_group: transferGroup({ ...asked, payout: 'another' }) },
      { metadata: {} },
      { metadata: { ...good.metadata, [STRIPE_METADATA.attempt]: '2' } },
    ];
    for (const part of wrong)
      expect(await send({ ...good, ...part }), JSON.stringify(part)).toMatchObject({ kind: 'unknown' });
    for (const body of [[], {}]) expect(await send(body)).toMatchObject({ kind: 'unknown' });
  });

  it('a key in use is an error of another class than a key of other parameters', async () => {
    const { loopback, provider, request } = await connected();
    loopback.nextWrite({ name: 'key_in_use' });
    const asked = request();
    expect(await provider.send(asked, signal())).toEqual({ kind: 'not_executed', code: 'key_in_use' });
    await provider.send(asked, signal());
    expect(await provider.send(request({ ...asked, amount: 1_001n }), signal())).toEqual({
      kind: 'unknown',
      code: 'key_reused',
    });
    expect(loopback.platform.transfers).toHaveLength(1);
  });

  it('a key that is older than a day pays again, so that the declared window ends before', async () => {
    const { loopback, provider, request } = await connected();
    const asked = request();
    await provider.send(asked, signal());
    loopback.pass(provider.capabilities.keys?.windowMs ?? 0);
    await provider.send(asked, signal());
    expect(loopback.platform.transfers).toHaveLength(1);
    loopback.pass(HOUR);
    await provider.send(asked, signal());
    expect(loopback.platform.transfers).toHaveLength(2);
    expect(await provider.find(asked)).toHaveLength(2);
  });

  it('there is no search: transfers are found by a group of their own, on whatever page they are', async () => {
    const { loopback, provider, request } = await connected();
    const { program, payout } = request();
    const attempts = 205;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      await provider.send(request({ program, payout, attempt }), signal());
    }
    const found = await provider.find({ program, payout, account: 'acct_platform' });
    expect(new Set(found.map(({ reference }) => reference?.attempt)).size).toBe(attempts);
    const lists = loopback.requests.filter(
      ({ method, path }) => method === 'GET' && path === '/v1/transfers',
    );
    expect(lists).toHaveLength(3);
  });

  it('an empty list is no proof, and is not declared to be one', async () => {
    const { loopback, provider, request } = await connected();
    const asked = request();
    await provider.send(asked, signal());
    loopback.nextRead({ name: 'lags', ms: 60_000 });
    expect(await provider.find(asked)).toEqual([]);
    expect(provider.capabilities.lookup?.authoritative).toBe(false);
  });

  it('a list that breaks off, or is none, is an error and never the end', async () => {
    const { loopback, provider, request } = await connected();
    const asked = request();
    await provider.account();
    for (const body of [
      { message: 'Not Found' },
      { object: 'list', data: [], has_more: true },
      { object: 'list', data: [null], has_more: false },
      { object: 'list', data: {}, has_more: false },
    ]) {
      loopback.nextRead({ name: 'answer', status: 200, body });
      await expect(provider.find(asked), JSON.stringify(body)).rejects.toHaveProperty(
        'code',
        'PROVIDER_UNAVAILABLE',
      );
    }
  });

  it('a transfer of the group that does not say whose it is stops the look, and is not left out', async () => {
    const { loopback, provider, request } = await connected();
    const asked = request();
    await provider.send(asked, signal());
    const [transfer] = loopback.platform.transfers;
    if (transfer !== undefined) transfer.metadata = {};
    await expect(provider.find(asked)).rejects.toHaveProperty('code', 'PROVIDER_UNAVAILABLE');
  });

  it('metadata that somebody wrote on another transfer makes it nobody’s payment', async () => {
    const { loopback, provider, request } = await connected();
    const [first, second] = [request(), request()];
    await provider.send(first, signal());
    await provider.send(second, signal());
    const [one, other] = loopback.platform.transfers;
    if (one !== undefined && other !== undefined) other.metadata = one.metadata;
    expect(await provider.find(first)).toHaveLength(1);
    await expect(provider.find(second)).rejects.toHaveProperty('code', 'PROVIDER_UNAVAILABLE');
  });

  it('a transfer has no later failure: it has moved, and what events tell later is what came back of it', async () => {
    const { loopback, provider, request } = await connected();
    const asked = request();
    await provider.send(asked, signal());
    const id = loopback.platform.transfers[0]?.id ?? '';
    const seen: unknown[] = [];
    for (const part of [300, 700]) {
      loopback.giveBack(id, part);
      loopback.pass(30 * 24 * HOUR);
      seen.push(...(await provider.find(asked)));
    }
    expect(seen).toMatchObject([
      { id, status: 'moved', amount: 1_000n, returned: 300n },
      { id, status: 'moved', amount: 1_000n, returned: 1_000n },
    ]);
    expect(loopback.events.map(({ type }) => type)).toEqual([
      'transfer.created',
      'transfer.reversed',
      'transfer.reversed',
    ]);
  });

  it('a client is listened to only while something is under way, however many providers it is given to', async () => {
    const { stripe, request } = await connected();
    let [listeners, most] = [0, 0];
    const counted: typeof stripe = {
      transfers: stripe.transfers,
      payouts: stripe.payouts,
      balance: stripe.balance,
      accounts: stripe.accounts,
      on: (event, handler) => {
        most = Math.max(most, (listeners += 1));
        return stripe.on(event, handler);
      },
      off: (event, handler) => {
        listeners -= 1;
        return stripe.off(event, handler);
      },
    };
    for (let one = 0; one < 20; one += 1) {
      const provider = stripeProvider(counted, { currencies: CURRENCIES });
      await Promise.all([provider.send(request(), signal()), provider.send(request(), signal())]);
    }
    expect([listeners, most]).toEqual([0, 1]);
  });

  it('amounts are counted as Stripe counts them: UGX and ISK by hundreds, JPY and MGA whole, KWD with a 0 last', async () => {
    const { loopback, provider, request } = await connected();
    const counts: readonly (readonly [string, bigint, number | undefined])[] = [
      ['UGX', 5_000n, 500_000],
      ['ISK', 7n, 700],
      ['JPY', 123n, 123],
      ['MGA', 12_300n, 123],
      ['MGA', 12_301n, undefined],
      ['KWD', 1_230n, 1230],
      ['KWD', 1_234n, undefined],
      ['HUF', 123_400n, 123_400],
      ['HUF', 123_456n, undefined],
      ['USD', 10n ** 17n, undefined],
      ['USD', 49n, undefined],
      ['EUR', 100n, undefined],
    ];
    for (const [currency, amount, count] of counts) {
      const outcome = await provider.send(request({ currency, amount }), signal());
      expect(outcome.kind, currency).toBe(count === undefined ? 'refused' : 'object');
      if (count === undefined) continue;
      expect(loopback.platform.transfers.at(-1)).toMatchObject({
        amount: count,
        currency: currency.toLowerCase(),
      });
      expect(outcome).toHaveProperty('object.amount', amount);
    }
  });

  it('every send of an attempt has the same bytes, which no option changes', async () => {
    const { loopback, provider, stripe, request } = await connected();
    const asked = request();
    await provider.send(asked, signal());
    const other = stripeProvider(stripe, { id: 'other', currencies: { USD: {} }, timeoutMs: 9_000 });
    await other.send(asked, signal());
    const bodies = loopback.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);
    expect(new Set(bodies).size).toBe(1);
    // Not to be changed: attempts that are under way when the library is updated would be answered with "key reused".
    expect(bodies[0]).toBe(
      'amount=1000&currency=usd&destination=acct_maya&transfer_group=payout_025ef7aa0e7400f1f26ca605b80f0364' +
        '&metadata[payout_engines_program]=program-1&metadata[payout_engines_payout]=payout-1' +
        '&metadata[payout_engines_attempt]=1&metadata[payout_engines_participant]=maya',
    );
  });
});

describe('credentials', () => {
  it('of the other world send nothing, though the account is the same', async () => {
    const { loopback, request } = await connected();
    const live = stripeProvider(newestClient(loopback.liveKey, loopback.config), { currencies: CURRENCIES });
    expect(await live.account()).toEqual({ id: 'acct_platform', environment: 'live' });
    expect(await live.send(request(), signal())).toEqual({ kind: 'not_executed', code: 'another_account' });
    expect(loopback.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it.each([
    ['that are wrong', 'sk_test_wrong000000000000', undefined],
    ['that have expired', 'sk_test_expired0000000000', { expired: true }],
    ['that may do nothing', 'rk_test_nothing0000000000', { permissions: [] }],
  ])('%s are refused without being repeated', async (_how, key, more) => {
    const { loopback, request } = await connected();
    if (more !== undefined) loopback.keys.set(key, { platform: loopback.platform, ...more });
    const provider = stripeProvider(newestClient(key, loopback.config), { currencies: CURRENCIES });
    const failure: unknown = await provider.account().catch((error: unknown) => error);
    expect(failure).toHaveProperty('code', 'PROVIDER_UNAVAILABLE');
    expect(`${JSON.stringify(failure)} ${String(failure)} ${String((failure as Error).cause)}`).not.toMatch(
      /[sr]k_/,
    );
    expect(await provider.send(request(), signal())).toEqual({
      kind: 'not_executed',
      code: 'account_unknown',
    });
    expect(loopback.platform.transfers).toEqual([]);
  });
});

describe('options', () => {
  it.each([
    [{ currencies: {} }, 'INVALID_INPUT'],
    [{ currencies: { USD: {} }, timeoutMs: 0 }, 'INVALID_INPUT'],
    [{ currencies: { USD: {} }, perSecond: 1.5 }, 'INVALID_INPUT'],
    [{ currencies: { USD: { minimum: -1n } } }, 'INVALID_INPUT'],
    [{ currencies: { XTS: {} } }, 'UNKNOWN_CURRENCY'],
    [{ currencies: { usd: {} } }, 'UNKNOWN_CURRENCY'],
    [{ currencies: { IQD: {} } }, 'UNKNOWN_CURRENCY'],
  ])('that are wrong are refused (%#)', async (options, code) => {
    const { stripe } = await connected();
    expect(() => stripeProvider(stripe, options)).toThrow(expect.objectContaining({ code }));
  });
});
