import { PayoutError } from '@payout-engines/core';
import { expect } from 'vitest';

/** The PayoutError that the promise is refused with; fails when it is not, or with anything else. */
export async function refusal(attempt: Promise<unknown>): Promise<PayoutError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!PayoutError.is(error)) expect.fail(`expected a PayoutError, got ${String(error)}`);
  return error;
}
