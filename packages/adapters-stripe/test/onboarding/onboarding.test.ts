import { inspect } from 'node:util';
import { type Participant, PayoutError, putParticipants } from '@payout-engines/core';
import type Stripe from 'stripe';
import type Stripe22 from 'stripe-22';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StripeAccounts } from '../../src/onboarding/accounts-api.ts';
import { stripeOnboarding, type StripeOnboardingOptions } from '../../src/onboarding/onboarding.ts';
import {
  accountsOf,
  CONNECT_SECRET,
  type EventWorld,
  eventWorld,
  PLATFORM_SECRET,
  PROGRAM,
} from '../events/event-world.ts';
import { signatureHeader } from '../../src/testing/loopback/events.ts';
import type { ConnectedAccount } from '../../src/testing/loopback/platform.ts';
import { shownAccount } from '../../src/testing/loopback/shown.ts';

const URLS = { returnUrl: 'https://clips.example/done', refreshUrl: 'https://clips.example/again' };

let world: EventWorld;
beforeEach(async () => {
  world = await eventWorld();
  await putParticipants(world.store, PROGRAM, [{ id: 'noor', active: true, verified: false, tier: 'gold' }]);
});
afterEach(() => world.close());

function onboardingWith(more: Partial<StripeOnboardingOptions>) {
  return stripeOnboarding({ stripe: accountsOf(world.connected.stripe), store: world.store, ...more });
}

function accountOf(id: string): ConnectedAccount {
  const account = world.loopback.platform.accounts.get(id);
  if (account === undefined) throw new Error(`no account ${id}`);
  return account;
}

async function person(id = 'noor'): Promise<Participant | undefined> {
  const [found] = await world.store.transact(PROGRAM, (unit) => unit.participants.find([id]));
  return found;
}

function updated(account: ConnectedAccount, type = 'account.updated') {
  return world.delivery(world.loopback.eventOf(type, shownAccount(account), account.id));
}

async function codeOf(done: Promise<unknown>): Promise<string> {
  const error: unknown = await done.catch((thrown: unknown) => thrown);
  return PayoutError.is(error) ? error.code : inspect(error);
}

