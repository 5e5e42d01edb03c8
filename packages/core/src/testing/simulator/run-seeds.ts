import { addSeed, NO_SEEDS, type SeedsSummary } from './reach.ts';
import { runSeed, type SeedOptions, type SeedResult } from './run-seed.ts';

/** Which seeds are run, and how. */
export interface SeedsOptions extends SeedOptions {
  readonly from: number;
  readonly seeds: number;
  /** Called after each seed; the run ends early where it says so. */
  readonly onSeed?: (result: SeedResult) => 'stop' | undefined;
}

/** Runs seeds one after the other, each on its own, and says what they came to together. */
export async function runSeeds({ from, seeds, onSeed, ...options }: SeedsOptions): Promise<SeedsSummary> {
  let summary = NO_SEEDS;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await runSeed(seed, options);
    summary = addSeed(summary, result);
    if (onSeed?.(result) === 'stop') break;
  }
  return summary;
}
