import { parentPort } from 'node:worker_threads';
import { runSeed } from '../../packages/core/src/testing/simulator/run-seed.ts';

/** The beginning of a copy of the core: runs the seeds that its thread is asked for, one after the other. */

/** What the thread is asked for. */
export interface SeedRequest {
  readonly seed: number;
  readonly payouts: number;
}

parentPort?.on('message', ({ seed, payouts }: SeedRequest) => {
  void runSeed(seed, { payouts, eventsMax: payouts * 500 }).then((result) => parentPort?.postMessage(result));
});
