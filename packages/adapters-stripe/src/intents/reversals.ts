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
import { metadataOf, metadataReference } from '../reference.ts';
import type { StripeClient, StripeRequestOptions } from '../stripe-client.ts';
import { stripeUnavailable } from '../stripe-unavailable.ts';
import { countOf } from '../whole-number.ts';
import { carryOnIntent, carryOutIntent } from './carry-out.ts';
import type { IntentOptions, IntentRail } from './rail.ts';
import type { Intent } from './intent.ts';
import { requestOptions, stripePromises } from '../promises.ts';

/** What is to be taken back from a connected account. */
export interface ReversalRequest {
  readonly program: string;
  /** Names this reversal for ever: asked for again, it is the same one. */
  readonly key: string;
  readonly participant: string;
  /** The transfer that is taken back in part or whole: the object of the payout's movement. */
  readonly transfer: string;
  readonly currency: string;
  /** Minor units of the ledger. */
  readonly amount: bigint;
}

/** How reversals are made. */
export interface StripeReversalsOptions extends IntentOptions {
  /** @defaultValue `30000` */
  readonly timeoutMs?: number;
}

/** Takes transfers back, in part or whole. */
export interface StripeReversals {
  /**
   * Carries a reversal on by one step; call it until it is done. It posts nothing: what has come back to the platform's
   * balance is booked by the payout engine when the transfer is read again, by `receive` or `reconcile`.
   *
   * @throws {@link PayoutError} with code `IDEMPOTENCY_CONFLICT` or `PROVIDER_UNAVAILABLE`
   */
  takeBack(request: ReversalRequest): Promise<Intent>;
  /** Carries a reversal on that was asked for before, by the id of its intent; nothing where there is none. */
  carryOn(intent: Pick<Intent, 'program' | 'id'>): Promise<Intent | undefined>;
}

/**
 * The money side of a clawback: reversals of transfers, under the same protocol as payouts. A reversal needs the connected
 * account's available balance; without it, it is refused and tried again later under a new attempt.
 */
export function stripeReversals(stripe: StripeClient, options: StripeReversalsOptions): StripeReversals {
  const rail = reversalRail(limitedClient(stripe), requestOptions(options.timeoutMs));
  return {
    takeBack: async ({ program, key, participant, transfer, currency, amount }) => {
      const id = derivedId('stripe_reversal', key);
      return carryOutIntent(rail, options, { program, id, participant, target: transfer, currency, amount });
    },
    carryOn: (intent) => carryOnIntent(rail, options, intent),
  };
}

function reversalRail(stripe: StripeClient, plain: StripeRequestOptions): IntentRail {
  const credentials = new Credentials(stripe, plain);
  const counted = new CountedRequests(stripe);
  return {
    id: 'stripe_reversals',
    mayFailLater: false,
    capabilities: { ...stripePromises(plain.timeout), currencies: {} },
    account: () => credentials.ask(),
    send: async (request, signal) => send(request, signal),
    find: async ({ program, payout, target }) => {
      const own = await credentials.known();
      const found: PaymentObject[] = [];
      try {
        for await (const page of pagesOf((more) => stripe.transfers.listReversals(target, more, plain))) {
          for (const row of page) {
            const reference = metadataReference(row);
            if (reference?.program !== program || reference.payout !== payout) continue;
            const object = readReversal(row, own, target);
            if (object === undefined)
              throw new PayoutError('PROVIDER_UNAVAILABLE', {
                reason: 'a reversal of the transfer cannot be read',
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
    const own = await credentials.known();
    const [transfer, payable] = [request.destination ?? '', stripeCurrency(request.currency)];
    // A part of a transfer need not be on the step that payouts to banks have.
    const payableNow = payableCount(request.amount, {
      ...payable,
      step: payable.exponent === 3 ? payable.step : 1n,
    });
    if ('refusal' in payableNow) return payableNow.refusal;
    const params = { amount: payableNow.count, metadata: metadataOf(request, request.participant) };
    const { key: idempotencyKey } = request;
    return answered(
      counted,
      idempotencyKey,
      signal,
      () => stripe.transfers.createReversal(transfer, params, { ...plain, idempotencyKey }),
      (answer) => {
        const object = readReversal(jsonObject(answer), own, transfer);
        const isAsked = object?.amount === request.amount && object.currency === request.currency;
        return object !== undefined && isAsked
          ? { kind: 'object', object }
          : { kind: 'unknown', code: 'not_a_reversal' };
      },
    );
  }
}

/** A reversal as a movement back from the connected account: it exists, so it has moved. */
function readReversal(
  reversal: JsonObject | undefined,
  { id: account, environment }: { readonly id: string; readonly environment: PaymentObject['environment'] },
  transfer: string,
): PaymentObject | undefined {
  if (reversal?.['object'] !== 'transfer_reversal' || reversal['transfer'] !== transfer) return undefined;
  const { id } = reversal;
  const [counted, amount] = [shownCurrency(reversal['currency']), countOf(reversal['amount'])];
  if (typeof id !== 'string' || id === '' || counted === undefined || amount === undefined) return undefined;
  const reference = metadataReference(reversal);
  return {
    id,
    ...(reference !== undefined && { reference }),
    account,
    environment,
    destination: transfer,
    currency: counted.currency.code,
    amount: fromProviderAmount(amount, counted).minor,
    status: 'moved',
    returned: 0n,
  };
}