describe('an account link', () => {
  it('makes the participant an account of their own, which is not paid before it is verified', async () => {
    const link = await world.onboarding.link({ program: PROGRAM, participant: 'noor', ...URLS });
    expect(link.url).toMatch(/^https:\/\/connect\.stripe\.com\//);
    expect(link.expiresAt.getTime()).toBeGreaterThan(world.loopback.clock().getTime());
    expect(await person()).toEqual({
      id: 'noor',
      active: true,
      verified: false,
      tier: 'gold',
      destination: { id: link.account, version: 1, provider: 'stripe' },
    });
    expect(accountOf(link.account).metadata).toEqual({
      payout_engines_program: PROGRAM,
      payout_engines_participant: 'noor',
    });
  });

  it('takes back that somebody else has verified the participant: Stripe has not', async () => {
    await putParticipants(world.store, PROGRAM, [{ id: 'lee', active: true, verified: true }]);
    await world.onboarding.link({ program: PROGRAM, participant: 'lee', ...URLS });
    expect((await person('lee'))?.verified).toBe(false);
  });

  it('leads to the same account again, asked for later or twice at once', async () => {
    const ask = () => world.onboarding.link({ program: PROGRAM, participant: 'noor', ...URLS });
    const before = world.loopback.platform.accounts.size;
    const asked = await Promise.all([ask(), ask(), ask()]);
    world.loopback.pass(48 * 3_600_000);
    asked.push(await ask());
    expect(new Set(asked.map(({ account }) => account)).size).toBe(1);
    expect(new Set(asked.map(({ url }) => url)).size).toBe(4);
    expect(world.loopback.platform.accounts.size).toBe(before + 1);
  });

  it('leads to the same account when the answer to making it was lost', async () => {
    const before = world.loopback.platform.accounts.size;
    world.loopback.nextWrite({ name: 'response_lost' });
    const { account } = await world.onboarding.link({ program: PROGRAM, participant: 'noor', ...URLS });
    expect(world.loopback.platform.accounts.size).toBe(before + 1);
    expect((await person())?.destination?.id).toBe(account);
  });

  it('is given once the cause of a refusal is gone, and not a day later', async () => {
    const ask = () => world.onboarding.link({ program: PROGRAM, participant: 'noor', ...URLS });
    world.loopback.nextWrite({ name: 'error_500_stored' });
    expect(await codeOf(ask())).toBe('PROVIDER_UNAVAILABLE');
    expect(await codeOf(ask())).toBe('PROVIDER_UNAVAILABLE');
    world.loopback.pass(3_600_000);
    expect((await ask()).account).toBe((await person())?.destination?.id);
  });

  it('goes to people whose names are in any script, and carries what the program asks for', async () => {
    const participant = 'नूर/50%';
    await putParticipants(world.store, PROGRAM, [{ id: participant, active: true, verified: false }]);
    const onboarding = onboardingWith({
      account: {
        country: 'IN',
        capabilities: { transfers: { requested: true } },
        metadata: { team: 'clips' },
      },
    });
    const { account } = await onboarding.link({ program: PROGRAM, participant, ...URLS });
    expect(accountOf(account).country).toBe('IN');
    Object.assign(accountOf(account), { transfers: 'active', payoutsEnabled: true });
    await world.webhook.receive(updated(accountOf(account)));
    expect((await person(participant))?.verified).toBe(true);
    const sent = world.loopback.requests.find(
      ({ path, method }) => path === '/v1/accounts' && method === 'POST',
    );
    expect(sent?.key).toMatch(/^account-[0-9a-f]{64}$/);
    expect(sent?.body).toContain('metadata[team]=clips');
  });

  it('is refused to somebody who is not known, is paid elsewhere, or would be sent to no address', async () => {
    const ask = (participant: string, urls = URLS) =>
      world.onboarding.link({ program: PROGRAM, participant, ...urls });
    expect(await codeOf(ask('nobody'))).toBe('PARTICIPANT_NOT_FOUND');
    expect(await codeOf(ask(''))).toBe('INVALID_ID');
    await putParticipants(world.store, PROGRAM, [
      {
        id: 'ann',
        active: true,
        verified: true,
        destination: { id: 'ann@upi', version: 3, provider: 'manual' },
      },
    ]);
    expect(await codeOf(ask('ann'))).toBe('INVALID_INPUT');
    expect((await person('ann'))?.destination?.id).toBe('ann@upi');
    expect(await codeOf(ask('noor', { ...URLS, returnUrl: '/done' }))).toBe('INVALID_INPUT');
    expect(await codeOf(ask('noor', { ...URLS, refreshUrl: 'javascript:alert(1)' }))).toBe('INVALID_INPUT');
    expect((await person())?.destination).toBeUndefined();
  });

  it('fails with the code of what was wrong at Stripe, and without its key', async () => {
    const { loopback } = world;
    loopback.keys.set(loopback.testKey, {
      platform: loopback.platform,
      permissions: ['connected_account_read'],
    });
    const error: unknown = await world.onboarding
      .link({ program: PROGRAM, participant: 'noor', ...URLS })
      .catch((thrown: unknown) => thrown);
    expect(PayoutError.is(error, 'PROVIDER_UNAVAILABLE')).toBe(true);
    expect(inspect(error, { depth: 9 })).not.toContain('sk_test');
    expect((await person())?.destination).toBeUndefined();
  });
});

describe('the state of an account', () => {
  it('is kept in the directory from its events, and says what to do where something is missing', async () => {
    const { account: id } = await world.onboarding.link({ program: PROGRAM, participant: 'noor', ...URLS });
    const account = accountOf(id);
    account.requirements = { ...account.requirements, currently_due: ['external_account'] };
    expect((await world.onboarding.state({ program: PROGRAM, participant: 'noor' }))?.reasons).toEqual([
      {
        code: 'information_due',
        who: 'participant',
        next: 'finish_onboarding',
        fields: ['external_account'],
      },
    ]);
    expect((await person())?.verified).toBe(false);

    account.requirements = { ...account.requirements, currently_due: [] };
    account.transfers = 'active';
    await world.webhook.receive(updated(account, 'capability.updated'));
    expect((await person())?.verified).toBe(false);
    account.payoutsEnabled = true;
    expect(await world.webhook.receive(updated(account))).toEqual({
      kind: 'account',
      program: PROGRAM,
      participant: 'noor',
    });
    expect(await person()).toMatchObject({ verified: true, tier: 'gold', active: true });

    account.transfers = 'inactive';
    await world.webhook.receive(updated(account));
    expect((await person())?.verified).toBe(false);
  });

  it('is kept from thin events of accounts too, of the first version and of the second', async () => {
    const maya = accountOf('acct_maya');
    const related_object = { id: 'acct_maya', type: 'v2.core.account', url: '/v2/core/accounts/acct_maya' };
    const thin = {
      object: 'v2.core.event',
      livemode: false,
      created: '2026-11-01T12:00:00.000Z',
      related_object,
    };
    const type = 'v2.core.account[configuration.recipient].capability_status_updated';
    for (const [event, secret, transfers] of [
      [{ ...thin, id: 'evt_a', type }, PLATFORM_SECRET, 'inactive'],
      [{ ...thin, id: 'evt_b', type: 'v1.account.updated', context: 'acct_maya' }, CONNECT_SECRET, 'active'],
    ] as const) {
      maya.transfers = transfers;
      const body = JSON.stringify(event);
      const signature = signatureHeader(body, [secret], world.loopback.clock());
      const received = await world.webhook.receive({ body, headers: { 'stripe-signature': signature } });
      expect([received.kind, (await person('maya'))?.verified]).toEqual(['account', transfers === 'active']);
    }
  });

  it('is not looked for with a key of the other world, where nobody is connected', async () => {
    const webhook = world.webhookWith({
      provider: {
        id: 'stripe',
        account: () => Promise.resolve({ id: 'acct_platform', environment: 'live' }),
      },
    });
    accountOf('acct_maya').deauthorized = true;
    expect(await codeOf(webhook.receive(updated(accountOf('acct_maya'))))).toBe('WRONG_ENVIRONMENT');
    expect((await person('maya'))?.verified).toBe(true);
  });

  it('is read at Stripe: an old event that comes late, or twice, changes nothing', async () => {
    const maya = accountOf('acct_maya');
    const late = updated({ ...maya, transfers: 'inactive', payoutsEnabled: false });
    expect((await world.webhook.receive(late)).kind).toBe('account');
    expect((await person('maya'))?.verified).toBe(true);
    expect((await world.webhook.receive(late)).kind).toBe('duplicate');
  });

  it('can be ready without a bank where the program says so', async () => {
    accountOf('acct_maya').payoutsEnabled = false;
    await onboardingWith({ payouts: false }).refresh({ account: 'acct_maya' });
    expect((await person('maya'))?.verified).toBe(true);
    await world.onboarding.refresh({ account: 'acct_maya' });
    expect((await person('maya'))?.verified).toBe(false);
  });

  it('ends up as what Stripe says when two events are handled at once and the older reading is written last', async () => {
    const maya = accountOf('acct_maya');
    let slow: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (slow = resolve));
    const { stripe } = world.connected;
    let reads = 0;
    const accounts = accountsOf(stripe);
    const onboarding = onboardingWith({
      stripe: {
        accountLinks: accounts.accountLinks,
        accounts: {
          create: (params, options) => accounts.accounts.create(params, options),
          retrieve: async (id) => {
            const read = await accounts.accounts.retrieve(id);
            // The second read of the first event is the one that it writes.
            if ((reads += 1) === 2) await held;
            return read;
          },
        },
      },
    });
    maya.transfers = 'inactive';
    const first = onboarding.refresh({
      account: 'acct_maya',
      event: { id: 'evt_a', type: 'account.updated' },
    });
    while (reads < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    maya.transfers = 'active';
    await onboarding.refresh({ account: 'acct_maya', event: { id: 'evt_b', type: 'account.updated' } });
    slow();
    await first;
    expect((await person('maya'))?.verified).toBe(true);
  });

  it('is nobody’s where the account carries no participant, or the participant has another one', async () => {
    world.loopback.platform.addAccount('acct_stray');
    expect(await world.webhook.receive(updated(accountOf('acct_stray')))).toEqual({
      kind: 'ignored',
      why: 'unknown_account',
    });
    world.loopback.platform.addAccount('acct_second', {
      metadata: accountOf('acct_maya').metadata,
      transfers: 'inactive',
    });
    await world.webhook.receive(updated(accountOf('acct_second')));
    expect((await person('maya'))?.verified).toBe(true);
  });

  it('is not connected once the participant has withdrawn, if the program knows whose account it was', async () => {
    accountOf('acct_maya').deauthorized = true;
    const withdrawn = world.delivery(
      world.loopback.eventOf(
        'account.application.deauthorized',
        { id: 'ca_1', object: 'application' },
        'acct_maya',
      ),
    );
    expect(await world.webhook.receive(withdrawn)).toEqual({ kind: 'ignored', why: 'unknown_account' });
    const onboarding = onboardingWith({
      participantOf: (account) =>
        Promise.resolve(account === 'acct_maya' ? { program: PROGRAM, participant: 'maya' } : undefined),
    });
    const [again] = [
      world.loopback.eventOf('account.application.deauthorized', { object: 'application' }, 'acct_maya'),
    ];
    await world.webhookWith({ onboarding }).receive(world.delivery(again));
    expect((await person('maya'))?.verified).toBe(false);
    const readiness = await onboarding.state({ program: PROGRAM, participant: 'maya' });
    expect(readiness?.reasons[0]?.code).toBe('not_connected');
  });

  it('is nothing where there is no account, and an error where Stripe cannot be asked', async () => {
    expect(await world.onboarding.state({ program: PROGRAM, participant: 'noor' })).toBeUndefined();
    world.loopback.keys.delete(world.loopback.testKey);
    expect(await codeOf(world.onboarding.state({ program: PROGRAM, participant: 'maya' }))).toBe(
      'PROVIDER_UNAVAILABLE',
    );
    expect((await person('maya'))?.verified).toBe(true);
  });
});

describe('the client of each version', () => {
  it('fits what onboarding needs of it', () => {
    // The types of 20 and 21 are of a module named stripe, whatever they are installed under.
    const fits = (clients: { readonly now: Stripe; readonly before: Stripe22 }) =>
      [clients.now, clients.before] satisfies readonly StripeAccounts[];
    expect(fits).toBeTypeOf('function');
  });

  it.each(['stripe-20', 'stripe-21', 'stripe-22'])('makes accounts and reads them: %s', async (name) => {
    const { default: Client } = (await import(name)) as { readonly default: typeof Stripe };
    const { testKey, config } = world.loopback;
    const onboarding = onboardingWith({ stripe: new Client(testKey, { ...config, telemetry: false }) });
    const { account } = await onboarding.link({ program: PROGRAM, participant: 'noor', ...URLS });
    Object.assign(accountOf(account), { transfers: 'active', payoutsEnabled: true });
    await onboarding.refresh({ account });
    expect((await person())?.verified).toBe(true);
    accountOf(account).deauthorized = true;
    const readiness = await onboarding.state({ program: PROGRAM, participant: 'noor' });
    expect(readiness?.reasons[0]?.code).toBe('not_connected');
  });
});
