import type { Payout, PayoutFilter, Payouts } from '@payout-engines/core';
import { Refused } from '@payout-engines/example-kit';
import * as z from 'zod';
import { PROGRAM } from '../program.ts';

const WHOLE = /^[1-9]\d{0,8}$/;

/** `page` and `limit` of a query. */
export const PAGING = z.object({
  page: z.string().regex(WHOLE, 'a whole number from 1 on').default('1').transform(Number),
  limit: z
    .string()
    .regex(WHOLE, 'a whole number from 1 to 100')
    .default('20')
    .transform(Number)
    .refine((limit) => limit <= 100, 'at most 100'),
});

/** So many payouts may come before a page: to reach it, they are all read. */
const BEFORE_MAX = 10_000;
const AT_ONCE = 1000;

/** A numbered page of payouts, newest first. */
export interface NumberedPage {
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly pages: number;
  readonly payouts: readonly Payout[];
}

/**
 * A page by its number. The library pages by cursors, which are exact while new payouts come in; a number is found by
 * walking there, which is cheap for the pages that people look at. Further back than that is refused.
 */
export async function numberedPage(
  engine: Payouts,
  filter: PayoutFilter,
  { page, limit }: z.infer<typeof PAGING>,
): Promise<NumberedPage> {
  let before = (page - 1) * limit;
  if (before > BEFORE_MAX) {
    throw new Refused(
      422,
      'PAGE_TOO_FAR',
      `Pages reach back to the ${BEFORE_MAX.toString()}th payout. Narrow the list down by status.`,
    );
  }
  const totals = await engine.summary({ program: PROGRAM, ...filter });
  const total = totals.reduce((sum, { count }) => sum + count, 0);
  const answer = { page, limit, total, pages: Math.ceil(total / limit) };
  if (before >= total) return { ...answer, payouts: [] };
  let cursor: string | undefined;
  while (before > 0) {
    const skipped = await engine.list({
      program: PROGRAM,
      ...filter,
      limit: Math.min(before, AT_ONCE),
      ...(cursor !== undefined && { cursor }),
    });
    before -= skipped.payouts.length;
    cursor = skipped.cursor;
    if (cursor === undefined) return { ...answer, payouts: [] };
  }
  const { payouts } = await engine.list({
    program: PROGRAM,
    ...filter,
    limit,
    ...(cursor !== undefined && { cursor }),
  });
  return { ...answer, payouts };
}
