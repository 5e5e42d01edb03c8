import type { ViewFailure } from '@payout-engines/core';
import { property } from '../json-object.ts';

/**
 * What an error of the Apify client means, by its status and its type. Nothing else of it is looked at: it carries the
 * request, and the request carries the token.
 */
export function apifyFailure(error: unknown): ViewFailure {
  const status = errorProperty(error, 'statusCode');
  const type = errorProperty(error, 'type');
  if (errorProperty(error, 'code') === 'ECONNABORTED') return 'timeout';
  if (typeof status !== 'number') return 'unavailable';
  if (status === 402 || (typeof type === 'string' && QUOTA.has(type))) return 'quota_exceeded';
  if (status === 429) return 'rate_limited';
  // An actor that is not rented any more answers 403 as well: the account may not do this.
  if (status === 401 || status === 403) return 'unauthorized';
  return status >= 500 ? 'unavailable' : 'refused';
}

/** Not enough money, memory or runs left in the plan of the account. */
const QUOTA = new Set([
  'not-enough-usage-to-run-paid-actor',
  'monthly-usage-hard-limit-exceeded',
  'actor-memory-limit-exceeded',
  'concurrent-runs-limit-exceeded',
]);

/** The property of an error object, which is no plain JSON object. */
function errorProperty(error: unknown, name: string): unknown {
  return error instanceof Error ? Object.getOwnPropertyDescriptor(error, name)?.value : property(error, name);
}
