import type { IntentStoreCase, OpenedIntentStores } from './harness.ts';

/**
 * Registers each case as one test.
 *
 * @example
 * ```ts no-run
 * import { it } from 'vitest';
 * import { intentStoreCases, registerIntentStoreCases } from '@payout-engines/adapters-stripe/testing';
 *
 * registerIntentStoreCases(it, intentStoreCases, () => openMyIntentStores());
 * ```
 *
 * @param open stores without rows; called for each case
 */
export function registerIntentStoreCases(
  it: (title: string, run: () => Promise<void>) => unknown,
  cases: readonly IntentStoreCase[],
  open: () => Promise<OpenedIntentStores>,
): void {
  for (const one of cases) it(one.title, async () => one.run(await open()));
}
