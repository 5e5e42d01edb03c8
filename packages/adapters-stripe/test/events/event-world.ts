import {
  memoryStore,
  type MemoryStore,
  type Payouts,
  payouts,
  putParticipants,
  type RawEvent,
  storeDirectory,
} from '@payout-engines/core';
import type Stripe from 'stripe';
import { stripeEvents, type StripeEvents } from '../../src/events/stripe-events.ts';
import { stripeWebhook, type StripeWebhook, type StripeWebhookOptions } from '../../src/events/webhook.ts';
import { stripeOnboarding, type StripeOnboarding } from '../../src/onboarding/onboarding.ts';
import type { StripeAccounts } from '../../src/onboarding/accounts-api.ts';
import type { StripeProvider } from '../../src/stripe-provider.ts';
import { type ConnectedStripe, connectedStripe, CURRENCIES, HASTY } from '../connected-stripe.ts';
import { type LoopbackEvent, signedDelivery } from '../../src/testing/loopback/events.ts';
import type { LoopbackStripe } from '../../src/testing/loopback/server.ts';
import { stripeProvider } from '../../src/stripe-provider.ts';

export const PROGRAM = 'clips';
export const PLATFORM_SECRET = 'whsec_of_the_platform_endpoint_0001';
export const CONNECT_SECRET = 'whsec_of_the_connect_endpoint_0002';

/** A program that pays Maya through a loopback Stripe, and takes the events of its two endpoints. */
export interface EventWorld {
  readonly loopback: LoopbackStripe;
  readonly connected: ConnectedStripe;
  readonly store: MemoryStore;
  readonly provider: StripeProvider;
  readonly engine: Payouts;
  readonly events: StripeEvents;
  readonly onboarding: StripeOnboarding;
  readonly webhook: StripeWebhook;
  readonly webhookWith: (more: Partial<StripeWebhookOptions>) => StripeWebhook;
  /** An event as it is delivered now, signed with the secret of the endpoint that gets it. */
  readonly delivery: (event: LoopbackEvent, secrets?: readonly string[]) => RawEvent;
  /** Pays Maya so many cents, without any event being received. Gives the payout and its transfer. */
  readonly pay: (cents: bigint) => Promise<{ readonly payout: string; readonly transfer: string }>;
  readonly close: () => Promise<void>;
}

export async function eventWorld(
  client: (connected: ConnectedStripe) => ConnectedStripe['stripe'] = ({ stripe }) => stripe,
): Promise<EventWorld> {
  const connected = await connectedStripe();
  const { loopback } = connected;
  const { clock } = loopback;
  const store = memoryStore({ clock });
  const events = stripeEvents({
    environment: 'test',
    secrets: { platform: [PLATFORM_SECRET], connect: [CONNECT_SECRET] },
    clock,
  });
  const stripe = client(connected);
  const provider = stripeProvider(stripe, { currencies: CURRENCIES, events, timers: HASTY });
  const engine = payouts({
    store,
    directory: storeDirectory(store),
    providers: [provider],
    rules: {
      environment: 'test',
      thresholds: { currencies: {}, otherCurrencies: { minimum: 0n } },
      require: { active: true, verified: true, destination: true, noOpenPayout: false },
      approval: { mode: 'automatic' },
      destinationHoldDays: 0,
    },
  });
  const onboarding = stripeOnboarding({ stripe: accountsOf(stripe), store });
  const webhookWith = (more: Partial<StripeWebhookOptions>) =>
    stripeWebhook({
      events,
      provider,
      payouts: engine,
      onboarding,
      remember: { store, program: PROGRAM },
      ...more,
    });
  loopback.platform.addAccount('acct_maya', {
    metadata: { payout_engines_program: PROGRAM, payout_engines_participant: 'maya' },
  });
  await putParticipants(store, PROGRAM, [
    {
      id: 'maya',
      active: true,
      verified: true,
      destination: { id: 'acct_maya', version: 1, provider: 'stripe' },
    },
  ]);
  let credits = 0;
  return {
    loopback,
    connected,
    store,
    provider,
    engine,
    events,
    onboarding,
    webhook: webhookWith({}),
    webhookWith,
    delivery: (event, secrets = [event.account === undefined ? PLATFORM_SECRET : CONNECT_SECRET]) =>
      signedDelivery(event, secrets, clock()),
    pay: async (amount) => {
      const key = `credit-${(credits += 1)}`;
      const [participant, currency] = ['maya', 'USD'];
      await engine.credit({
        program: PROGRAM,
        credits: [{ key, participant, currency, amount, kind: 'bounty', subject: key }],
      });
      const { id } = await engine.request({ program: PROGRAM, key, participant, currency, amount });
      await engine.process({ program: PROGRAM });
      const { movements } = await engine.explain({ program: PROGRAM, payout: id });
      return { payout: id, transfer: movements[0]?.object ?? '' };
    },
    close: () => connected.close(),
  };
}

/** The client of the tests is the real one, of which the provider's type names less. */
export function accountsOf(stripe: ConnectedStripe['stripe']): StripeAccounts {
  return stripe as unknown as Stripe;
}
