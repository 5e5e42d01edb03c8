import { PayoutError, type PeriodStep, type Progress, type RevenueSharePlan } from '@payout-engines/core';
import { type Database, Refused } from '@payout-engines/example-kit';
import { sendMessages } from './messages.ts';
import { PROGRAM } from './program.ts';
import { sharesOn } from './engines.ts';
import { revenueIn } from './revenue.ts';

/** Asks for a period to be shared out. */
export interface RunRequest {
  readonly period: string;
  readonly by: string;
  /** The digest of the dry run that was looked at: then it is exactly that, or refused. */
  readonly reviewed?: string | undefined;
}

/** What came of asking. */
export type Begun = 'begun' | 'under_way' | 'done_before';

/** How runs go. */
export interface RunsOptions {
  /** So many creators are credited in one transaction. */
  readonly pageSize?: number;
  /** Told of each step; for tests. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * The runs of this process. That a period is being calculated is written down before anything else happens, so that
 * every page can say so; how far it is stands in the frozen plan. A run that was killed goes on from there.
 */
export interface Runs {
  /** What a run would do. The pages of a plan are in its digest, so that it comes from here, where runs come from. */
  plan(period: string): Promise<RevenueSharePlan>;
  begin(request: RunRequest): Promise<Begun>;
  /** Goes on with what a crash came between. */
  resume(): Promise<void>;
  /** Resolves when nothing is under way here. */
  idle(): Promise<void>;
  /** Ends what is under way after the transaction that it is in; `resume` goes on with it. */
  stop(): Promise<void>;
}

export function runsOn(database: Database, { pageSize, onProgress }: RunsOptions = {}): Runs {
  const engine = sharesOn(database.store, database.query, pageSize);
  const underWay = new Map<string, Promise<void>>();
  const signal = { aborted: false };

  const start = (period: string, reviewed: string | undefined): void => {
    if (underWay.has(period)) return;
    const run = carryOut(period, reviewed).finally(() => underWay.delete(period));
    underWay.set(period, run);
  };

  return {
    plan: (period) => engine.plan({ program: PROGRAM, period }),
    begin: async (request) => {
      const begun = await writeDown(database, request);
      if (begun !== 'done_before') start(request.period, request.reviewed);
      return begun;
    },
    resume: async () => {
      const rows = await database.query(
        'SELECT period, reviewed FROM period_run WHERE finished_at IS NULL AND failed IS NULL ORDER BY period',
      );
      for (const row of rows) {
        start(String(row['period']), typeof row['reviewed'] === 'string' ? row['reviewed'] : undefined);
      }
    },
    idle: async () => {
      await Promise.all(underWay.values());
    },
    stop: async () => {
      signal.aborted = true;
      await Promise.all(underWay.values());
    },
  };

  async function carryOut(period: string, reviewed: string | undefined): Promise<void> {
    const request = { program: PROGRAM, period };
    const notes = stepNotes(database, period);
    const options = {
      signal,
      onProgress: (progress: Progress): void => {
        notes.take(progress);
        onProgress?.(progress);
      },
    };
    try {
      // What is frozen is what is done, whatever anybody has looked at since.
      const frozen = await database.store.transact(PROGRAM, (unit) => unit.plans.find(period));
      const digest = frozen?.digest ?? reviewed ?? (await engine.plan(request, options)).digest;
      await engine.commit(request, digest, options);
      await sendMessages(database);
      await notes.written();
      await database.query(
        'UPDATE period_run SET finished_at = now() WHERE period = $1 AND finished_at IS NULL',
        [period],
      );
    } catch (error) {
      await notes.written();
      if (PayoutError.is(error, 'ABORTED')) return;
      const why = PayoutError.is(error) ? `${error.code}: ${error.message}` : 'UNEXPECTED: It broke off.';
      await database
        .query('UPDATE period_run SET failed = $2 WHERE period = $1 AND finished_at IS NULL', [period, why])
        // A database that is away cannot be told: the run stays under way, and goes on with the next start.
        .catch(() => undefined);
    }
  }
}

/** Says that a period is being calculated. The same again changes nothing; a run that has failed begins again. */
async function writeDown(database: Database, { period, by, reviewed }: RunRequest): Promise<Begun> {
  return database.together(async ({ query, store }) => {
    const { record, now } = await store.transact(PROGRAM, async (unit) => ({
      record: await unit.periods.lock(period),
      now: await unit.now(),
    }));
    if (record === undefined) throw new Refused(404, 'PERIOD_NOT_FOUND', 'There is no such period.');
    const [stored] = await query('SELECT failed, finished_at FROM period_run WHERE period = $1 FOR UPDATE', [
      period,
    ]);
    if (stored?.['finished_at'] instanceof Date) return 'done_before';
    if (stored?.['failed'] === null) return 'under_way';
    if (now < record.end) throw new Refused(409, 'PERIOD_NOT_ENDED', 'The period has not ended yet.');
    const missing = (await revenueIn(query, period)).find(({ amount }) => amount === undefined);
    if (missing !== undefined) {
      throw new Refused(409, 'UNKNOWN_REVENUE', `The revenue of ${missing.source} is not known yet.`);
    }
    await query(
      `INSERT INTO period_run (period, started_by, reviewed) VALUES ($1, $2, $3)
       ON CONFLICT (period) DO UPDATE
       SET started_by = $2, reviewed = $3, failed = NULL, step = 'validate', done = 0, total = NULL`,
      [period, by, reviewed ?? null],
    );
    return 'begun';
  });
}

const PLANNED: readonly PeriodStep[] = ['validate', 'scores', 'pool'];

/** Writes down how far the planning is; how far the rest is stands in the plan itself. */
function stepNotes(database: Database, period: string) {
  let written: Promise<unknown> = Promise.resolve();
  return {
    take: ({ step, done, total }: Progress): void => {
      if (!PLANNED.includes(step)) return;
      written = written.then(() =>
        database
          .query('UPDATE period_run SET step = $2, done = $3, total = $4 WHERE period = $1', [
            period,
            step,
            done,
            total ?? null,
          ])
          .catch(() => undefined),
      );
    },
    written: async (): Promise<void> => {
      await written;
    },
  };
}
