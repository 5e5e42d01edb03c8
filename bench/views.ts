import { migrate, pgExecutor, postgresStore } from '@payout-engines/adapters-postgres';
import {
  type Campaign,
  campaigns,
  type Clip,
  DEFAULT_TRACKING,
  type Store,
  verify,
  type ViewSource,
} from '@payout-engines/core';
import pg from 'pg';
import { startServer } from '../packages/adapters-postgres/test/server.ts';
import type { Report } from './report.ts';

/**
 * Clips of campaigns, a hundred each, tracked from a simulated source on a real PostgreSQL server with default durability:
 * each is read, its growth priced and paid out of the budget, and the reading recorded. Beside it the same engine with a
 * transaction for each clip, on sixteen connections.
 */

const PROGRAM = 'bench';
const CLIPS_OF_CAMPAIGN = 100;
const CHUNK = 10_000;
const CONNECTIONS = 16;
const BUDGET = 1_000_000n;
const START = new Date('2026-01-01T00:00:00Z');

export async function run(report: Report, size = 1_000_000): Promise<void> {
  const clips = Math.ceil(size / CLIPS_OF_CAMPAIGN) * CLIPS_OF_CAMPAIGN;
  const campaignsCount = clips / CLIPS_OF_CAMPAIGN;
  report.text(
    `${clips.toLocaleString('en')} clips of ${campaignsCount.toLocaleString('en')} campaigns, tracked once.`,
  );
  const server = await startServer({ durable: true });
  const pool = new pg.Pool({ connectionString: server.url, max: CONNECTIONS });
  pool.on('error', () => undefined);
  try {
    const before = rss();
    const { ms, peak } = await track(await filled(pool, 'sets', clips), clips);
    const rate = (clips * 1000) / ms;
    report.row({ name: `${CHUNK.toLocaleString('en')} clips a transaction`, value: rate, unit: 'clips/s' });
    // It is measured on fewer, and says nothing else about each of them.
    const fewer = Math.min(clips, 2_000);
    const other = (fewer * 1000) / (await bookAlone(await filled(pool, 'alone', fewer), fewer));
    report.row({
      name: `a transaction a clip, ${CONNECTIONS} connections`,
      value: other,
      unit: 'clips/s',
      against: 'in sets, times as fast as this',
      ratio: rate / other,
      note: `measured on ${fewer.toLocaleString('en')}`,
    });
    report.row({ name: 'memory before the run', value: before, unit: 'MB' });
    report.row({ name: 'most memory during the run', value: peak, unit: 'MB' });
  } finally {
    await pool.end();
    await server.stop();
  }
}

/** The milliseconds that one pass over all clips takes, and the most memory meanwhile. */
async function track(store: Store, clips: number): Promise<{ readonly ms: number; readonly peak: number }> {
  let peak = rss();
  const engine = campaigns({ store, sources: [growing] });
  const start = performance.now();
  const { successful, earned } = await engine.track({
    program: PROGRAM,
    limit: clips,
    chunk: CHUNK,
    leaseMs: 3_600_000,
    onProgress: () => {
      peak = Math.max(peak, rss());
    },
  });
  const ms = performance.now() - start;
  const paid = earned[0]?.amount ?? 0n;
  if (successful !== clips || paid !== BigInt(clips) * 1_000n) {
    throw new Error(`${successful} of ${clips} clips were read, and earned ${paid}`);
  }
  const { ok } = await verify(store, PROGRAM);
  if (!ok) throw new Error('the books are not ok');
  return { ms, peak };
}

/** The milliseconds that booking the same readings takes with a transaction for each of them. */
async function bookAlone(store: Store, clips: number): Promise<number> {
  const engine = campaigns({ store, sources: [growing] });
  const at = new Date();
  let next = 0;
  const book = async (): Promise<void> => {
    for (let index = next++; index < clips; index = next++) {
      await engine.record({ program: PROGRAM, readings: [{ clip: clipOf(index).id, views: 1_500n, at }] });
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, book));
  const ms = performance.now() - start;
  const { ok, earnings } = await verify(store, PROGRAM);
  if (!ok || earnings !== clips) throw new Error(`${earnings} of ${clips} clips were paid`);
  return ms;
}

/** Every clip has gained a thousand views. */
const growing: ViewSource = {
  id: 'growing',
  platforms: ['youtube'],
  batchSize: 1000,
  views: async (queries) => queries.map(() => ({ kind: 'counted', views: 1_500n })),
};

/** A store on a schema of its own with approved clips that are due. */
async function filled(pool: pg.Pool, schema: string, clips: number): Promise<Store> {
  const executor = pgExecutor(pool);
  await migrate(executor, { schema });
  const store = postgresStore(executor, { schema });
  for (let first = 0; first < clips; first += CHUNK) {
    const count = Math.min(CHUNK, clips - first);
    const ids = Array.from(
      { length: count / CLIPS_OF_CAMPAIGN },
      (_, index) => first / CLIPS_OF_CAMPAIGN + index,
    );
    await store.transact(PROGRAM, async (unit) => {
      await unit.campaigns.add(ids.map(campaignOf));
      await unit.ledger.post(
        ids.map((number) => ({
          id: `in/${number}`,
          debit: 'funding',
          credit: `campaign/${nameOf(number)}` as const,
          currency: 'USD',
          asked: BUDGET,
          kind: 'deposit',
          subject: 'bench',
        })),
      );
      await unit.clips.add(Array.from({ length: count }, (_, index) => clipOf(first + index)));
    });
  }
  await pool.query('CHECKPOINT');
  return store;
}

function nameOf(campaign: number): string {
  return `c${campaign.toString().padStart(6, '0')}`;
}

function campaignOf(number: number): Campaign {
  return {
    id: nameOf(number),
    terms: {
      currency: 'USD',
      minimumViews: 0n,
      platforms: ['youtube'],
      idleDays: 36_500,
      hold: { completion: true, days: 0 },
      whenSpent: 'complete',
      tracking: DEFAULT_TRACKING,
    },
    createdAt: START,
    state: 'running',
    rates: [{ perThousand: '1000', from: START, by: 'bench' }],
    deposited: BUDGET,
    refunded: 0n,
    spent: 0n,
    recent: [],
    activeAt: START,
    dueAt: new Date('2100-01-01T00:00:00Z'),
  };
}

function clipOf(index: number): Clip {
  const content = `v${index.toString().padStart(9, '0')}A`;
  return {
    id: `clip/${content}`,
    campaign: nameOf(Math.floor(index / CLIPS_OF_CAMPAIGN)),
    participant: `u${(index >>> 3).toString().padStart(7, '0')}`,
    platform: 'youtube',
    content,
    url: `https://www.youtube.com/watch?v=${content}`,
    submittedAt: START,
    state: 'approved',
    views: { baseline: 500n, highWater: 500n, raisedAt: START, priced: [] },
    approvedAt: START,
    steps: 0,
    earned: 0n,
    forfeited: 0n,
    reversed: 0n,
    observations: 1,
    falls: 0,
    tries: 0,
    dueAt: START,
    settled: false,
    updatedAt: START,
  };
}

function rss(): number {
  return process.memoryUsage().rss / 1_000_000;
}
