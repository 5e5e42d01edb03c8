import type { ClipExplanation, Payouts, PayoutState } from '@payout-engines/core';
import { type CsvCell, csvLines, csvResponse } from '@payout-engines/example-kit';
import type { ClipRow } from './clips.ts';
import { PROGRAM } from './program.ts';
import type { TrackingRun } from './tracking.ts';

/** The lists of the pages as files. Amounts are cents. */

/** Payouts, page by page: no list is in memory at once. */
export function payoutCsv(
  payouts: Payouts,
  choice: { readonly participant?: string; readonly states?: readonly PayoutState[] },
): Response {
  const header = [
    'reference',
    'asked for',
    'clipper',
    'state',
    'currency',
    'amount in cents',
    'paid',
    'came back',
    'note',
  ];
  return csvResponse('payouts.csv', csvLines(header, payoutCells(payouts, choice)));
}

async function* payoutCells(
  payouts: Payouts,
  choice: { readonly participant?: string; readonly states?: readonly PayoutState[] },
): AsyncGenerator<readonly CsvCell[]> {
  let cursor: string | undefined;
  do {
    const page = await payouts.list({ program: PROGRAM, ...choice, ...(cursor !== undefined && { cursor }) });
    for (const { id, openedAt, participant, state, currency, amount, paid, returned, note } of page.payouts)
      yield [id, openedAt, participant, state, currency, amount, paid, returned, note];
    cursor = page.cursor;
  } while (cursor !== undefined);
}

export function clipCsv(rows: readonly ClipRow[]): Response {
  const header = [
    'reference',
    'campaign',
    'clipper',
    'address',
    'state',
    'views now',
    'highest count',
    'paid views',
    'cents per 1000 views',
    'earned in cents',
    'cut off by the budget',
    'cut off by the most for one clip',
    'last looked at',
    'problem',
  ];
  const cells = rows.map((row) => [
    row.clip.id,
    row.campaignName,
    row.clip.participant,
    row.clip.url,
    row.clip.state,
    row.viewsNow,
    row.clip.views?.highWater,
    row.paidViews,
    row.rate,
    row.earned,
    row.cutByBudget,
    row.cutByCap,
    row.lastLook?.at,
    row.clip.tries > 0 ? row.lastLook?.reason : undefined,
  ]);
  return csvResponse('clips.csv', csvLines(header, cells));
}

export function readingsCsv({ observations }: ClipExplanation): Response {
  const header = [
    'read',
    'views',
    'finding',
    'reason',
    'newly paid views',
    'paid in cents',
    'cut off in cents',
  ];
  const cells = observations.map((one) => [
    one.at,
    one.views,
    one.finding,
    one.reason,
    one.growth,
    one.earned,
    one.cutByBudget + one.cutByClip,
  ]);
  return csvResponse('readings.csv', csvLines(header, cells));
}

export function runsCsv(runs: readonly TrackingRun[]): Response {
  const header = ['when', 'by', 'clips read', 'without a count', 'earned in cents', 'campaigns ended'];
  const cells = runs.map(({ at, by, looked, failed, earned, ended }) => [
    at,
    by,
    looked,
    failed,
    earned,
    ended,
  ]);
  return csvResponse('readings.csv', csvLines(header, cells));
}
