import {
  divide,
  type PayableCurrency,
  type PaymentLookup,
  type PaymentObject,
  type PaymentProvider,
  type PaymentRequest,
  PayoutError,
  type ProviderAccount,
  type ProviderCapabilities,
  readFrozenRequest,
  type SendOutcome,
  type StopSignal,
  systemTimers,
  type Timers,
} from '@payout-engines/core';
import { answered } from './answered.ts';
import { type AvailableBalance, availableBalances } from './balance.ts';
import { CountedRequests } from './counted-requests.ts';
import { Credentials } from './credentials.ts';
import { stripeCurrency, type StripeCurrencyOptions } from './currencies.ts';
import { providerEvents } from './events/provider-event.ts';
import type { StripeEvents } from './events/stripe-events.ts';
import { limitedClient } from './limited-client.ts';
import { pagesOf } from './pages.ts';
import { payableCount } from './payable-count.ts';
import { type RecipientReadiness, recipientReadiness } from './recipient.ts';
import { requestOptions, stripePromises } from './promises.ts';
import { metadataOf, transferGroup, transferReference } from './reference.ts';
import { RequestPace } from './request-pace.ts';
import type { StripeClient, TransferListParams, TransferParams } from './stripe-client.ts';
import { stripeUnavailable } from './stripe-unavailable.ts';
import { readTransfer } from './transfer.ts';
import { numberOf } from './whole-number.ts';

/** How a platform pays through Stripe. */
export interface StripeProviderOptions {
  /** @defaultValue `'stripe'` */
  readonly id?: string;
  /** The currencies that are paid in, by code. */
  readonly currencies: Readonly<Record<string, StripeCurrencyOptions>>;
  /** Verifies the events of the platform's endpoints. Left out, the provider reads none. */
  readonly events?: StripeEvents;
  /** How long one request may take, in milliseconds. @defaultValue `30000` */
  readonly timeoutMs?: number;
  /**
   * Requests a second to an endpoint, of all workers of this process: sends apart from looks. Stripe takes 25 from an
   * account; several processes share them.
   *
   * @defaultValue `20`
   */
  readonly perSecond?: number;
  /** @defaultValue the timers of the machine */
  readonly timers?: Timers;
}

/** Payments to connected accounts, with what can be asked before paying. */
export interface StripeProvider extends PaymentProvider {
  /** Whether a connected account can be paid now, and if not, why and who can change it. */
  recipient(destination: string): Promise<RecipientReadiness>;
  /** What the platform can pay from now, by currency. It is a hint: it may be spent before the next send. */
  balances(): Promise<readonly AvailableBalance[]>;
}

/**
 * Pays by transfers from a platform's Stripe balance to connected accounts. Takes the `stripe` package of the versions 20
 * to 23.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `UNKNOWN_CURRENCY`
 *
 * @example
 * ```ts no-run
 * import Stripe from 'stripe';
 * import { stripeProvider } from '@payout-engines/adapters-stripe';
 *
 * const stripe = stripeProvider(new Stripe(process.env.STRIPE_KEY), {
 *   currencies: { USD: { minimum: 100n }, EUR: {}, UGX: {} },
 * });
 * ```
 */
