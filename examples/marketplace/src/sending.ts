import { type Payout, PayoutError } from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { reopenPayout } from './deeds.ts';
import { openPayout, sellersWaiting } from './entries.ts';
import { engineOn, PROGRAM } from './program.ts';

/** What a run did. */
export interface RunReport {
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  /** Payouts that wait on: their bank account is new, or somebody looks into them. */
  readonly notSent: number;
}

/** So many are taken at a time: what a run that is killed has taken waits for minutes, until another may look into it. */
const CHUNK = 10;

/**
 * What happens every hour: bounties whose hold is over are free, sellers whose money waited for a bank account get a payout,
 * and all that waits is sent. It can be stopped anywhere and run again, by several at once.
 */
export async function runHourly(database: Database, by: string, signal?: AbortSignal): Promise<RunReport> {
  const engine = engineOn(database.store, database.query);
  await engine.release({ program: PROGRAM });
  for (const { seller, newest } of await sellersWaiting(database.query)) {
    await database.together((transaction) =>
      openPayout(transaction, {
        key: `rest/${seller}/${newest}`,
        member: seller,
        by: 'balance',
        at: new Date(),
      }),
    );
  }
  let notSent = 0;
  let cursor: string | undefined;
  do {
    const page = await engine.list({
      program: PROGRAM,
      states: ['pending'],
      limit: 500,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { id } of page.payouts) {
      if (signal?.aborted === true) break;
      try {
        await engine.approve({ program: PROGRAM, payout: id, by });
      } catch (error) {
        // Cancelled meanwhile, or its bank account is new: it says so itself.
        if (!PayoutError.is(error)) throw error;
        notSent += 1;
      }
    }
    cursor = page.cursor;
  } while (cursor !== undefined && signal?.aborted !== true);
  const { sent, completed, failed } = await engine.process({
    program: PROGRAM,
    chunk: CHUNK,
    ...(signal && { signal }),
  });
  return { sent, completed, failed, notSent };
}

/** Sends one payout now instead of with the hourly run. */
export async function sendNow(
  database: Database,
  { payout, by, digest }: { readonly payout: string; readonly by: string; readonly digest?: string },
): Promise<Payout> {
  const engine = engineOn(database.store, database.query);
  const found = await engine.payout({ program: PROGRAM, payout });
  // One that is approved waits for the run that the approval began.
  if (found.state !== 'approved')
    await engine.approve({ program: PROGRAM, payout, by, ...(digest !== undefined && { digest }) });
  await engine.process({ program: PROGRAM });
  return engine.payout({ program: PROGRAM, payout });
}

/** Sends a payout that has failed once more: as another attempt, with a key of its own. */
export async function tryAgain(
  database: Database,
  { payout, by }: { readonly payout: string; readonly by: string },
): Promise<Payout> {
  const engine = engineOn(database.store, database.query);
  await reopenPayout(database, { payout, by });
  await engine.process({ program: PROGRAM });
  return engine.payout({ program: PROGRAM, payout });
}

const HOUR_MS = 3_600_000;

/** Runs every hour until it is stopped. */
export function everyHour(database: Database, onError: (error: unknown) => void): { stop(): Promise<void> } {
  const stopped = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => runHourly(database, 'hourly-run', stopped.signal)).catch(onError);
  }, HOUR_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      stopped.abort();
      await running;
    },
  };
}
