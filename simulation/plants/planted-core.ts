import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { SeedResult } from '../../packages/core/src/testing/simulator/run-seed.ts';
import { patchedCore } from './patched-core.ts';
import type { Plant } from './plant.ts';
import type { SeedRequest } from './seed-worker.ts';

/** A seed that takes longer than this does not come to its end: a guard that is gone may leave a loop without one. */
const TIMEOUT_MS = 60_000;

/** A copy of the core with plants in it, in a thread of its own, so that a seed that hangs can be ended. */
export class PlantedCore {
  readonly #file: string;
  #worker: Worker | undefined;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Plants what is asked for; nothing at all is the core as it is. */
  static async grow(plants: readonly Plant[]): Promise<PlantedCore> {
    return new PlantedCore(await patchedCore(plants));
  }

  /** Runs a seed to its end or to its first violation. */
  async run(request: SeedRequest): Promise<SeedResult> {
    const worker = (this.#worker ??= new Worker(this.#file));
    const giveUp = new AbortController();
    const timer = setTimeout(() => {
      giveUp.abort();
    }, TIMEOUT_MS);
    try {
      const answer = once(worker, 'message', { signal: giveUp.signal });
      worker.postMessage(request);
      const [result]: SeedResult[] = await answer;
      return result ?? hung(request);
    } catch (error) {
      this.#worker = undefined;
      await worker.terminate();
      if (giveUp.signal.aborted) return hung(request);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    await rm(this.#file, { force: true });
  }
}

function hung({ seed }: SeedRequest): SeedResult {
  const violation = { invariant: 'simulator', message: 'the seed did not come to its end in time', at: 0 };
  return { seed, payouts: 0, events: 0, faults: {}, edges: {}, violation, trace: [], hash: '' };
}
