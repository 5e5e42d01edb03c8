import { providerCases, registerProviderCases } from '@payout-engines/core/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { shownEvent } from '../../src/testing/index.ts';
import { ABILITIES } from '../abilities.ts';
import { connectedStripe, newestClient, openStripe } from '../connected-stripe.ts';
import { watch } from './conforming-world.ts';
import { doEverything } from './everything.ts';
import { type Exchange, stripeDescription } from './openapi.ts';

const description = stripeDescription();
const GOOD: Exchange = {
  method: 'POST',
  path: '/v1/transfers',
  encoded: 'amount=100&currency=usd&destination=acct_1&transfer_group=g&metadata[a%20b]=%C3%BC%26',
  status: 200,
  body: undefined,
};

const PARAMS = { amount: 100, currency: 'usd', transfer_group: 'g', metadata: {} };
const KEYED = { idempotencyKey: 'one', maxNetworkRetries: 0, timeout: 1_000 } as const;

describe('the checker, by Stripe’s own description', () => {
  it.each([
    ['a fraction', 'amount=12.5&currency=usd&destination=acct_1', '/amount must be integer'],
    ['a parameter that nobody knows', 'amount=1&currency=usd&destination=a&bogus=1', 'additional properties'],
    ['a parameter that is missing', 'amount=1&destination=acct_1', "required property 'currency'"],
  ])('notices %s', (_what, encoded, problem) => {
    expect(description.problemsOf({ ...GOOD, encoded }).join('\n')).toContain(problem);
  });

  it('notices a query, a path and an answer that are not described', async () => {
    const list = { method: 'GET', path: '/v1/transfers', status: 200, body: {} };
    const problems = description.problemsOf({ ...list, encoded: 'metadata[a]=1' }).join('\n');
    expect(problems).toContain('"additionalProperty":"metadata"');
    expect(problems).toContain("required property 'has_more'");
    expect(description.problemsOf({ ...list, path: '/v1/transferz', encoded: '' })).toHaveLength(1);
  });

  it('finds nothing in the request that is right', async () => {
    const { loopback, stripe, close } = await connectedStripe();
    const params = { ...PARAMS, destination: 'acct_maya' };
    const body: unknown = await stripe.transfers.create(params, KEYED);
    await close();
    expect(loopback.platform.transfers).toHaveLength(1);
    expect(description.problemsOf({ ...GOOD, body: JSON.parse(JSON.stringify(body)) })).toEqual([]);
    const { currency: _, ...without } = body as Record<string, unknown>;
    expect(description.problemsOf({ ...GOOD, body: without })).toEqual([
      expect.stringContaining("required property 'currency'"),
    ]);
  });
});

describe('by Stripe’s own description', () => {
  const paying = watch(description);
  registerProviderCases(it, providerCases, {
    open: () => openStripe(newestClient, paying.options),
    abilities: ABILITIES,
  });

  it('the requests of the provider and the answers of the loopback are right, errors among them', () => {
    expect(paying.problems).toEqual([]);
    expect([...paying.operations].sort()).toEqual([
      'GET /v1/account',
      'GET /v1/balance',
      'GET /v1/transfers',
      'POST /v1/transfers',
    ]);
    expect([...paying.statuses].sort()).toEqual(expect.arrayContaining([200, 400]));
  });

  it('so are those about reversals, payouts to banks, accounts and their links', async () => {
    const rest = watch(description);
    // What says who bears an account's losses is newer than the description; the SDK's types know it.
    const account = { type: 'express', capabilities: { transfers: { requested: true } } };
    const loopback = await doEverything(rest.options, account);

    expect(rest.problems).toEqual([]);
    expect([...rest.operations].sort()).toEqual([
      'GET /v1/account',
      'GET /v1/accounts/{account}',
      'GET /v1/balance',
      'GET /v1/payouts',
      'GET /v1/transfers',
      'GET /v1/transfers/{id}/reversals',
      'POST /v1/account_links',
      'POST /v1/accounts',
      'POST /v1/payouts',
      'POST /v1/transfers',
      'POST /v1/transfers/{id}/reversals',
    ]);
    expect([...rest.statuses].sort()).toEqual([200, 400, 403]);
    expect(loopback.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['transfer.created', 'transfer.reversed', 'payout.created', 'account.updated']),
    );
    for (const event of loopback.events) {
      const shown: unknown = JSON.parse(JSON.stringify(shownEvent(event)));
      expect(description.problemsWith('event', shown)).toEqual([]);
      const schema = typeof event.object['object'] === 'string' ? event.object['object'] : '';
      expect(description.problemsWith(schema, JSON.parse(JSON.stringify(event.object)))).toEqual([]);
    }
  });

  const broken = watch(description);
  it('an answer that is not as described would be seen', async () => {
    const { loopback, stripe, close } = await connectedStripe({ loopback: broken.options });
    const params = { ...PARAMS, destination: 'acct_maya' };
    await stripe.transfers.create(params, KEYED);
    const [transfer] = loopback.platform.transfers;
    if (transfer !== undefined) Object.assign(transfer, { amountReversed: 'nothing' });
    await stripe.transfers.list({ limit: 1, transfer_group: 'g' }, KEYED);
    await close();
  });
  afterAll(() => expect(broken.problems.join('\n')).toContain('amount_reversed must be integer'));
});
