import type { TestFunction } from '../store/register.ts';
import type { ViewSourceCase, ViewSourceHarness } from './harness.ts';

/**
 * Registers each case as one test. A case that does not apply to the harness is a test whose name says why.
 *
 * @example
 * ```ts no-run
 * import { it } from 'vitest';
 * import { registerViewSourceCases, viewSourceCases } from '@payout-engines/core/testing';
 *
 * registerViewSourceCases(it, viewSourceCases, {
 *   open: () => openMySourceAgainstItsFake(),
 *   platforms: ['youtube'],
 *   unknown: ['missing', 'private'],
 *   failures: { unavailable: { retryable: true } },
 *   stalls: true,
 * });
 * ```
 */
export function registerViewSourceCases(
  it: TestFunction,
  cases: readonly ViewSourceCase[],
  harness: ViewSourceHarness,
): void {
  for (const viewSourceCase of cases) {
    const reason = viewSourceCase.without?.(harness);
    if (reason === undefined) it(viewSourceCase.title, () => viewSourceCase.run(harness));
    else it(`${viewSourceCase.title} (not tried: ${reason})`, () => Promise.resolve());
  }
}
