import {
  type Payouts,
  PayoutError,
  type ProviderAccount,
  type PaymentProvider,
  type PaymentReference,
  type RawEvent,
  type Received,
  type Store,
} from '@payout-engines/core';
import type { StripeOnboarding } from '../onboarding/onboarding.ts';
import { metadataReference } from '../reference.ts';
import { assertAccount } from './provider-event.ts';
import type { StripeEvent } from './stripe-event.ts';
import type { StripeEvents } from './stripe-events.ts';

/** What deliveries of Stripe are received with. */
export interface StripeWebhookOptions {
  /** The same that the provider verifies with. */
  readonly events: StripeEvents;
  readonly provider: Pick<PaymentProvider, 'id' | 'account'>;
  /** The engine: what transfers have come to is settled by it. */
  readonly payouts: Pick<Payouts, 'receive'>;
  /** Keeps what events of connected accounts say. Left out, these are ignored. */
  readonly onboarding?: Pick<StripeOnboarding, 'refresh'>;
  /**
   * Looks again at a payout from a connected account to its bank, and can be asked to at any time: an event is
   * remembered after it. Left out, events about these are ignored.
   */
  readonly bankPayout?: (payout: BankPayoutEvent) => Promise<unknown>;
  /** Where the ids and types of events are kept that are about no payout of ours. */
  readonly remember: { readonly store: Store; readonly program: string };
  /** Told of each event that was believed, and what became of it. It must not throw. */
  readonly observe?: (event: Pick<StripeEvent, 'id' | 'type'>, received: StripeReceived) => void;
}

/** Which payout to a bank has changed. */
export interface BankPayoutEvent {
  /** The connected account. */
  readonly account: string;
  readonly payout: string;
  /** What it carries, if the event shows that and it is one of ours. */
  readonly reference?: PaymentReference;
}

/** What became of a delivery. */
export type StripeReceived =
  | Exclude<Received, { readonly kind: 'ignored' }>
  | { readonly kind: 'account'; readonly program: string; readonly participant: string }
  | { readonly kind: 'bank_payout'; readonly account: string; readonly payout: string }
  | {
      readonly kind: 'ignored';
      readonly why:
        | 'not_about_a_payment'
        | 'unknown_payout'
        | 'unknown_account'
        | 'unknown_type'
        /** A live endpoint for connected accounts gets their test events as well. */
        | 'other_environment';
    };

/** Takes deliveries of Stripe's endpoints. */
export interface StripeWebhook {
  /**
   * Takes one delivery: verified, then its subject is read again and settled, and its id remembered with that. It can be
   * delivered again at any time, in any order.
   *
   * @throws {@link PayoutError} with code `EVENT_REFUSED`; with any other it has to be delivered again
   */
  receive(raw: RawEvent): Promise<StripeReceived>;
}

/**
 * The deliveries of all of a platform's endpoints: transfers go to the engine, accounts to the onboarding, and types that
 * nobody here knows are remembered and ignored.
 */
export function stripeWebhook(options: StripeWebhookOptions): StripeWebhook {
  const { events, provider, observe = () => undefined } = options;
  if (events.provider !== provider.id) {
    throw new PayoutError('INVALID_INPUT', {
      issues: [{ path: 'events', reason: 'they are of a provider with another id' }],
    });
  }
  return {
    receive: async (raw) => {
      const event = await events.verify(raw);
      const received = await follow(options, event, raw);
      observe({ id: event.id, type: event.type }, received);
      return received;
    },
  };
}

async function follow(
  options: StripeWebhookOptions,
  event: StripeEvent,
  raw: RawEvent,
): Promise<StripeReceived> {
  const { events, provider, payouts, onboarding, bankPayout } = options;
  if (event.environment !== events.environment) {
    if (event.endpoint === 'connect' && events.environment === 'live') return ignored('other_environment');
    throw new PayoutError('EVENT_REFUSED', {
      provider: provider.id,
      reason: 'it is of the other environment',
    });
  }
  const { subject, id, type } = event;
  if (subject.kind === 'transfer') {
    // The engine has the provider verify it again: it believes nobody else.
    const received = await payouts.receive({ provider: provider.id, raw });
    return received.kind === 'ignored' ? remembered(options, event, ignored(received.why)) : received;
  }
  const platform = await platformOf(provider);
  // With a key of the other world, every account would look as if it had been disconnected.
  if (platform.environment !== events.environment) {
    const [expected, actual] = [events.environment, platform.environment];
    throw new PayoutError('WRONG_ENVIRONMENT', { provider: provider.id, expected, actual });
  }
  assertAccount(events, event, platform.id);
  if (subject.kind === 'account' && onboarding !== undefined) {
    const { account } = subject;
    const refreshed = await onboarding.refresh({ account, event: { id, type } });
    if (refreshed.kind === 'unknown_account') return remembered(options, event, ignored('unknown_account'));
    const { program, participant, isNew } = refreshed;
    return isNew ? { kind: 'account', program, participant } : { kind: 'duplicate' };
  }
  if (subject.kind === 'payout' && bankPayout !== undefined) {
    const { account, payout, seen } = subject;
    const reference = seen === undefined ? undefined : metadataReference(seen);
    await bankPayout({ account, payout, ...(reference === undefined ? {} : { reference }) });
    return remembered(options, event, { kind: 'bank_payout', account, payout });
  }
  return remembered(options, event, ignored('unknown_type'));
}

function ignored(why: Extract<StripeReceived, { kind: 'ignored' }>['why']): StripeReceived {
  return { kind: 'ignored', why };
}

/** Remembers an event that changes nothing, or whose subject was read again already: once is enough. */
async function remembered(
  { remember, provider }: StripeWebhookOptions,
  { id, type }: StripeEvent,
  received: StripeReceived,
): Promise<StripeReceived> {
  const [isNew] = await remember.store.transact(remember.program, (unit) =>
    unit.events.add(provider.id, [{ id, type }]),
  );
  return isNew === true ? received : { kind: 'duplicate' };
}

async function platformOf(provider: Pick<PaymentProvider, 'account'>): Promise<ProviderAccount> {
  try {
    return await provider.account();
  } catch (error) {
    if (PayoutError.is(error)) throw error;
    throw new PayoutError('PROVIDER_UNAVAILABLE', {
      reason: 'whose credentials these are could not be asked',
    });
  }
}
