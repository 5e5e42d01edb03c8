import { migrate, pgExecutor, postgresStore } from '@payout-engines/adapters-postgres';
import { verify } from '@payout-engines/core';
import pg from 'pg';
import { startServer } from '../packages/adapters-postgres/test/server.ts';
import { assertPaid, type Protocol, type Schema } from './payouts/books.ts';
import { payWithGraphileWorker } from './payouts/graphile.ts';
import { payWithPgBoss } from './payouts/pg-boss.ts';
import { engineOf, openPayouts, PROGRAM } from './payouts/prepared.ts';
import type { Report } from './report.ts';

/**
 * Payouts claimed, sent to a provider that answers at once, and settled with their ledger transfers, by one process on a
 * real PostgreSQL server with default durability; beside it graphile-worker and pg-boss, each at its fastest settings,
 * with the same rows written by the job: by the same protocol, and all at once.
 */

const CHUNK = 1000;
/** So many workers in the process, so that one prepares what it writes while the server writes for another. */
const WORKERS = 3;

export async function run(report: Report, count = 20_000): Promise<void> {
  report.text(`Paying ${count.toLocaleString('en')} payouts on PostgreSQL (payouts a second).`);
  const server = await startServer({ durable: true });
  const pool = new pg.Pool({ connectionString: server.url, max: 20 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    const ours = await payWithEngine(pool, count);
    const perSecond = (ms: number): number => (count * 1000) / ms;
    report.row({ name: 'payouts engine', value: perSecond(ours), unit: 'payouts/s' });
    for (const [protocol, queue] of RUNS) {
      const ms = await payWithQueue(pool, `books_${queue}_${protocol}`, count, protocol, QUEUES[queue].pay);
      report.row({
        name: `${QUEUES[queue].name}, ${PROTOCOLS[protocol]}`,
        value: perSecond(ms),
        unit: 'payouts/s',
        against: 'the engine, times as fast as this',
        ratio: ms / ours,
      });
    }
  } finally {
    await pool.end();
    await server.stop();
  }
}

const QUEUES = {
  graphile: { name: 'graphile-worker 0.17, local queue, batched completion', pay: payWithGraphileWorker },
  pgboss: { name: 'pg-boss 10, fetch and complete in batches', pay: payWithPgBoss },
} as const;

const PROTOCOLS: Readonly<Record<Protocol, string>> = {
  intent_first: 'intent committed first',
  at_once: 'all at once',
};

const RUNS = [
  ['intent_first', 'graphile'],
  ['intent_first', 'pgboss'],
  ['at_once', 'graphile'],
  ['at_once', 'pgboss'],
] as const;

/** The milliseconds that the engine takes. */
export async function payWithEngine(pool: pg.Pool, count: number, schema = 'payouts'): Promise<number> {
  const executor = pgExecutor(pool);
  await migrate(executor, { schema });
  const store = postgresStore(executor, { schema });
  await openPayouts(store, count);
  await pool.query('CHECKPOINT');
  const start = performance.now();
  const engine = engineOf(store);
  const reports = await Promise.all(
    Array.from({ length: WORKERS }, () =>
      engine.process({ program: PROGRAM, chunk: CHUNK, concurrency: CHUNK }),
    ),
  );
  const completed = reports.reduce((sum, report) => sum + report.completed, 0);
  const ms = performance.now() - start;
  const { ok } = await verify(store, PROGRAM);
  if (completed !== count || !ok) {
    throw new Error(`${completed} of ${count} were paid, books ${ok ? '' : 'not '}ok`);
  }
  return ms;
}

/** The same payouts, opened by the engine in a schema of their own, and paid by the jobs of a queue. */
async function payWithQueue(
  pool: pg.Pool,
  schema: Schema,
  count: number,
  protocol: Protocol,
  pay: (pool: pg.Pool, schema: Schema, protocol: Protocol) => Promise<number>,
): Promise<number> {
  const executor = pgExecutor(pool);
  await migrate(executor, { schema });
  await openPayouts(postgresStore(executor, { schema }), count);
  await pool.query('CHECKPOINT');
  const ms = await pay(pool, schema, protocol);
  await assertPaid(pool, schema, count);
  return ms;
}
