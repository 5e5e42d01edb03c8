import type { Campaigns, Clip, Store } from '@payout-engines/core';
import type { Database, Row } from '@payout-engines/example-kit';
import { PROGRAM } from './program.ts';

/** One run of the tracker, as it is kept. */
export interface TrackingRun {
  readonly at: Date;
  readonly by: string;
  readonly looked: number;
  readonly failed: number;
  readonly earned: bigint;
  /** How many campaigns it has ended. */
  readonly ended: number;
}

/** So many clips share a transaction: what a crash can lose is this much reading, and no money. */
const CHUNK = 20;
/** A clip is due every four hours; what is due is looked for more often, so that none waits for a whole round. */
const LOOK_EVERY_MS = 5 * 60_000;
const PAGE = 500;

/** Reads the views of clips, by a timer or because an operator says so. Two at once are one. */
export class Tracker {
  readonly #database: Database;
  readonly #campaigns: Campaigns;
  readonly #stop = new AbortController();
  #underWay: Promise<TrackingRun> | undefined;

  constructor(database: Database, engine: Campaigns) {
    this.#database = database;
    this.#campaigns = engine;
  }

  /** Reads the clips that are due. */
  due(by: string): Promise<TrackingRun> {
    return this.#once(by, () => Promise.resolve());
  }

  /** Reads every clip that is tracked, whether it is due or not: somebody does not want to wait. */
  all(by: string): Promise<TrackingRun> {
    return this.#once(by, () => makeAllDue(this.#database.store));
  }

  /** Looks for what is due, now and every few minutes. What fails is told, and tried again by the next look. */
  start(onDefect: (error: unknown) => void): void {
    const look = async (): Promise<void> => {
      if (this.#stop.signal.aborted) return;
      try {
        await this.due('timer');
      } catch (error) {
        onDefect(error);
      }
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    this.#stop.signal.addEventListener('abort', () => {
      clearInterval(timer);
    });
  }

  /** Ends a run politely: what was read is booked. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#underWay?.catch(() => undefined);
  }

  #once(by: string, prepare: () => Promise<void>): Promise<TrackingRun> {
    this.#underWay ??= this.#run(by, prepare).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #run(by: string, prepare: () => Promise<void>): Promise<TrackingRun> {
    await prepare();
    const { signal } = this.#stop;
    const report = await this.#campaigns.track({ program: PROGRAM, limit: 10_000, chunk: CHUNK, signal });
    const { processed, failed, completed } = report;
    const earned = report.earned.find(({ currency }) => currency === 'USD')?.amount ?? 0n;
    const values = [by, processed, failed, earned.toString(), completed.length];
    const [row] = await this.#database.query(
      `INSERT INTO tracking_run (by, looked, failed, earned, ended) VALUES ($1, $2, $3, $4, $5) RETURNING ${RUN}`,
      values,
    );
    if (row === undefined) throw new Error('a row that was written is given back');
    return readRun(row);
  }
}

/** Under the locks of their campaigns, as everything that changes clips is. */
async function makeAllDue(store: Store): Promise<void> {
  await store.transact(PROGRAM, async (unit) => {
    const now = await unit.now();
    const running = await unit.campaigns.list({ states: ['running'], limit: 1_000 });
    await unit.campaigns.lock(running.map(({ id }) => id));
    for (const { id } of running) {
      let page: readonly Clip[] = [];
      do {
        const after = page.at(-1)?.id;
        page = await unit.clips.list(
          { campaign: id, states: ['approved'] },
          { limit: PAGE, ...(after !== undefined && { after }) },
        );
        if (page.length > 0) await unit.clips.update(page.map((clip) => ({ ...clip, dueAt: now })));
      } while (page.length === PAGE);
    }
  });
}

const RUN = 'at, by, looked, failed, earned::text, ended';

/** The last runs, newest first. */
export async function lastRuns({ query }: Database, limit = 5): Promise<readonly TrackingRun[]> {
  return (await query(`SELECT ${RUN} FROM tracking_run ORDER BY id DESC LIMIT $1`, [limit])).map(readRun);
}

function readRun(row: Row): TrackingRun {
  return {
    at: row['at'] instanceof Date ? row['at'] : new Date(String(row['at'])),
    by: String(row['by']),
    looked: Number(row['looked']),
    failed: Number(row['failed']),
    earned: BigInt(String(row['earned'])),
    ended: Number(row['ended']),
  };
}
