import type { PayoutFilter, Payouts } from '@payout-engines/core';
import type { CsvCell } from '@payout-engines/example-kit';
import { PROGRAM } from '../program.ts';

export const PAYOUT_HEADER = [
  'reference',
  'member',
  'opened',
  'for',
  'state',
  'currency',
  'amount in paise',
  'paid',
  'came back',
  'reason',
];

/** Payouts as rows of a download, page by page. */
export async function* payoutRows(engine: Payouts, filter: PayoutFilter): AsyncGenerator<readonly CsvCell[]> {
  let cursor: string | undefined;
  do {
    const page = await engine.list({
      program: PROGRAM,
      ...filter,
      limit: 500,
      ...(cursor !== undefined && { cursor }),
    });
    for (const {
      id,
      participant,
      openedAt,
      requestedBy,
      state,
      currency,
      amount,
      paid,
      returned,
      reason,
    } of page.payouts)
      yield [id, participant, openedAt, requestedBy, state, currency, amount, paid, returned, reason];
    cursor = page.cursor;
  } while (cursor !== undefined);
}
