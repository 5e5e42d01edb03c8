import {
  type PaymentReference,
  PayoutError,
  type ProviderAccount,
  type ProviderEvent,
  type RawEvent,
} from '@payout-engines/core';
import { type JsonObject, jsonObject } from './json-object.ts';
import type { StripeEvent } from './stripe-event.ts';
import type { StripeEvents } from './stripe-events.ts';

/** What the provider can be asked, so that an event becomes one of the port. */
export interface EventLookups {
  /** Whose credentials these are. */
  readonly account: () => Promise<ProviderAccount>;
  /** `GET /v1/transfers/:id`. Throws where it cannot be read. */
  readonly transfer: (id: string) => Promise<unknown>;
  /** What a transfer carries; nothing where it is not one of ours. */
  readonly referenceOf: (transfer: JsonObject) => PaymentReference | undefined;
}

/**
 * The `event` of the provider port: verifies, checks the account, and says which payment to look at again. What the event
 * shows of a transfer is used for its reference alone; a thin event shows nothing, so the transfer is read.
 *
 * @throws {@link PayoutError} with code `EVENT_REFUSED`, or `PROVIDER_UNAVAILABLE` where Stripe cannot be asked now
 */
export function providerEvents(
  events: StripeEvents,
  lookups: EventLookups,
): (raw: RawEvent) => Promise<ProviderEvent> {
  return async (raw) => {
    const event = await events.verify(raw);
    const account = await asked(lookups.account, 'whose credentials these are could not be asked');
    assertAccount(events, event, account.id);
    const payment = await paymentOf(event, lookups);
    const { id, type, environment } = event;
    return { id, type, account: account.id, environment, ...(payment === undefined ? {} : { payment }) };
  };
}

/**
 * An event of a connected account comes with the secret of the endpoint for these, and an event of the platform with its
 * own: anything else was made with a secret that has come into other hands.
 *
 * @throws {@link PayoutError} with code `EVENT_REFUSED`
 */
export function assertAccount(
  { provider }: Pick<StripeEvents, 'provider'>,
  { endpoint, connected }: StripeEvent,
  platform: string,
): void {
  const isOfPlatform = connected === undefined || connected === platform;
  if (isOfPlatform === (endpoint === 'platform')) return;
  throw new PayoutError('EVENT_REFUSED', { provider, reason: 'it is about another account' });
}

async function paymentOf({ subject }: StripeEvent, lookups: EventLookups): Promise<ProviderEvent['payment']> {
  if (subject.kind !== 'transfer') return undefined;
  const { transfer, seen } = subject;
  const reference = lookups.referenceOf(seen ?? (await readTransfer(transfer, lookups)));
  return reference === undefined ? undefined : { object: transfer, reference };
}

async function readTransfer(id: string, { transfer }: EventLookups): Promise<JsonObject> {
  const read = jsonObject(await asked(() => transfer(id), 'the transfer could not be read'));
  // The client library gives whatever JSON has no error in it.
  if (read?.['object'] === 'transfer' && read['id'] === id) return read;
  throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'the transfer could not be read' });
}

/** Not being able to ask is no reason not to believe the event: it is delivered again later. */
async function asked<T>(ask: () => Promise<T>, reason: string): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (PayoutError.is(error)) throw error;
    throw new PayoutError('PROVIDER_UNAVAILABLE', { reason });
  }
}
