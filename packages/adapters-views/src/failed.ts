import type { ViewCount, ViewFailure } from '@payout-engines/core';

/** A clip that could not be looked at. */
export type FailedCount = Extract<ViewCount, { kind: 'failed' }>;

/** Whether asking again, later and unchanged, can succeed. */
const RETRYABLE: Readonly<Record<ViewFailure, boolean>> = {
  quota_exceeded: true,
  rate_limited: true,
  unauthorized: false,
  refused: false,
  unsupported: false,
  timeout: true,
  aborted: true,
  unavailable: true,
  unreadable: true,
};

/** The answer for a clip that could not be looked at: codes only, because a service's words can hold its keys. */
export function failed(code: ViewFailure, retryAfterMs?: number): FailedCount {
  const failure = { kind: 'failed', code, retryable: RETRYABLE[code] } as const;
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs };
}
