import { PayoutError } from '../errors.ts';

/**
 * Throws unless the value is a whole number from the least one on that every store and JSON keep as it is.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`
 */
export function assertWholeNumber(value: unknown, least: number, path: string): asserts value is number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return;
  throw new PayoutError('INVALID_INPUT', {
    issues: [{ path, reason: `it must be a whole number, ${least} or more` }],
  });
}
