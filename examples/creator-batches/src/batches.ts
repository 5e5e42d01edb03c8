import {
  type BatchReport,
  type LeftOut,
  participantOfAvailable,
  type Payouts,
  type PayoutState,
  type PayoutTotals,
} from '@payout-engines/core';
import type { Database, Query } from '@payout-engines/example-kit';
import { addDeed, instantOf } from './deeds.ts';
import { CHUNK, paydayPeriod, PROGRAM } from './program.ts';

/** A batch as the app knows it. */
export interface BatchRun {
  readonly key: string;
  readonly payday: Date;
  readonly openedAt: Date;
  readonly openedBy: string;
  /** When its payouts were in the queue; nothing while it is being prepared. */
  readonly queuedAt: Date | undefined;
}

/** What of a batch an operator looks at. */
export interface BatchView extends BatchRun {
  /** Nothing where the library has not begun with it. */
  readonly report: BatchReport | undefined;
  readonly leftOut: readonly LeftOut[];
}

/** The groups that states of a payout are shown in. */
export const GROUPS = [
  { id: 'paid', label: 'Paid', tone: 'good', states: ['completed', 'returned'] },
  { id: 'under-way', label: 'On its way', tone: 'goes', states: ['processing'] },
  { id: 'waiting', label: 'Waiting', tone: 'waits', states: ['pending', 'approved'] },
  { id: 'review', label: 'Being looked into', tone: 'bad', states: ['needs_review'] },
  { id: 'failed', label: 'Not paid', tone: 'over', states: ['failed', 'rejected', 'cancelled'] },
] as const satisfies readonly {
  readonly id: string;
  readonly label: string;
  readonly tone: 'good' | 'goes' | 'waits' | 'bad' | 'over';
  readonly states: readonly PayoutState[];
}[];

/** How many there are in some states, and how much. */
export function sumOf(
  totals: readonly PayoutTotals[],
  states: readonly PayoutState[],
): { readonly count: number; readonly amount: bigint } {
  let [count, amount] = [0, 0n];
  for (const total of totals) {
    if (!states.includes(total.state)) continue;
    count += total.count;
    amount += total.amount;
  }
  return { count, amount };
}

/**
 * Opens the batch of the latest payday, once: its row and the job that fills it are one transaction. Whoever comes second
 * finds it there.
 */
export async function openDueBatch(
  database: Database,
  now: Date,
  by: string,
): Promise<{ readonly key: string; readonly isNew: boolean }> {
  const { id: key, start } = paydayPeriod(now);
  const isNew = await database.together(async ({ query }) => {
    const added = await query(
      'INSERT INTO batch_run (key, payday, opened_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key',
      [key, start.toISOString(), by],
    );
    if (added.length === 0) return false;
    await addDeed(query, by, 'opened the batch of', key);
    await addJob(query, 'open_batch', { key }, { jobKey: `open/${key}` });
    return true;
  });
  return { key, isNew };
}

/** Opens a payout for everybody who is eligible, and queues them in chunks. It can be interrupted, and run again. */
export async function fillBatch(database: Database, engine: Payouts, key: string): Promise<void> {
  await engine.release({ program: PROGRAM });
  const { totals } = await engine.openBatch({ program: PROGRAM, key, currency: 'USD' });
  const { count } = sumOf(totals, ['pending', 'approved']);
  await database.together(async ({ query }) => {
    await query('UPDATE batch_run SET queued_at = coalesce(queued_at, now()) WHERE key = $1', [key]);
    await addChunks(query, count, key);
  });
}

/** Queues what is due of earlier batches too: what was refused yesterday, and what a worker that died has left behind. */
export async function queueDue(database: Database, engine: Payouts, name: string): Promise<number> {
  const { query } = database;
  const unfilled = await query('SELECT key FROM batch_run WHERE queued_at IS NULL ORDER BY key');
  for (const row of unfilled) {
    const key = String(row['key']);
    await addJob(query, 'open_batch', { key }, { jobKey: `open/${key}` });
  }
  const totals = await engine.summary({ program: PROGRAM, states: ['pending', 'approved', 'processing'] });
  const { count } = sumOf(totals, ['pending', 'approved', 'processing']);
  return addChunks(query, count, name);
}

/** So many jobs that each of so many payouts is in one. The jobs name no payouts: each takes what is due. */
async function addChunks(query: Query, payouts: number, name: string): Promise<number> {
  const chunks = Math.ceil(payouts / CHUNK);
  for (let number = 1; number <= chunks; number += 1) {
    await addJob(query, 'send_chunk', {}, { jobKey: `send/${name}/${number}` });
  }
  return chunks;
}

/** Adds a job with the rows that it is about: in the same transaction, where the query is one’s. */
export async function addJob(
  query: Query,
  task: 'open_batch' | 'send_chunk',
  payload: Readonly<Record<string, string>>,
  { jobKey, runAt }: { readonly jobKey: string; readonly runAt?: Date },
): Promise<void> {
  await query('SELECT graphile_worker.add_job($1, payload := $2::json, job_key := $3, run_at := $4)', [
    task,
    JSON.stringify(payload),
    jobKey,
    (runAt ?? new Date()).toISOString(),
  ]);
}

/** The batches, newest first. */
export async function batchRuns(query: Query, limit = 50): Promise<readonly BatchRun[]> {
  const rows = await query('SELECT * FROM batch_run ORDER BY payday DESC LIMIT $1', [limit]);
  return rows.map((row) => ({
    key: String(row['key']),
    payday: instantOf(row, 'payday'),
    openedAt: instantOf(row, 'opened_at'),
    openedBy: String(row['opened_by']),
    queuedAt: row['queued_at'] === null ? undefined : instantOf(row, 'queued_at'),
  }));
}

/** A batch with what it has come to. */
export async function batchView(engine: Payouts, run: BatchRun): Promise<BatchView> {
  const { key } = run;
  const leftOut: LeftOut[] = [];
  try {
    const report = await engine.batch({ program: PROGRAM, key });
    for await (const page of engine.leftOut({ program: PROGRAM, key })) leftOut.push(...page);
    return { ...run, report, leftOut };
  } catch (error) {
    if (run.queuedAt !== undefined) throw error;
    return { ...run, report: undefined, leftOut };
  }
}

/** What a batch that is opened now would pay, as things stand: the sum and the count to look at before. */
export interface Preview {
  readonly count: number;
  readonly amount: bigint;
  readonly leftOut: { readonly count: number; readonly amount: bigint };
}

export async function previewBatch(database: Database, engine: Payouts): Promise<Preview> {
  await engine.release({ program: PROGRAM });
  const balances = await database.store.transact(PROGRAM, async (unit) => {
    const found: { readonly participant: string; readonly balance: bigint }[] = [];
    for await (const accounts of unit.ledger.accounts()) {
      for (const { account, currency, balance } of accounts) {
        const participant = participantOfAvailable(account);
        if (participant === undefined || balance === 0n || currency !== 'USD') continue;
        found.push({ participant, balance });
      }
    }
    return found;
  });
  let [count, amount] = [0, 0n];
  const leftOut = { count: 0, amount: 0n };
  for (const { participant, balance } of balances) {
    const reasons = await engine.whyNot({ program: PROGRAM, participant, currency: 'USD' });
    if (reasons.length === 0) {
      count += 1;
      amount += balance;
    } else {
      leftOut.count += 1;
      if (balance > 0n) leftOut.amount += balance;
    }
  }
  return { count, amount, leftOut };
}
