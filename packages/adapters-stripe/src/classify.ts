import type { RefusalScope, SendOutcome } from '@payout-engines/core';
import type { StripeFailure } from './failure.ts';
import { STRIPE_REFUSALS } from './refusals.ts';

/**
 * What became of a send that ended in an error: a function of the error alone. Only what surely moved nothing is said to
 * have moved nothing.
 *
 * @example
 * ```ts
 * import { classifyStripeFailure } from '@payout-engines/adapters-stripe';
 *
 * const short = { requests: 1, status: 400, type: 'invalid_request_error', code: 'balance_insufficient' };
 * classifyStripeFailure({ ...short, shouldRetry: false });
 * // => { kind: 'refused', scope: 'run', code: 'balance_insufficient', stored: true }
 * classifyStripeFailure({ requests: 2, status: 429, code: 'rate_limit' });
 * // => { kind: 'unknown', code: 'error_after_resend' }
 * ```
 */
export function classifyStripeFailure(failure: StripeFailure): Exclude<SendOutcome, { kind: 'object' }> {
  const { requests, status, type, code } = failure;
  if (status === undefined) return { kind: 'unknown', code: code ?? 'no_answer' };
  // Of two requests, this answers the second: it says nothing of what the first has done.
  if (requests !== 1) return { kind: 'unknown', code: 'error_after_resend' };
  if (status >= 500) {
    return { kind: 'unknown', code: failure.replayed === true ? 'error_replayed' : `status_${status}` };
  }
  if (status === 409 && code === 'idempotency_key_in_use')
    return { kind: 'not_executed', code: 'key_in_use' };
  if (status === 429) return { kind: 'not_executed', code: code === 'lock_timeout' ? code : 'rate_limited' };
  // The key was used with other parameters: what was sent then may have paid, and a new key would pay again.
  if (type === 'idempotency_error') return { kind: 'unknown', code: 'key_reused' };
  const scope = scopeOf(failure);
  if (scope === undefined) return { kind: 'unknown', code: code ?? `status_${status}` };
  const stored = failure.shouldRetry === false || failure.replayed === true;
  return { kind: 'refused', scope, code: code ?? `status_${status}`, ...(stored && { stored }) };
}

function scopeOf({ status, type, code, param }: StripeFailure): RefusalScope | undefined {
  if (status === 401) return 'run';
  if (code !== undefined && Object.hasOwn(STRIPE_REFUSALS, code)) return STRIPE_REFUSALS[code];
  if (status === 403) return 'run';
  if (status !== 400 && status !== 404) return undefined;
  if (code === 'resource_missing') return param === 'destination' ? 'recipient' : undefined;
  if (type !== 'invalid_request_error' || code !== undefined) return undefined;
  // Stripe gives these no code.
  return param === 'currency' || param === 'amount' ? 'payout' : undefined;
}
