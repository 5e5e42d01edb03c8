import { migrate, pgExecutor } from '@payout-engines/adapters-postgres';
import pg from 'pg';
import { startServer } from '../packages/adapters-postgres/test/server.ts';
import { close } from './close/closed.ts';
import { payWithEngine } from './payouts.ts';
import { postGathered } from './postings.ts';
import type { Report } from './report.ts';

/**
 * What a row costs at a hundredth, a tenth and all of the size, each on a fresh PostgreSQL server with default
 * durability: nothing may grow faster than the number of rows.
 */

export async function run(report: Report, size = 1_000_000): Promise<void> {
  const sizes = [...new Set([100, 10, 1].map((part) => Math.ceil(size / part)))];
  const work: Readonly<Record<string, (url: string, count: number) => Promise<number>>> = {
    'period close, a participant': async (url, count) => {
      await onPool(url, (pool) => migrate(pgExecutor(pool)));
      const { planMs, commitMs } = await close('counts', count, url);
      return planMs + commitMs;
    },
    payout: (url, count) => onPool(url, (pool) => payWithEngine(pool, count)),
    'posting, many accounts': (url, count) => onPool(url, (pool) => postGathered(pool, 'many', count)),
    'posting, one hot account': (url, count) => onPool(url, (pool) => postGathered(pool, 'hot', count)),
  };
  for (const [name, run] of Object.entries(work)) {
    let first: number | undefined;
    for (const count of sizes) {
      const server = await startServer({ durable: true });
      try {
        const each = ((await run(server.url, count)) * 1000) / count;
        first ??= each;
        report.row({
          name: `${name}, of ${count.toLocaleString('en')}`,
          value: each,
          unit: 'µs',
          against: 'the cost at the smallest size',
          ratio: each / first,
        });
      } finally {
        await server.stop();
      }
    }
  }
}

async function onPool<T>(url: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: url, max: 16 });
  pool.on('error', () => undefined);
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
