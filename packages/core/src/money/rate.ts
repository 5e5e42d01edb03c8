import { PayoutError } from '../errors.ts';
import { compareDecimals, type DecimalInput, type ExactDecimal, parseDecimal } from './decimal.ts';
import { divide, type RoundingMode } from './rounding.ts';
import { inRange } from './range.ts';

const ZERO: ExactDecimal = { coefficient: 0n, scale: 0 };
const ONE: ExactDecimal = { coefficient: 1n, scale: 0 };

/**
 * Reads a rate from 0 to 1, such as `"0.05"` for 5%.
 *
 * @throws {@link PayoutError} with code `INVALID_DECIMAL` or `RATE_OUT_OF_RANGE`
 */
export function parseRate(input: DecimalInput): ExactDecimal {
  const rate = parseDecimal(input);
  if (compareDecimals(rate, ZERO) < 0 || compareDecimals(rate, ONE) > 0) {
    throw new PayoutError('RATE_OUT_OF_RANGE', { minimum: '0', maximum: '1' });
  }
  return rate;
}

/**
 * A rate of an amount of minor units, exact before it is rounded by the named mode.
 *
 * @throws {@link PayoutError} with code `AMOUNT_OUT_OF_RANGE`
 *
 * @example
 * ```ts
 * import { applyRate, parseRate } from '@payout-engines/core/money';
 *
 * applyRate(6_560_000_000n, parseRate('0.05'), 'floor'); // => 328000000n
 * ```
 */
export function applyRate(minor: bigint, rate: ExactDecimal, mode: RoundingMode): bigint {
  return inRange(divide(minor * rate.coefficient, 10n ** BigInt(rate.scale), mode));
}
