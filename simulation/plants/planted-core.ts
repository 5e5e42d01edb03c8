import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { SeedResult } from '../../packages/core/src/testing/simulator/run-seed.ts';
import { patchedCore } from './patched-core.ts';
import type { Plant } from './plant.ts';
import type { SeedRequest } from './seed-worker.ts';

/** A seed that takes longer than this does not come to its end: a guard that is gone may leave a loop without one. */
const TIMEOUT_MS = 120_000;

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
  run(request: SeedRequest): Promise<SeedResult> {
    const worker = (this.#worker ??= new Worker(this.#file));
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        worker.removeAllListeners();
        settle();
      };
      const timer = setTimeout(() => {
        done(() => {
          this.#worker = undefined;
          void worker.terminate();
          resolve(hung(request));
        });
      }, TIMEOUT_MS);
      worker.on('message', (result: SeedResult) => {
        done(() => {
          resolve(result);
        });
      });
      worker.on('error', (error) => {
        done(() => {
          this.#worker = undefined;
          reject(error);
        });
      });
      worker.postMessage(request);
    });
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
