import { migrate, pgExecutor, postgresStore } from '@payout-engines/adapters-postgres';
import { postings, type Store, type TransferRequest, verify } from '@payout-engines/core';
import pg from 'pg';
import { startServer } from '../packages/adapters-postgres/test/server.ts';
import { ACCOUNTS, conditionalUpdates, creditOf, debitOf, type Spread } from './postings/baselines.ts';
import { pgbenchRate } from './postings/pgbench.ts';
import type { Report } from './report.ts';

/**
 * Single ledger postings of 512 concurrent callers, gathered by the engine, on a real PostgreSQL server with default
 * durability: from many accounts, and all from one. Beside each, the same callers with one conditional update a
 * transaction on sixteen connections, and pgbench's TPC-B-like script where it is installed.
 */

const CALLERS = 512;
const PROGRAM = 'bench';

export async function run(report: Report, count = 100_000): Promise<void> {
  report.text(`${count.toLocaleString('en')} postings of ${CALLERS} concurrent callers (postings a second).`);
  const server = await startServer({ durable: true });
  const pool = new pg.Pool({ connectionString: server.url, max: 16 });
  pool.on('error', () => undefined);
  try {
    for (const spread of ['many', 'hot'] as const) {
      const ours = await postGathered(pool, spread, count);
      // It is measured on fewer, and says nothing else about each of them.
      const fewer = Math.min(count, 20_000);
      const alone = await postAlone(pool, spread, fewer);
      const [rate, other] = [(count * 1000) / ours, (fewer * 1000) / alone];
      const where = spread === 'many' ? 'many accounts' : 'one hot account';
      report.row({ name: `gathered, ${where}`, value: rate, unit: 'postings/s' });
      report.row({
        name: `a conditional update a transaction, ${where}`,
        value: other,
        unit: 'postings/s',
        against: 'gathered, times as fast as this',
        ratio: rate / other,
        note: `measured on ${fewer.toLocaleString('en')}`,
      });
    }
    const tps = await pgbenchRate(server.url);
    if (tps === undefined) report.text('SKIPPED: pgbench is not installed, and nothing is compared with it.');
    else report.row({ name: 'pgbench, TPC-B-like, 16 clients', value: tps, unit: 'transactions/s' });
  } finally {
    await pool.end();
    await server.stop();
  }
}

/** The milliseconds that the gathered postings take. */
export async function postGathered(pool: pg.Pool, spread: Spread, count: number): Promise<number> {
  const store = await filled(pool, `gathered_${spread}`, spread);
  const { post } = postings(store);
  let next = 0;
  const call = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      await post(PROGRAM, {
        id: `${spread}/${index}`,
        debit: debitOf(spread, index),
        credit: creditOf(index),
        currency: 'USD',
        asked: 1n,
        kind: 'adjustment',
        subject: 'bench',
      });
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CALLERS }, call));
  const ms = performance.now() - start;
  const { ok, transfers } = await verify(store, PROGRAM);
  const expected = count + fillings(spread).length;
  if (!ok || transfers !== expected) {
    throw new Error(`${transfers} of ${expected} transfers, books ${ok ? '' : 'not '}ok`);
  }
  return ms;
}

async function postAlone(pool: pg.Pool, spread: Spread, count: number): Promise<number> {
  const schema = `alone_${spread}`;
  await filled(pool, schema, spread);
  return conditionalUpdates(pool, schema, spread, count, CALLERS);
}

/** A store on a schema of its own whose accounts have enough for everybody. */
async function filled(pool: pg.Pool, schema: string, spread: Spread): Promise<Store> {
  const executor = pgExecutor(pool);
  await migrate(executor, { schema });
  const store = postgresStore(executor, { schema });
  await store.transact(PROGRAM, (unit) => unit.ledger.post(fillings(spread)));
  await pool.query('CHECKPOINT');
  return store;
}

function fillings(spread: Spread): readonly TransferRequest[] {
  return Array.from({ length: spread === 'hot' ? 1 : ACCOUNTS }, (_, index) => ({
    id: `fill/${index}`,
    debit: 'funding',
    credit: debitOf(spread, index),
    currency: 'USD',
    asked: 1_000_000_000n,
    kind: 'deposit',
    subject: 'bench',
  }));
}
