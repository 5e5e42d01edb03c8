import type { TestFunction } from '../store/register.ts';
import type { CrashFlow } from './flow.ts';
import { sweepCrashes, type SweepOptions, sweepPairs } from './sweep.ts';

/**
 * Registers each flow as one test that crashes it at every point.
 *
 * @example
 * ```ts no-run
 * import { it } from 'vitest';
 * import { crashFlows, registerCrashSweep } from '@payout-engines/core/testing';
 *
 * registerCrashSweep(it, crashFlows, { open: (clock) => openMyStore({ clock }) });
 * ```
 */
export function registerCrashSweep(
  it: TestFunction,
  flows: readonly CrashFlow[],
  options: SweepOptions,
): void {
  for (const flow of flows) {
    it(`${flow.title} (${flow.id}), wherever the process dies`, async () => {
      await sweepCrashes(flow, options);
    });
  }
}

/** Registers each flow that has pairs as one test that crashes it at every point, and its recovery at every point too. */
export function registerPairSweep(
  it: TestFunction,
  flows: readonly CrashFlow[],
  options: SweepOptions,
): void {
  for (const flow of flows) {
    if (flow.pairs !== true) continue;
    it(`${flow.title} (${flow.id}), wherever one process dies, or two one after the other`, async () => {
      await sweepPairs(flow, options);
    });
  }
}
