import { PayoutError } from '@payout-engines/core';
import { readFailure } from './failure.ts';

/**
 * The error to throw where Stripe could not be asked. It repeats codes only: Stripe's sentences quote keys and ids, and
 * the client's errors carry what was sent.
 */
export function stripeUnavailable(error: unknown): PayoutError {
  if (PayoutError.is(error)) return error;
  const { status, code } = readFailure(error, 1);
  const said = code ?? (status === undefined ? 'no answer' : `status ${status}`);
  const reason =
    status === 401 || status === 403
      ? `the API key was not accepted for this (${said})`
      : `it failed (${said})`;
  return new PayoutError('PROVIDER_UNAVAILABLE', { reason });
}
