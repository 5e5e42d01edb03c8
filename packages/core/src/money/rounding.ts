import { PayoutError } from '../errors.ts';

/**
 * How a quotient that is not whole becomes whole.
 *
 * | mode        | 2.5 | -2.5 | 2.4 | -2.6 | meaning                          |
 * | ----------- | --- | ---- | --- | ---- | -------------------------------- |
 * | `floor`     | 2   | -3   | 2   | -3   | towards negative infinity        |
 * | `ceiling`   | 3   | -2   | 3   | -2   | towards positive infinity        |
 * | `down`      | 2   | -2   | 2   | -2   | towards zero                     |
 * | `up`        | 3   | -3   | 3   | -3   | away from zero                   |
 * | `half-up`   | 3   | -3   | 2   | -3   | to the nearest, ties from zero   |
 * | `half-down` | 2   | -2   | 2   | -3   | to the nearest, ties to zero     |
 * | `half-even` | 2   | -2   | 2   | -3   | to the nearest, ties to even     |
 */
export type RoundingMode = 'floor' | 'ceiling' | 'down' | 'up' | 'half-up' | 'half-down' | 'half-even';

/** All rounding modes, in the order of their documentation. */
export const ROUNDING_MODES = [
  'floor',
  'ceiling',
  'down',
  'up',
  'half-up',
  'half-down',
  'half-even',
] as const satisfies readonly RoundingMode[];

/**
 * The quotient of two integers, rounded by the named mode. There is no division without a mode.
 *
 * @throws {@link PayoutError} with code `INVALID_AMOUNT` when the divisor is zero or the mode is not known
 *
 * @example
 * ```ts
 * import { divide } from '@payout-engines/core/money';
 *
 * divide(-7n, 2n, 'floor'); // => -4n
 * ```
 */
export function divide(dividend: bigint, divisor: bigint, mode: RoundingMode): bigint {
  if (divisor === 0n) throw new PayoutError('INVALID_AMOUNT', { reason: 'it cannot be divided by zero' });
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  if (remainder === 0n) return quotient;
  const negative = remainder < 0n !== divisor < 0n;
  const away = negative ? quotient - 1n : quotient + 1n;
  switch (mode) {
    case 'down':
      return quotient;
    case 'up':
      return away;
    case 'floor':
      return negative ? away : quotient;
    case 'ceiling':
      return negative ? quotient : away;
    case 'half-up':
      return compareToHalf(remainder, divisor) >= 0n ? away : quotient;
    case 'half-down':
      return compareToHalf(remainder, divisor) > 0n ? away : quotient;
    case 'half-even': {
      const half = compareToHalf(remainder, divisor);
      return half > 0n || (half === 0n && quotient % 2n !== 0n) ? away : quotient;
    }
    default:
      throw new PayoutError('INVALID_AMOUNT', { reason: 'it cannot be rounded by a mode that is not known' });
  }
}

/** Positive when the remainder is more than half of the divisor, zero when it is exactly half. */
function compareToHalf(remainder: bigint, divisor: bigint): bigint {
  return absolute(remainder) * 2n - absolute(divisor);
}

/** The amount without its sign. */
export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
