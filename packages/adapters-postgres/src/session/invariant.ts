import { PayoutError } from '@payout-engines/core';

/** Throws `INVARIANT_BROKEN` unless the condition holds: for what this library has written itself, not for input. */
export function assertInvariant(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new PayoutError('INVARIANT_BROKEN', { invariant });
}
