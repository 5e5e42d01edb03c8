import type { Payouts } from '@payout-engines/core';
import {
  stripeEvents,
  type StripeEvents,
  stripeOnboarding,
  type StripeOnboarding,
  stripeProvider,
  type StripeProvider,
  stripeWebhook,
  type StripeWebhook,
} from '@payout-engines/adapters-stripe';
import type { Database } from '@payout-engines/example-kit';
import Stripe from 'stripe';
import { type PayingWith, PROGRAM } from '../program.ts';
import { type DemoStripe, startDemoStripe } from './demo-stripe.ts';

/** Stripe Connect as the app uses it: the one of the demonstration, or a real one. */
export interface Connect extends PayingWith {
  readonly provider: StripeProvider;
  readonly onboarding: StripeOnboarding;
  /** Where its events arrive, verified before they are read. */
  webhook(engine: Payouts): StripeWebhook;
  readonly demo?: DemoStripe;
  close(): Promise<void>;
}

/** The secrets of a real Stripe. */
export interface StripeSecrets {
  readonly key: string;
  readonly webhook: string;
  /** Of the endpoint for connected accounts: left out, what they say is learnt when somebody looks. */
  readonly connectWebhook?: string;
}

const CURRENCIES = { USD: { minimum: 100n } } as const;

/** The Stripe of the demonstration, on this machine. */
export async function demoConnect(
  database: Database,
  url: string,
  options: { readonly latencyMs?: number } = {},
): Promise<Connect> {
  const demo = await startDemoStripe(url, database.query, options);
  const events = stripeEvents({
    environment: 'test',
    secrets: { platform: [demo.secrets.platform], connect: [demo.secrets.connect] },
  });
  return { ...connected(database, demo.client, events, true), demo, close: () => demo.close() };
}

/** A real Stripe, of test or of live money as its key says. */
export function realConnect(database: Database, { key, webhook, connectWebhook }: StripeSecrets): Connect {
  const environment = /^[sr]k_live_/.test(key) ? 'live' : 'test';
  const events = stripeEvents({
    environment,
    secrets: { platform: [webhook], ...(connectWebhook !== undefined && { connect: [connectWebhook] }) },
  });
  return { ...connected(database, new Stripe(key), events, false), close: () => Promise.resolve() };
}

function connected(
  { store }: Database,
  client: Stripe,
  events: StripeEvents,
  isDemo: boolean,
): Omit<Connect, 'close'> {
  const provider = stripeProvider(client, { currencies: CURRENCIES, events });
  const onboarding = stripeOnboarding({ stripe: client, store });
  const remember = { store, program: PROGRAM };
  return {
    provider,
    onboarding,
    environment: events.environment,
    isDemo,
    webhook: (payouts) => stripeWebhook({ events, provider, payouts, onboarding, remember }),
  };
}
