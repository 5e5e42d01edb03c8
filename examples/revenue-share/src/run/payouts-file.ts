import { join } from 'node:path';
import type { Currency, PlanHeader, Store } from '@payout-engines/core';
import type { Job } from '../job.ts';
import { decimal } from '../report/amounts.ts';
import { reasonText } from '../report/reasons.ts';
import type { Payable } from './eligibility.ts';
import { type Payout, payoutsOf } from './payouts.ts';
import { replaceFile } from './replace-file.ts';

const COLUMNS = [
  'period',
  'participant',
  'points',
  'share',
  'bonuses',
  'total',
  'currency',
  'state',
  'available',
  'held',
  'eligible',
  'reasons',
] as const;

type Fields = Readonly<Record<(typeof COLUMNS)[number], string>>;

/**
 * Writes what the periods brought everyone to `payouts.csv` and `payouts.json`. Amounts are exact decimals, as text in
 * JSON as well, because a JSON number is a float to most who read it.
 */
export async function writePayouts(
  store: Store,
  job: Job,
  headers: readonly PlanHeader[],
  payable: ReadonlyMap<string, Payable>,
  folder: string,
): Promise<readonly string[]> {
  const csv = join(folder, 'payouts.csv');
  const json = join(folder, 'payouts.json');
  const rows = (): AsyncGenerator<readonly Fields[]> => fieldsOf(store, job, headers, payable);
  await replaceFile(csv, csvText(rows()));
  await replaceFile(json, jsonText(rows()));
  return [csv, json];
}

async function* fieldsOf(
  store: Store,
  job: Job,
  headers: readonly PlanHeader[],
  payable: ReadonlyMap<string, Payable>,
): AsyncGenerator<readonly Fields[]> {
  for (const header of headers) {
    for await (const payouts of payoutsOf(store, job, header)) {
      yield payouts.map((payout) => fields(payout, payable.get(payout.participant), job.currency));
    }
  }
}

function fields(payout: Payout, payable: Payable | undefined, currency: Currency): Fields {
  const { period, participant, points, share, bonuses, total, state } = payout;
  const eligibility = payable?.eligibility;
  const reasons = eligibility?.kind === 'not-eligible' ? eligibility.reasons : [];
  return {
    period,
    participant,
    points,
    share: decimal(share, currency),
    bonuses: decimal(bonuses, currency),
    total: decimal(total, currency),
    currency: currency.code,
    state,
    available: decimal(payable?.available ?? 0n, currency),
    held: decimal(payable?.held ?? 0n, currency),
    eligible: eligibility?.kind === 'eligible' ? 'yes' : 'no',
    reasons: reasons.map((reason) => reasonText(reason, currency)).join('; '),
  };
}

async function* csvText(batches: AsyncIterable<readonly Fields[]>): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\n`;
  for await (const rows of batches) {
    yield rows.map((row) => `${COLUMNS.map((column) => csvField(row[column])).join(',')}\n`).join('');
  }
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function* jsonText(batches: AsyncIterable<readonly Fields[]>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const rows of batches) {
    for (const row of rows) {
      yield `${separator}  ${JSON.stringify(row)}`;
      separator = ',\n';
    }
  }
  yield separator === ',\n' ? '\n]\n' : '[]\n';
}
