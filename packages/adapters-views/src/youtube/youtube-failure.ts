import type { ViewFailure } from '@payout-engines/core';
import { jsonObject, property } from '../json-object.ts';

/**
 * What an answer of the YouTube Data API that is not a success means, by its HTTP status and by the reasons in its
 * body, which are in `error.errors` of the older form and in `error.details` of the newer one.
 */
export function youtubeFailure(status: number, body: unknown): ViewFailure {
  const reasons = reasonsOf(body);
  if (reasons.some((reason) => QUOTA.has(reason))) return 'quota_exceeded';
  if (status === 429 || reasons.some((reason) => RATE.has(reason))) return 'rate_limited';
  if (status === 401 || status === 403 || reasons.some((reason) => KEY.has(reason))) return 'unauthorized';
  return status >= 500 ? 'unavailable' : 'refused';
}

const QUOTA = new Set(['quotaExceeded', 'dailyLimitExceeded', 'dailyLimitExceededUnreg']);
const RATE = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED']);
const KEY = new Set(['keyInvalid', 'keyExpired', 'API_KEY_INVALID', 'accessNotConfigured']);

function reasonsOf(body: unknown): readonly string[] {
  const error = jsonObject(property(body, 'error'));
  return [...listOf(property(error, 'errors')), ...listOf(property(error, 'details'))].flatMap((entry) => {
    const reason = property(entry, 'reason');
    return typeof reason === 'string' ? [reason] : [];
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
