import { PayoutError } from '../errors.ts';
import type { Currency } from './currency.ts';
import { formatScaled } from './decimal.ts';
import { inRange } from './range.ts';

/** An amount: minor units of one currency. The code is part of the type, so that two currencies do not add. */
export interface Money<Code extends string = string> {
  readonly currency: Currency<Code>;
  readonly minor: bigint;
}

/** An amount of minor units, checked to fit 64 bits. */
export function money<Code extends string>(currency: Currency<Code>, minor: bigint): Money<Code> {
  return { currency, minor: inRange(minor) };
}

/**
 * The sum of two amounts of one currency.
 *
 * @throws {@link PayoutError} with code `CURRENCY_MISMATCH` or `AMOUNT_OUT_OF_RANGE`
 *
 * @example
 * ```ts
 * import { add, currency, formatMoney, parseMoney } from '@payout-engines/core/money';
 *
 * const usd = currency('USD');
 * formatMoney(add(parseMoney('0.10', usd), parseMoney('0.20', usd))); // => '0.30'
 * ```
 */
export function add<Code extends string>(left: Money<Code>, right: Money<NoInfer<Code>>): Money<Code> {
  assertSameCurrency(left.currency, right.currency);
  return money(left.currency, left.minor + right.minor);
}

/** The difference of two amounts of one currency. Throws as {@link add} does. */
export function subtract<Code extends string>(left: Money<Code>, right: Money<NoInfer<Code>>): Money<Code> {
  assertSameCurrency(left.currency, right.currency);
  return money(left.currency, left.minor - right.minor);
}

/** The sum of any number of amounts of one currency; the sum of none is zero. Throws as {@link add} does. */
export function sum<Code extends string>(
  currency: Currency<Code>,
  amounts: Iterable<Money<NoInfer<Code>>>,
): Money<Code> {
  let minor = 0n;
  for (const amount of amounts) {
    assertSameCurrency(currency, amount.currency);
    minor += amount.minor;
  }
  return money(currency, minor);
}

/** Negative, zero or positive as the left amount is below, equal to or above the right one. */
export function compare<Code extends string>(left: Money<Code>, right: Money<NoInfer<Code>>): number {
  assertSameCurrency(left.currency, right.currency);
  return left.minor < right.minor ? -1 : left.minor > right.minor ? 1 : 0;
}

/** Throws `CURRENCY_MISMATCH` unless both are the same currency with the same exponent. */
export function assertSameCurrency(left: Currency, right: Currency): void {
  if (left.code !== right.code || left.exponent !== right.exponent) {
    throw new PayoutError('CURRENCY_MISMATCH', { left: left.code, right: right.code });
  }
}

const PLAIN_AMOUNT = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/**
 * Reads an amount as people write it: a plain decimal with at most the currency's places.
 *
 * @throws {@link PayoutError} with code `INVALID_AMOUNT` or `AMOUNT_OUT_OF_RANGE`
 *
 * @example
 * ```ts
 * import { currency, parseMoney } from '@payout-engines/core/money';
 *
 * parseMoney('45.92', currency('SOL')).minor; // => 45920000000n
 * ```
 */
export function parseMoney<Code extends string>(text: string, currency: Currency<Code>): Money<Code> {
  const parts = typeof text === 'string' && text.length <= 40 ? PLAIN_AMOUNT.exec(text) : null;
  if (parts === null) {
    throw new PayoutError('INVALID_AMOUNT', {
      reason: 'it must be digits with an optional minus and point, without exponent, spaces or leading zeros',
    });
  }
  const [, sign = '', whole = '', fraction = ''] = parts;
  if (fraction.length > currency.exponent) {
    throw new PayoutError('INVALID_AMOUNT', {
      reason: `${currency.code} has ${currency.exponent} decimal places, the amount has ${fraction.length}`,
    });
  }
  const minor = BigInt(whole + fraction.padEnd(currency.exponent, '0'));
  return money(currency, sign === '-' ? -minor : minor);
}

/** Writes an amount with all places of its currency; {@link parseMoney} reads it back. */
export function formatMoney(amount: Money): string {
  return formatScaled(inRange(amount.minor), amount.currency.exponent);
}
