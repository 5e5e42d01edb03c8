import type { Payouts } from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { Logger, run, runMigrations } from 'graphile-worker';
import { addJob, fillBatch } from './batches.ts';
import { CHUNK, PROGRAM } from './program.ts';

/** The workers of this process. */
export interface Queue {
  /** Takes no more jobs, and resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** What is due within an hour is not left to the cron of tomorrow; and never sooner than in a few seconds. */
const SOON_MS = 3_600_000;
const LEAST_WAIT_MS = 5_000;

/** Makes the tables of the queue. They stand in a schema of their own in the same database. */
export async function prepareQueue(connectionString: string): Promise<void> {
  await runMigrations({ connectionString, logger: quiet(() => undefined) });
}

/** Starts workers that fill batches and send payouts, in chunks. */
export async function startQueue(
  connectionString: string,
  database: Database,
  engine: Payouts,
  onDefect: (error: unknown) => void,
): Promise<Queue> {
  const runner = await run({
    connectionString,
    concurrency: 3,
    noHandleSignals: true,
    pollInterval: 1_000,
    logger: quiet(onDefect),
    taskList: {
      open_batch: async (payload) => {
        const { key } = payload as { readonly key: string };
        await fillBatch(database, engine, key);
      },
      send_chunk: async (_payload, { abortSignal }) => {
        await engine.process({ program: PROGRAM, limit: CHUNK, signal: abortSignal });
        await comeBackSoon(database);
      },
    },
  });
  return { stop: () => runner.stop() };
}

/** One more job for when the next payout is due, if that is soon: what was sent without an answer is looked up then. */
async function comeBackSoon({ store, query }: Database): Promise<void> {
  const next = await store.transact(PROGRAM, async (unit) => {
    const now = await unit.now();
    const at = new Date(now.getTime() + SOON_MS);
    const [due] = await unit.payouts.due({ states: ['pending', 'approved', 'processing'], at, limit: 1 });
    return due && new Date(Math.max(due.dueAt.getTime(), now.getTime() + LEAST_WAIT_MS));
  });
  if (next !== undefined) await addJob(query, 'send_chunk', {}, { jobKey: 'send/soon', runAt: next });
}

/** Says only what went wrong. */
function quiet(onDefect: (error: unknown) => void): Logger {
  return new Logger(() => (level: string, message, meta) => {
    if (level === 'error') onDefect(meta?.['error'] ?? message);
  });
}
