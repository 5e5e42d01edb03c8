import { PayoutError } from '../errors.ts';

/** The largest amount in minor units: 2^63 − 1, the largest signed 64-bit integer. */
export const MAX_MINOR = 9_223_372_036_854_775_807n;

/** The smallest amount in minor units: −2^63. */
export const MIN_MINOR = -9_223_372_036_854_775_808n;

/**
 * Returns the amount if it fits a signed 64-bit integer, so that no store can wrap or round it.
 *
 * @throws {@link PayoutError} with code `AMOUNT_OUT_OF_RANGE`, or `INVALID_AMOUNT` when it is no bigint
 *
 * @example
 * ```ts
 * import { inRange } from '@payout-engines/core/money';
 *
 * inRange(2n ** 62n + 2n ** 61n); // => 6917529027641081856n
 * ```
 */
export function inRange(minor: bigint): bigint {
  // NaN is neither above nor below any limit.
  if (typeof minor !== 'bigint') throw new PayoutError('INVALID_AMOUNT', { reason: 'it must be a bigint' });
  if (minor > MAX_MINOR) throw new PayoutError('AMOUNT_OUT_OF_RANGE', { reason: 'it is above 2^63 - 1' });
  if (minor < MIN_MINOR) throw new PayoutError('AMOUNT_OUT_OF_RANGE', { reason: 'it is below -2^63' });
  return minor;
}
