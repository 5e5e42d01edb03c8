import { PayoutError } from '../errors.ts';
import { inRange } from './range.ts';

const CANONICAL_INTEGER = /^(?:0|-?[1-9][0-9]{0,18})$/;

/**
 * Reads an amount of minor units as it stands on the wire and in JSON: a decimal integer string, one spelling per
 * amount. `BigInt('')` is `0n` and `BigInt('0x10')` is `16n`, so nothing else reads amounts.
 *
 * @throws {@link PayoutError} with code `INVALID_AMOUNT` or `AMOUNT_OUT_OF_RANGE`
 *
 * @example
 * ```ts
 * import { parseMinor } from '@payout-engines/core/money';
 *
 * parseMinor('45920000000'); // => 45920000000n
 * ```
 */
export function parseMinor(text: string): bigint {
  if (typeof text !== 'string') {
    throw new PayoutError('INVALID_AMOUNT', { reason: 'it must be a decimal integer string' });
  }
  if (text.length > 20 || !CANONICAL_INTEGER.test(text)) {
    throw new PayoutError('INVALID_AMOUNT', {
      reason:
        'it must be a decimal integer of minor units, without leading zeros, spaces, exponent or other signs',
    });
  }
  return inRange(BigInt(text));
}

/** Writes an amount of minor units as a decimal integer string; {@link parseMinor} reads it back. */
export function formatMinor(minor: bigint): string {
  return inRange(minor).toString();
}
