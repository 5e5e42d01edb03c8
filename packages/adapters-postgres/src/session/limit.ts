import { PayoutError } from '@payout-engines/core';

/** Throws `INVALID_INPUT` unless so many rows can be asked for. */
export function assertLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 0) return;
  const reason = 'it must be a whole number, 0 or more';
  throw new PayoutError('INVALID_INPUT', { issues: [{ path: 'limit', reason }] });
}
