import type { TestFunction } from '../store/register.ts';
import type { ProviderCase, ProviderHarness } from './harness.ts';

/**
 * Registers each case as one test. A case that needs what the provider or its fake cannot do is shown as not supported.
 *
 * @example
 * ```ts no-run
 * import { it } from 'vitest';
 * import { providerCases, registerProviderCases } from '@payout-engines/core/testing';
 *
 * registerProviderCases(it, providerCases, {
 *   open: () => openMyProviderAgainstItsFake(),
 *   abilities: {
 *     keys: true,
 *     lookup: true,
 *     balance: true,
 *     recipients: true,
 *     returns: true,
 *     events: true,
 *     faults: true,
 *     time: false,
 *   },
 * });
 * ```
 */
export function registerProviderCases(
  it: TestFunction,
  cases: readonly ProviderCase[],
  harness: ProviderHarness,
): void {
  for (const providerCase of cases) {
    const missing = (providerCase.needs ?? []).filter((ability) => !harness.abilities[ability]);
    if (missing.length === 0) {
      it(providerCase.title, () => providerCase.run(harness));
      continue;
    }
    const reason = `not supported by this provider: ${missing.join(', ')}`;
    if (harness.skip === undefined) it(`${providerCase.title} (${reason})`, () => Promise.resolve());
    else harness.skip(providerCase.title, reason);
  }
}
