import {
  derivedId,
  fromProviderAmount,
  type PaymentObject,
  type PaymentRequest,
  PayoutError,
  type SendOutcome,
  type StopSignal,
} from '@payout-engines/core';
import { answered } from '../answered.ts';
import { CountedRequests } from '../counted-requests.ts';
import { Credentials } from '../credentials.ts';
import { shownCurrency, stripeCurrency } from '../currencies.ts';
import { type JsonObject, jsonObject } from '../events/json-object.ts';
import { limitedClient } from '../limited-client.ts';
import { pagesOf } from '../pages.ts';
import { payableCount } from '../payable-count.ts';
import { requestOptions, stripePromises } from '../promises.ts';
import { metadataOf, metadataReference } from '../reference.ts';
import type { StripeClient, StripeRequestOptions } from '../stripe-client.ts';
import { stripeUnavailable } from '../stripe-unavailable.ts';
import { countOf } from '../whole-number.ts';
import { carryOnIntent, carryOutIntent } from './carry-out.ts';
import type { IntentOptions, IntentRail } from './rail.ts';
import type { Intent } from './intent.ts';

/** What a connected account is to send on to its bank. */
export interface BankPayoutRequest {
  readonly program: string;
  /** Names this payout for ever: the payout of the ledger that it belongs to, for example. */
  readonly key: string;
  readonly participant: string;
  /** The connected account. */
  readonly account: string;
  readonly currency: string;
  /** Minor units of the ledger; in HUF and TWD, whole hundreds. */
  readonly amount: bigint;
}

/** How payouts to banks are made. */
export interface StripeBankPayoutsOptions extends IntentOptions {
  /** @defaultValue `30000` */
  readonly timeoutMs?: number;
}

/** The second leg: from a connected account's balance to its bank. */
export interface StripeBankPayouts {
  /**
   * Carries the payout on by one step; call it until it is done, and again when an event says that it failed. It never
   * touches the ledger: the participant was paid when the transfer reached their account, and what fails here is still
   * theirs, in it.
   *
   * @throws {@link PayoutError} with code `IDEMPOTENCY_CONFLICT` or `PROVIDER_UNAVAILABLE`
   */
  payOut(request: BankPayoutRequest): Promise<Intent>;
  /**
   * Carries a payout on that was asked for before, by the id of its intent, which the metadata of Stripe's payout carries;
   * nothing where there is none.
   */
  carryOn(intent: Pick<Intent, 'program' | 'id'>): Promise<Intent | undefined>;
}

/** Payouts on connected accounts, for platforms that have set these to manual payouts. */
export function stripeBankPayouts(
  stripe: StripeClient,
  options: StripeBankPayoutsOptions,
): StripeBankPayouts {
  const rail = bankPayoutRail(limitedClient(stripe), requestOptions(options.timeoutMs));
  return {
    payOut: async ({ program, key, participant, account, currency, amount }) => {
      const id = derivedId('stripe_bank_payout', key);
      return carryOutIntent(rail, options, { program, id, participant, target: account, currency, amount });
    },
    carryOn: (intent) => carryOnIntent(rail, options, intent),
  };
}

function bankPayoutRail(stripe: StripeClient, plain: StripeRequestOptions): IntentRail {
  const credentials = new Credentials(stripe, plain);
  const counted = new CountedRequests(stripe);
  return {
    id: 'stripe_bank_payouts',
    mayFailLater: true,
    capabilities: { ...stripePromises(plain.timeout), currencies: {} },
    account: () => credentials.ask(),
    send: async (request, signal) => send(request, signal),
    find: async ({ program, payout, account, target }) => {
      const found: PaymentObject[] = [];
      const onAccount = { ...plain, stripeAccount: target };
      try {
        for await (const page of pagesOf((more) => stripe.payouts.list(more, onAccount))) {
          for (const row of page) {
            const reference = metadataReference(row);
            if (reference?.program !== program || reference.payout !== payout) continue;
            const object = readBankPayout(row, account, target);
            if (object === undefined)
              throw new PayoutError('PROVIDER_UNAVAILABLE', {
                reason: 'a payout of the account cannot be read',
              });
            found.push(object);
          }
        }
      } catch (error) {
        throw stripeUnavailable(error);
      }
      return found;
    },
  };

  async function send(request: PaymentRequest, signal: StopSignal): Promise<SendOutcome> {
    const { currency, amount, participant, destination = '', key: idempotencyKey } = request;
    const payable = payableCount(amount, stripeCurrency(currency));
    if ('refusal' in payable) return payable.refusal;
    const params = {
      amount: payable.count,
      currency: currency.toLowerCase(),
      metadata: metadataOf(request, participant),
    };
    return answered(
      counted,
      idempotencyKey,
      signal,
      () => stripe.payouts.create(params, { ...plain, idempotencyKey, stripeAccount: destination }),
      (answer) => {
        const object = readBankPayout(jsonObject(answer), request.account, destination);
        const isAsked = object?.amount === amount && object.currency === currency;
        return object !== undefined && isAsked
          ? { kind: 'object', object }
          : { kind: 'unknown', code: 'not_a_payout' };
      },
    );
  }
}

const STATUSES: Readonly<Record<string, PaymentObject['status']>> = {
  pending: 'pending',
  in_transit: 'pending',
  paid: 'moved',
  failed: 'failed',
  canceled: 'failed',
};

/** A payout to a bank. One that is `paid` is expected to arrive; within days it may still fail. */
function readBankPayout(
  payout: JsonObject | undefined,
  account: string,
  target: string,
): PaymentObject | undefined {
  if (payout?.['object'] !== 'payout') return undefined;
  const { id, livemode, status: shown, failure_code: code } = payout;
  const [counted, amount] = [shownCurrency(payout['currency']), countOf(payout['amount'])];
  const status = typeof shown === 'string' && Object.hasOwn(STATUSES, shown) ? STATUSES[shown] : undefined;
  if (typeof id !== 'string' || id === '' || typeof livemode !== 'boolean') return undefined;
  if (counted === undefined || amount === undefined || status === undefined) return undefined;
  const reference = metadataReference(payout);
  return {
    id,
    ...(reference !== undefined && { reference }),
    account,
    environment: livemode ? 'live' : 'test',
    destination: target,
    currency: counted.currency.code,
    amount: fromProviderAmount(amount, counted).minor,
    status,
    ...(typeof code === 'string' && { code }),
    returned: 0n,
  };
}
