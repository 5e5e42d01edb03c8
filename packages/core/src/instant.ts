import { isDate } from 'date-fns';
import { PayoutError } from './errors.ts';

/** Years of four digits, as in periods: what every store and every text form of an instant can hold. */
const INSTANT_MIN = Date.UTC(1000, 0, 1);
const INSTANT_MAX = Date.UTC(10_000, 0, 1) - 1;

/**
 * Throws unless the value is a Date whose year is from 1000 to 9999.
 *
 * @throws {@link PayoutError} with code `INVALID_INSTANT`
 */
export function assertInstant(value: unknown, field: string): asserts value is Date {
  if (!isDate(value)) throw new PayoutError('INVALID_INSTANT', { reason: `${field} is not a Date` });
  const time = value.getTime();
  // Written so that the NaN of an invalid Date is refused too.
  if (!(time >= INSTANT_MIN && time <= INSTANT_MAX)) {
    throw new PayoutError('INVALID_INSTANT', { reason: `the year of ${field} is not from 1000 to 9999` });
  }
}

/** The epoch milliseconds of an instant that was given. Throws as {@link assertInstant} does. */
export function millisecondsOf(instant: Date, field = 'the instant'): number {
  assertInstant(instant, field);
  return instant.getTime();
}
