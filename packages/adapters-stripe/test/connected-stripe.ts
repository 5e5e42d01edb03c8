import { attemptKey, frozenRequest, type PaymentRequest, type Timers } from '@payout-engines/core';
import type { OpenedProvider } from '@payout-engines/core/testing';
import Stripe from 'stripe';
import type { StripeClient } from '../src/stripe-client.ts';
import { stripeEvents } from '../src/events/stripe-events.ts';
import { stripeProvider, type StripeProvider, type StripeProviderOptions } from '../src/stripe-provider.ts';
import { signedDelivery } from '../src/testing/loopback/events.ts';
import {
  type LoopbackOptions,
  type LoopbackStripe,
  startLoopbackStripe,
} from '../src/testing/loopback/server.ts';
import { shownTransfer } from '../src/testing/loopback/shown.ts';

export const CURRENCIES: StripeProviderOptions['currencies'] = {
  USD: { minimum: 50n },
  JPY: {},
  KWD: {},
  ISK: {},
  UGX: {},
  HUF: { minimum: 10_000n },
  MGA: {},
};
const SECRET = 'whsec_of_the_platform_endpoint_0001';
const PLENTY = 1_000_000_000_000;

/** The real client against a loopback Stripe, and the provider over it. */
export interface ConnectedStripe {
  readonly loopback: LoopbackStripe;
  readonly stripe: StripeClient;
  readonly provider: StripeProvider;
  readonly request: (more?: Partial<PaymentRequest>) => PaymentRequest;
  readonly close: () => Promise<void>;
}

/** Makes a client of some version of the `stripe` package, with what a program would write. */
export type MakeClient = (key: string, config: LoopbackStripe['config']) => StripeClient;

export const newestClient: MakeClient = (key, config) => new Stripe(key, { ...config, telemetry: false });

/** A wait that is none: what is tested is what happens, not how long it takes. */
export const HASTY: Timers = {
  monotonic: () => performance.now(),
  wait: () => Promise.resolve(),
  deadline: () => ({ signal: new AbortController().signal, cancel: () => undefined }),
};

export async function connectedStripe({
  loopback: loopbackOptions,
  client = newestClient,
  ...options
}: Partial<StripeProviderOptions> & {
  readonly loopback?: LoopbackOptions;
  readonly client?: MakeClient;
} = {}): Promise<ConnectedStripe> {
  const loopback = await startLoopbackStripe(loopbackOptions);
  loopback.platform.addAccount('acct_maya');
  for (const code of Object.keys(CURRENCIES)) loopback.platform.setBalance(code, PLENTY);
  const stripe = client(loopback.testKey, loopback.config);
  const provider = stripeProvider(stripe, { currencies: CURRENCIES, timers: HASTY, ...options });
  let payouts = 0;
  return {
    loopback,
    stripe,
    provider,
    request: (more) => paymentRequest(more, () => `payout-${(payouts += 1)}`),
    close: () => loopback.close(),
  };
}

function paymentRequest(more: Partial<PaymentRequest> = {}, nextPayout: () => string): PaymentRequest {
  const { program = 'program-1', payout = nextPayout(), attempt = 1 } = more;
  const {
    account = 'acct_platform',
    participant = 'maya',
    destination = 'acct_maya',
    amount = 1_000n,
  } = more;
  const { key = attemptKey(program, payout, attempt), currency = 'USD' } = more;
  const asked = { program, payout, attempt, key, account, participant, currency, amount };
  const frozen = frozenRequest({
    ...asked,
    destination: { id: destination, version: 1 },
    environment: 'test',
  });
  return { ...asked, destination, frozen };
}

/** The provider as the contract suite of the port reaches it. */
export async function openStripe(
  client: MakeClient = newestClient,
  loopbackOptions: LoopbackOptions = {},
): Promise<OpenedProvider> {
  let clock = () => new Date();
  const events = stripeEvents({
    environment: 'test',
    secrets: { platform: [SECRET] },
    clock: () => clock(),
  });
  const { loopback, provider, request, close } = await connectedStripe({
    events,
    client,
    loopback: loopbackOptions,
  });
  ({ clock } = loopback);
  loopback.platform.addAccount('acct_unready', { transfers: 'pending' });
  const lose = (name: 'request_lost' | 'response_lost' | 'withheld') => async () => {
    // The client sends again by itself when a connection is closed.
    if (name === 'withheld') loopback.nextWrite({ name });
    else loopback.nextWrite({ name }, { name });
  };
  return {
    provider,
    request: ({ frozen: _, ...more } = {}) => request(more),
    countPayments: async ({ program, payout }) =>
      loopback.platform.transfers.filter(
        ({ metadata }) =>
          metadata['payout_engines_program'] === program && metadata['payout_engines_payout'] === payout,
      ).length,
    emptyBalance: async (code) => loopback.platform.setBalance(code, 0),
    fillBalance: async (code) => loopback.platform.setBalance(code, PLENTY),
    unreadyDestination: async () => 'acct_unready',
    giveBack: async (object, amount) => loopback.giveBack(object, Number(amount)),
    event: async ({ id }, fromNowMs) => {
      const transfer = loopback.platform.transfers.find((one) => one.id === id);
      if (transfer === undefined) throw new Error(`no transfer ${id}`);
      const event = loopback.eventOf('transfer.updated', shownTransfer(loopback.platform, transfer));
      const delivery = signedDelivery(event, [SECRET], new Date(loopback.clock().getTime() + fromNowMs));
      return { body: delivery.body, headers: { ...delivery.headers } };
    },
    loseRequest: lose('request_lost'),
    loseResponse: lose('response_lost'),
    withholdResponse: lose('withheld'),
    passTime: async (ms) => loopback.pass(ms),
    close,
  };
}
