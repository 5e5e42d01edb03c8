import { currency, isKnownCurrency, type PayableCurrency, PayoutError } from '@payout-engines/core';

/** Whole units only, whatever ISO 4217 says of them. */
const ZERO_DECIMAL = codes('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF');
/** Three decimal places, of which the last is always 0. */
const THREE_DECIMAL = codes('BHD JOD KWD OMR TND');
/** Sent with two decimal places that are always 00. Taking UGX for a zero-decimal currency pays a hundredth. */
const WHOLE_HUNDREDS = codes('ISK UGX');
/** A bank is paid whole units only, so that a transfer of less would stay in the connected account for ever. */
const PAID_OUT_BY_HUNDREDS = codes('HUF TWD');
const TWO_DECIMAL = codes(
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE ' +
    'CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG IDR ILS INR JMD KES KGS KHR KYD KZT ' +
    'LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP ' +
    'PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TZS UAH USD UYU UZS WST ' +
    'XCD YER ZAR ZMW',
);

/** How a program pays in one currency. */
export interface StripeCurrencyOptions {
  /** The least that is paid, in minor units of the ledger. Stripe documents no minimum for transfers. */
  readonly minimum?: bigint;
}

/**
 * How Stripe counts a currency: amounts are converted exactly or refused.
 *
 * @throws {@link PayoutError} with code `UNKNOWN_CURRENCY` for one that Stripe does not pay in
 *
 * @example
 * ```ts
 * import { money, toProviderAmount } from '@payout-engines/core';
 * import { stripeCurrency } from '@payout-engines/adapters-stripe';
 *
 * const ugx = stripeCurrency('UGX');
 * toProviderAmount(money(ugx.currency, 5_000n), ugx); // => 500000n
 * ```
 */
export function stripeCurrency(code: string, { minimum }: StripeCurrencyOptions = {}): PayableCurrency {
  const counted = countedAs(code);
  if (counted === undefined || !isKnownCurrency(code)) throw new PayoutError('UNKNOWN_CURRENCY', {});
  return { currency: currency(code), ...counted, ...(minimum !== undefined && { minimum }) };
}

function countedAs(code: string): { readonly exponent: number; readonly step: bigint } | undefined {
  if (TWO_DECIMAL.has(code)) return { exponent: 2, step: 1n };
  if (ZERO_DECIMAL.has(code)) return { exponent: 0, step: 1n };
  if (THREE_DECIMAL.has(code)) return { exponent: 3, step: 10n };
  if (WHOLE_HUNDREDS.has(code) || PAID_OUT_BY_HUNDREDS.has(code)) return { exponent: 2, step: 100n };
  return undefined;
}

/** The currency that Stripe writes in lower case; nothing where it is none that is paid in. */
export function shownCurrency(shown: unknown): PayableCurrency | undefined {
  if (typeof shown !== 'string' || !/^[a-z]{3}$/.test(shown)) return undefined;
  const code = shown.toUpperCase();
  return countedAs(code) === undefined || !isKnownCurrency(code) ? undefined : stripeCurrency(code);
}

function codes(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
