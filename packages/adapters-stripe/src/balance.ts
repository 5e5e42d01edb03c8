import { fromProviderAmount, type PayableCurrency, PayoutError } from '@payout-engines/core';
import { jsonObject } from './events/json-object.ts';
import type { StripeClient, StripeRequestOptions } from './stripe-client.ts';
import { stripeUnavailable } from './stripe-unavailable.ts';
import { countOf } from './whole-number.ts';

/** What a platform has in one currency, in minor units of the ledger. It may be below zero. */
export interface AvailableBalance {
  readonly currency: string;
  /** What transfers can be made from. */
  readonly available: bigint;
  /** What is on its way into it. */
  readonly pending: bigint;
}

/**
 * What the platform can pay from now, in the currencies that it pays in. A hint for the dashboard and for a run's plan:
 * only a send finds out.
 *
 * @throws {@link PayoutError} with code `PROVIDER_UNAVAILABLE`
 */
export async function availableBalances(
  stripe: Pick<StripeClient, 'balance'>,
  currencies: Readonly<Record<string, PayableCurrency>>,
  options: StripeRequestOptions,
): Promise<readonly AvailableBalance[]> {
  let answer: unknown;
  try {
    answer = await stripe.balance.retrieve({}, options);
  } catch (error) {
    throw stripeUnavailable(error);
  }
  const balance = jsonObject(answer);
  if (balance?.['object'] !== 'balance')
    throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'what it answered is not a balance' });
  return Object.entries(currencies).map(([code, counted]) => ({
    currency: code,
    available: amountIn(balance['available'], counted),
    pending: amountIn(balance['pending'], counted),
  }));
}

/** The sum of a currency's entries; a currency without one has nothing. */
function amountIn(shown: unknown, counted: PayableCurrency): bigint {
  const entries: readonly unknown[] = Array.isArray(shown) ? shown : [];
  let count = 0n;
  for (const entry of entries) {
    const { currency, amount } = jsonObject(entry) ?? {};
    if (currency === counted.currency.code.toLowerCase()) count += countOf(amount) ?? 0n;
  }
  // Fees leave a balance off the steps that transfers have.
  return fromProviderAmount(count - (count % unitOf(counted)), counted).minor;
}

/** The least count that is a whole minor unit of the ledger. */
function unitOf({ exponent, currency }: PayableCurrency): bigint {
  return exponent > currency.exponent ? 10n ** BigInt(exponent - currency.exponent) : 1n;
}
