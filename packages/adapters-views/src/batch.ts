import { PayoutError, type ViewQuery } from '@payout-engines/core';

/** Throws `INVALID_INPUT` when there are more queries than a source takes at once. */
export function assertBatch(queries: readonly ViewQuery[], batchSize: number): void {
  if (queries.length <= batchSize) return;
  throw new PayoutError('INVALID_INPUT', {
    issues: [{ path: 'queries', reason: `they are more than ${batchSize}, the batch size of the source` }],
  });
}
