import { PayoutError } from '../errors.ts';
import { inRange } from '../money/range.ts';

/**
 * Throws unless the total is a bigint in the range of amounts.
 *
 * @throws {@link PayoutError} with code `INVALID_AMOUNT` or `AMOUNT_OUT_OF_RANGE`
 */
export function checkTotal(total: unknown): void {
  if (typeof total !== 'bigint') throw new PayoutError('INVALID_AMOUNT', { reason: 'it is not a bigint' });
  inRange(total);
}
