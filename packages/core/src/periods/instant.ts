import { isDate } from 'date-fns';
import { PayoutError } from '../errors.ts';

// Years of four digits: dates sort as text, and nobody means anything outside them.
const EARLIEST = Date.UTC(1000, 0, 1);
const LATEST = Date.UTC(10_000, 0, 1) - 1;

/**
 * The epoch milliseconds of an instant that was given.
 *
 * @throws {@link PayoutError} with code `INVALID_INSTANT`
 */
export function millisecondsOf(instant: Date): number {
  if (!isDate(instant)) throw new PayoutError('INVALID_INSTANT', { reason: 'it is not a Date' });
  const milliseconds = instant.getTime();
  if (Number.isNaN(milliseconds))
    throw new PayoutError('INVALID_INSTANT', { reason: 'it is an invalid Date' });
  if (milliseconds < EARLIEST || milliseconds > LATEST) {
    throw new PayoutError('INVALID_INSTANT', { reason: 'its year is not from 1000 to 9999' });
  }
  return milliseconds;
}
