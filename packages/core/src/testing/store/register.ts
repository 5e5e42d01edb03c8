import type { StoreCase, StoreHarness } from './harness.ts';

/** The test function of a test framework, as far as it is needed: that of vitest, jest, mocha or `node:test`. */
export type TestFunction = (title: string, run: () => Promise<void>) => unknown;

/**
 * Registers each case as one test. A case that needs what the store cannot do is shown as not supported.
 *
 * @example
 * ```ts no-run
 * import { it } from 'vitest';
 * import { registerCases, storeCases } from '@payout-engines/core/testing';
 *
 * registerCases(it, storeCases, {
 *   open: async () => ({ store: await openMyStore() }),
 *   abilities: { concurrency: true, time: false },
 * });
 * ```
 */
export function registerCases(it: TestFunction, cases: readonly StoreCase[], harness: StoreHarness): void {
  for (const storeCase of cases) {
    const missing = (storeCase.needs ?? []).filter((ability) => !harness.abilities[ability]);
    if (missing.length === 0) {
      it(storeCase.title, () => storeCase.run(harness));
      continue;
    }
    const reason = `not supported by this store: ${missing.join(', ')}`;
    if (harness.skip === undefined) it(`${storeCase.title} (${reason})`, () => Promise.resolve());
    else harness.skip(storeCase.title, reason);
  }
}