export function stripeProvider(client: StripeClient, options: StripeProviderOptions): StripeProvider {
  const stripe = limitedClient(client);
  const { id = 'stripe', perSecond = 20, timers = systemTimers } = options;
  const currencies = checkedCurrencies(options);
  const plain = requestOptions(options.timeoutMs);
  const credentials = new Credentials(stripe, plain);
  const counted = new CountedRequests(stripe);
  const [sends, looks] = [new RequestPace(perSecond, timers), new RequestPace(perSecond, timers)];
  const capabilities: ProviderCapabilities = {
    ...stripePromises(plain.timeout),
    currencies,
    perSecond,
  };

  return {
    id,
    capabilities,
    account: () => credentials.ask(),
    send,
    find,
    list,
    ...(options.events && {
      event: providerEvents(options.events, {
        account: () => credentials.known(),
        transfer: (transfer) => stripe.transfers.retrieve(transfer, {}, plain),
        referenceOf: transferReference,
      }),
    }),
    recipient: (destination) => recipientReadiness(stripe, destination, plain),
    balances: () => availableBalances(stripe, currencies, plain),
  };

  async function send(request: PaymentRequest, signal: StopSignal): Promise<SendOutcome> {
    if (signal.aborted) return { kind: 'not_executed', code: 'stopped' };
    const prepared = transferParams(request, currencies);
    if ('refusal' in prepared) return prepared.refusal;
    let own: ProviderAccount;
    try {
      own = await credentials.known();
    } catch {
      return { kind: 'not_executed', code: 'account_unknown' };
    }
    if (!isFrom(request, own)) return { kind: 'not_executed', code: 'another_account' };
    await sends.turn();
    if (signal.aborted) return { kind: 'unknown', code: 'stopped' };
    const { key: idempotencyKey } = request;
    return answered(
      counted,
      idempotencyKey,
      signal,
      () => stripe.transfers.create(prepared.params, { ...plain, idempotencyKey }),
      (answer) => outcomeOf(answer, request, own),
    );
  }

  async function listed(params: TransferListParams): Promise<unknown> {
    await looks.turn();
    return stripe.transfers.list(params, plain);
  }

  async function find(lookup: PaymentLookup): Promise<readonly PaymentObject[]> {
    const own = await credentials.known();
    if (lookup.account !== own.id)
      throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'its API key is of another account' });
    const group = transferGroup(lookup);
    const found: PaymentObject[] = [];
    try {
      for await (const page of pagesOf((more) => listed({ ...more, transfer_group: group }))) {
        for (const row of page) {
          const transfer = readTransfer(row, own.id);
          // The group is this payout's own. Something in it that cannot be told is not nothing.
          if (transfer?.reference?.program !== lookup.program || transfer.reference.payout !== lookup.payout)
            throw new PayoutError('PROVIDER_UNAVAILABLE', {
              reason: 'the group of the payout has a transfer that does not say whose it is',
            });
          found.push(transfer);
        }
      }
    } catch (error) {
      throw stripeUnavailable(error);
    }
    return found;
  }

  async function* list(since: Date): AsyncGenerator<readonly PaymentObject[]> {
    const own = await credentials.known();
    const gte = numberOf(divide(BigInt(since.getTime()), 1000n, 'down')) ?? 0;
    try {
      for await (const page of pagesOf((more) => listed({ ...more, created: { gte } }))) {
        // Transfers that are not ours may be in currencies that nobody here knows.
        yield page.flatMap((row) => readTransfer(row, own.id) ?? []);
      }
    } catch (error) {
      throw stripeUnavailable(error);
    }
  }
}

function checkedCurrencies({
  currencies,
  timeoutMs,
  perSecond,
}: StripeProviderOptions): Readonly<Record<string, PayableCurrency>> {
  const issues: { readonly path: string; readonly reason: string }[] = [];
  for (const [path, value] of Object.entries({ timeoutMs, perSecond })) {
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 1)) {
      issues.push({ path, reason: 'it must be a whole number above zero' });
    }
  }
  if (Object.keys(currencies).length === 0)
    issues.push({ path: 'currencies', reason: 'there must be one at least' });
  for (const [code, { minimum }] of Object.entries(currencies)) {
    if (minimum !== undefined && (typeof minimum !== 'bigint' || minimum < 0n)) {
      issues.push({ path: `currencies.${code}.minimum`, reason: 'it must be a bigint, zero or more' });
    }
  }
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  return Object.fromEntries(
    Object.entries(currencies).map(([code, more]) => [code, stripeCurrency(code, more)]),
  );
}

/**
 * The parameters of a transfer: a function of the frozen request and of nothing else, for the key is held to them. What
 * an option could change between two sends is not in them.
 */
function transferParams(
  request: PaymentRequest,
  currencies: Readonly<Record<string, PayableCurrency>>,
): { readonly params: TransferParams } | { readonly refusal: SendOutcome } {
  const payable = Object.hasOwn(currencies, request.currency) ? currencies[request.currency] : undefined;
  const counted = payableCount(request.amount, payable);
  if ('refusal' in counted) return counted;
  const { destination } = request;
  if (destination === undefined) {
    return { refusal: { kind: 'refused', scope: 'recipient', code: 'no_destination' } };
  }
  return {
    params: {
      amount: counted.count,
      currency: request.currency.toLowerCase(),
      destination,
      transfer_group: transferGroup(request),
      metadata: metadataOf(request, request.participant),
    },
  };
}

/** One account has a world of live and one of test money: both must be those that were frozen. */
function isFrom({ account, frozen }: PaymentRequest, own: ProviderAccount): boolean {
  return account === own.id && readFrozenRequest({ request: frozen }).environment === own.environment;
}

/** The transfer that was asked for; whatever else was answered proves nothing, and is looked for. */
function outcomeOf(answer: unknown, request: PaymentRequest, own: ProviderAccount): SendOutcome {
  const object = readTransfer(answer, own.id);
  if (object === undefined) return { kind: 'unknown', code: 'not_a_transfer' };
  const { reference } = object;
  const isAsked =
    object.amount === request.amount &&
    object.currency === request.currency &&
    object.destination === request.destination &&
    object.environment === own.environment &&
    reference?.program === request.program &&
    reference.payout === request.payout &&
    reference.attempt === request.attempt;
  return isAsked ? { kind: 'object', object } : { kind: 'unknown', code: 'another_transfer' };
}
