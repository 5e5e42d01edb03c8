import { PayoutError } from '../errors.ts';
import type { Period } from './period.ts';

/** Throws `INVALID_INSTANT` unless the period has real instants and ends after it starts. */
export function assertPeriod(period: Period): void {
  const start = period.start.getTime();
  const end = period.end.getTime();
  if (Number.isNaN(start) || Number.isNaN(end)) {
    throw new PayoutError('INVALID_INSTANT', { reason: 'a bound of the period is no date' });
  }
  if (end <= start)
    throw new PayoutError('INVALID_INSTANT', { reason: 'the period must end after it starts' });
}

/** Whether two half-open periods share an instant. */
export function overlaps(left: Period, right: Period): boolean {
  return left.start.getTime() < right.end.getTime() && right.start.getTime() < left.end.getTime();
}
