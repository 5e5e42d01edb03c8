import { afterEach, describe, expect, it } from 'vitest';
import { STRIPE_PERMISSIONS } from '../src/permissions.ts';
import { connectedStripe, type ConnectedStripe } from './connected-stripe.ts';
import { type ConnectedAccount, NO_REQUIREMENTS } from '../src/testing/loopback/platform.ts';

const opened: ConnectedStripe[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function connected(): Promise<ConnectedStripe> {
  const one = await connectedStripe();
  opened.push(one);
  return one;
}

/** An account, and what is said of it. */
const ACCOUNTS: readonly (readonly [
  string,
  Partial<ConnectedAccount>,
  boolean,
  boolean,
  readonly unknown[],
])[] = [
  ['that is ready', {}, true, true, []],
  [
    'that is not active yet, with nothing asked for',
    { transfers: 'pending' },
    false,
    true,
    [{ code: 'transfers_not_active', who: 'platform', next: 'look_at_account', why: 'pending' }],
  ],
  [
    'that receives, and whose bank is missing',
    {
      payoutsEnabled: false,
      requirements: {
        ...NO_REQUIREMENTS,
        currently_due: ['external_account'],
        current_deadline: 1_796_000_000,
      },
    },
    true,
    false,
    [
      {
        code: 'information_due',
        who: 'participant',
        next: 'finish_onboarding',
        fields: ['external_account'],
        by: new Date(1_796_000_000_000),
      },
    ],
  ],
  [
    'that let a deadline pass',
    {
      transfers: 'inactive',
      payoutsEnabled: false,
      requirements: {
        ...NO_REQUIREMENTS,
        currently_due: ['individual.id_number', 'tos_acceptance.date'],
        past_due: ['individual.id_number'],
        disabled_reason: 'requirements.past_due',
      },
    },
    false,
    false,
    [
      {
        code: 'information_overdue',
        who: 'participant',
        next: 'finish_onboarding',
        fields: ['individual.id_number'],
      },
      {
        code: 'information_due',
        who: 'participant',
        next: 'finish_onboarding',
        fields: ['tos_acceptance.date'],
      },
    ],
  ],
  [
    'that is being looked at',
    {
      transfers: 'inactive',
      requirements: { ...NO_REQUIREMENTS, disabled_reason: 'requirements.pending_verification' },
    },
    false,
    true,
    [{ code: 'being_verified', who: 'stripe', next: 'wait' }],
  ],
  [
    'that was turned down',
    { transfers: 'inactive', requirements: { ...NO_REQUIREMENTS, disabled_reason: 'rejected.fraud' } },
    false,
    true,
    [{ code: 'rejected', who: 'nobody', next: 'other_destination', why: 'rejected.fraud' }],
  ],
  [
    'that the platform has paused',
    { payoutsEnabled: false, requirements: { ...NO_REQUIREMENTS, disabled_reason: 'platform_paused' } },
    true,
    false,
    [{ code: 'paused', who: 'platform', next: 'unpause', why: 'platform_paused' }],
  ],
  [
    'that was disconnected',
    { deauthorized: true },
    false,
    false,
    [{ code: 'not_connected', who: 'participant', next: 'connect_again' }],
  ],
];

describe('before paying', () => {
  it.each(ACCOUNTS)(
    'it is said of an account %s',
    async (_which, account, canReceive, canPayOut, reasons) => {
      const { loopback, provider } = await connected();
      loopback.platform.addAccount('acct_one', account);
      expect(await provider.recipient('acct_one')).toEqual({
        destination: 'acct_one',
        canReceive,
        canPayOut,
        reasons,
      });
    },
  );

  it('it is said of an account that does not exist', async () => {
    const { provider } = await connected();
    expect(await provider.recipient('acct_of_another_platform')).toMatchObject({
      canReceive: false,
      reasons: [{ code: 'not_connected' }],
    });
  });

  it('not being able to ask is an error, and no reason', async () => {
    const { loopback, provider } = await connected();
    loopback.nextRead({ name: 'answer', status: 500, body: { error: { message: 'no' } } });
    await expect(provider.recipient('acct_maya')).rejects.toHaveProperty('code', 'PROVIDER_UNAVAILABLE');
    loopback.nextRead({ name: 'answer', status: 200, body: { object: 'account', id: 'acct_other' } });
    await expect(provider.recipient('acct_maya')).rejects.toHaveProperty('code', 'PROVIDER_UNAVAILABLE');
  });

  it('the platform sees what it can pay, in its own units, below zero too', async () => {
    const { loopback, provider } = await connected();
    loopback.platform.balances.clear();
    loopback.platform.setBalance('USD', -250);
    loopback.platform.setBalance('UGX', 500_000);
    loopback.platform.setBalance('MGA', 12);
    loopback.platform.setBalance('EUR', 1);
    const balances = await provider.balances();
    expect(Object.fromEntries(balances.map(({ currency, available }) => [currency, available]))).toEqual({
      USD: -250n,
      UGX: 5_000n,
      MGA: 1_200n,
      JPY: 0n,
      KWD: 0n,
      ISK: 0n,
      HUF: 0n,
    });
  });
});

describe('the list of permissions', () => {
  it('names every request that was made, and a key that may do no more is enough to pay', async () => {
    const { loopback, provider, request } = await connected();
    loopback.keys.set(loopback.testKey, {
      platform: loopback.platform,
      permissions: [
        'transfer_write',
        'transfer_read',
        'balance_read',
        'account_read',
        'connected_account_read',
      ],
    });
    const asked = request();
    expect(await provider.send(asked, new AbortController().signal)).toMatchObject({ kind: 'object' });
    await provider.find(asked);
    await provider.recipient('acct_maya');
    await provider.balances();
    const listed = STRIPE_PERMISSIONS.filter(({ onlyFor }) => onlyFor === undefined).flatMap(
      ({ requests }) => requests,
    );
    for (const { method, path } of loopback.requests) {
      expect(listed).toContain(`${method} ${path.replace(/(acct|tr)_[a-z0-9]+/, ':id')}`);
    }
  });
});
