import { PayoutError } from '../errors.ts';
import { assertSameCurrency, money, type Money } from './money.ts';
import type { Currency } from './currency.ts';
import { divide } from './rounding.ts';
import { inRange } from './range.ts';

/**
 * How one provider counts one currency: its exponent, which may differ from ISO 4217, and its step, the smallest
 * amount it can move in its own units (some take ISK or UGX with exponent 2 and step 100).
 */
export interface ProviderCurrency<Code extends string = string> {
  readonly currency: Currency<Code>;
  readonly exponent: number;
  readonly step: bigint;
}

/**
 * The provider's count of an amount, exact or refused: nothing is rounded on the way to a provider.
 *
 * @throws {@link PayoutError} with code `INEXACT_CONVERSION`, `CURRENCY_MISMATCH` or `AMOUNT_OUT_OF_RANGE`
 *
 * @example
 * ```ts
 * import { currency, parseMoney, toProviderAmount } from '@payout-engines/core/money';
 *
 * const ugx = currency('UGX');
 * toProviderAmount(parseMoney('5000', ugx), { currency: ugx, exponent: 2, step: 100n }); // => 500000n
 * ```
 */
export function toProviderAmount<Code extends string>(
  amount: Money<Code>,
  provider: ProviderCurrency<NoInfer<Code>>,
): bigint {
  assertProviderCurrency(amount.currency, provider);
  const { numerator, denominator } = unitRatio(provider);
  const scaled = amount.minor * numerator;
  if (scaled % (denominator * provider.step) !== 0n) {
    throw new PayoutError('INEXACT_CONVERSION', {
      currency: amount.currency.code,
      exponent: provider.exponent,
      step: provider.step,
    });
  }
  return inRange(divide(scaled, denominator, 'down'));
}

/** The amount that a provider's count stands for. Throws as {@link toProviderAmount} does. */
export function fromProviderAmount<Code extends string>(
  count: bigint,
  provider: ProviderCurrency<Code>,
): Money<Code> {
  assertProviderCurrency(provider.currency, provider);
  const { numerator, denominator } = unitRatio(provider);
  const scaled = inRange(count) * denominator;
  if (scaled % numerator !== 0n) {
    throw new PayoutError('INEXACT_CONVERSION', {
      currency: provider.currency.code,
      exponent: provider.exponent,
      step: provider.step,
    });
  }
  return money(provider.currency, divide(scaled, numerator, 'down'));
}

/**
 * The largest part of an amount that the provider can move, and what stays on the balance. Rounds towards zero.
 *
 * @example
 * ```ts
 * import { currency, payablePart, parseMoney } from '@payout-engines/core/money';
 *
 * const huf = currency('HUF');
 * const { payable, rest } = payablePart(parseMoney('1234.56', huf), { currency: huf, exponent: 2, step: 100n });
 * [payable.minor, rest.minor]; // => [123400n, 56n]
 * ```
 */
export function payablePart<Code extends string>(
  amount: Money<Code>,
  provider: ProviderCurrency<NoInfer<Code>>,
): { readonly payable: Money<Code>; readonly rest: Money<Code> } {
  assertProviderCurrency(amount.currency, provider);
  const { numerator, denominator } = unitRatio(provider);
  const unit = smallestExactUnit(denominator * provider.step, numerator);
  const rest = amount.minor % unit;
  return { payable: money(amount.currency, amount.minor - rest), rest: money(amount.currency, rest) };
}

/** The smallest count of our minor units that is a whole number of provider steps: step·denominator / gcd. */
function smallestExactUnit(stepScaled: bigint, numerator: bigint): bigint {
  let [left, right] = [stepScaled, numerator];
  while (right !== 0n) [left, right] = [right, left % right];
  return divide(stepScaled, left, 'down');
}

/** Provider units per ledger minor unit, as a fraction of powers of ten. */
function unitRatio(provider: ProviderCurrency): { readonly numerator: bigint; readonly denominator: bigint } {
  const places = provider.exponent - provider.currency.exponent;
  return places >= 0
    ? { numerator: 10n ** BigInt(places), denominator: 1n }
    : { numerator: 1n, denominator: 10n ** BigInt(-places) };
}

function assertProviderCurrency(currency: Currency, provider: ProviderCurrency): void {
  assertSameCurrency(currency, provider.currency);
  if (typeof provider.step !== 'bigint' || provider.step <= 0n) {
    throw new PayoutError('INVALID_CURRENCY', { reason: 'a provider step is a bigint above zero' });
  }
  if (!Number.isInteger(provider.exponent) || provider.exponent < 0 || provider.exponent > 18) {
    throw new PayoutError('INVALID_CURRENCY', { reason: 'an exponent is a whole number from 0 to 18' });
  }
}
