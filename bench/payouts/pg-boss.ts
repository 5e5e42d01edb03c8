import type pg from 'pg';
import PgBoss from 'pg-boss';
import { bookOne, type PayoutJob, type Protocol, type Schema, waitingJobs } from './books.ts';

/**
 * pg-boss at its fastest: not its polling workers, but `fetch` of hundreds and `complete` of hundreds by loops side by
 * side, each job on a connection of its own. Gives the milliseconds that all jobs took.
 */

const LOOPS = 2;
const AT_ONCE = 16;
const BATCH = 250;
const QUEUE = 'pay';

export async function payWithPgBoss(pool: pg.Pool, schema: Schema, protocol: Protocol): Promise<number> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    supervise: false,
    schedule: false,
  });
  boss.on('error', (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue(QUEUE);
  const jobs = await waitingJobs(pool, schema);
  for (let start = 0; start < jobs.length; start += 5000) {
    await boss.insert(jobs.slice(start, start + 5000).map((data) => ({ name: QUEUE, data })));
  }

  const start = performance.now();
  await Promise.all(
    Array.from({ length: LOOPS }, () =>
      work(boss, pool, (client, job) => bookOne(client, schema, protocol, job)),
    ),
  );
  const ms = performance.now() - start;
  await boss.stop({ graceful: false, close: false });
  return ms;
}

async function work(
  boss: PgBoss,
  pool: pg.Pool,
  book: (client: pg.ClientBase, job: PayoutJob) => Promise<void>,
): Promise<void> {
  for (;;) {
    const fetched = await boss.fetch<PayoutJob>(QUEUE, { batchSize: BATCH });
    if (fetched.length === 0) return;
    const waiting = fetched.map(({ data }) => data);
    const pay = async (): Promise<void> => {
      const client = await pool.connect();
      try {
        for (let job = waiting.pop(); job !== undefined; job = waiting.pop()) await book(client, job);
      } finally {
        client.release();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE / LOOPS }, pay));
    await boss.complete(
      QUEUE,
      fetched.map(({ id }) => id),
    );
  }
}
