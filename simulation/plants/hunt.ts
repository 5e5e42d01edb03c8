import type { SeedResult, SeedViolation } from '../../packages/core/src/testing/simulator/run-seed.ts';
import type { Plant } from './plant.ts';
import { PlantedCore } from './planted-core.ts';

/** Which seeds are run, and of how many payouts. */
export interface HuntOptions {
  readonly from: number;
  readonly seeds: number;
  readonly payouts: number;
  /** How many seeds, from the first one on, are run to the end of them, to say how many of them notice. */
  readonly sample?: number;
}

/** What came of a hunt for a planted bug. */
export interface Hunt {
  /** The first seed that noticed, and what it noticed; nothing if none did. */
  readonly caught: { readonly seed: number; readonly violation: SeedViolation } | undefined;
  /** How many of the first seeds noticed. */
  readonly failed: number;
  readonly sampled: number;
}

/** Runs seeds until one notices that guards are gone, and then the rest of the sample. */
export async function hunt(plants: readonly Plant[], options: HuntOptions): Promise<Hunt> {
  const { from, seeds, payouts, sample = 0 } = options;
  const core = await PlantedCore.grow(plants);
  try {
    let caught: Hunt['caught'];
    let failed = 0;
    let sampled = 0;
    for (let seed = from; seed < from + seeds; seed += 1) {
      if (caught !== undefined && sampled >= sample) break;
      const { violation } = await core.run({ seed, payouts });
      if (violation !== undefined) caught ??= { seed, violation };
      if (sampled >= sample) continue;
      sampled += 1;
      if (violation !== undefined) failed += 1;
    }
    return { caught, failed, sampled };
  } finally {
    await core.close();
  }
}

/** Runs one seed without some guards. */
export async function replay(plants: readonly Plant[], seed: number, payouts: number): Promise<SeedResult> {
  const core = await PlantedCore.grow(plants);
  try {
    return await core.run({ seed, payouts });
  } finally {
    await core.close();
  }
}
