import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import type pg from 'pg';
import { bookOne, type PayoutJob, type Protocol, type Schema, waitingJobs } from './books.ts';

/**
 * graphile-worker at its fastest settings: jobs fetched hundreds at a time into a local queue, completed in batches,
 * sixteen at once on as many connections. Gives the milliseconds that all jobs took.
 */

const AT_ONCE = 16;

export async function payWithGraphileWorker(
  pool: pg.Pool,
  schema: Schema,
  protocol: Protocol,
): Promise<number> {
  const logger = new Logger(() => () => undefined);
  const jobs = await waitingJobs(pool, schema);
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  await utils.migrate();
  for (let start = 0; start < jobs.length; start += 5000) {
    const page = jobs.slice(start, start + 5000);
    await utils.addJobs(page.map((payload) => ({ identifier: 'pay', payload })));
  }
  await utils.release();

  let left = jobs.length;
  let done = (): void => undefined;
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const start = performance.now();
  const runner = await run({
    pgPool: pool,
    logger,
    noHandleSignals: true,
    preset: {
      worker: {
        concurrentJobs: AT_ONCE,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
        maxPoolSize: AT_ONCE + 4,
      },
    },
    taskList: {
      pay: async (payload, { withPgClient }) => {
        await withPgClient((client) => bookOne(client, schema, protocol, payload as PayoutJob));
        left -= 1;
        if (left === 0) done();
      },
    },
  });
  await all;
  // Completing is part of the job: it is done when the worker has stopped.
  await runner.stop();
  return performance.now() - start;
}
