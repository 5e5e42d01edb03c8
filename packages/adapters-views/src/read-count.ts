import type { ViewCount } from '@payout-engines/core';
import { failed } from './failed.ts';

const DIGITS = /^(?:0|[1-9]\d{0,17})$/;

/**
 * A count as services give them: decimal digits in text, or a whole JSON number. Absent, null, empty and -1 say that
 * there is none to see; anything else (`1.2K`, a fraction, more than a JSON number can say exactly) is no count.
 */
export function readCount(value: unknown): ViewCount {
  if (value === undefined || value === null || value === '' || value === -1 || value === '-1') {
    return { kind: 'unknown', reason: 'hidden' };
  }
  if (typeof value === 'string' && DIGITS.test(value)) return { kind: 'counted', views: BigInt(value) };
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) {
    return { kind: 'counted', views: BigInt(value) };
  }
  return failed('unreadable');
}
