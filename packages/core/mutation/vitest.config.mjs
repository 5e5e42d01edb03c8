import { defineConfig } from 'vitest/config';

/** A folder's mutants must be noticed by its own tests: whoever changes it runs those. */
const folder = process.env.MUTATED_FOLDER ?? '*';

// A mutant costs a run of the tests that reach it, so properties get fewer cases than usual. The ledger's keep theirs:
// one of them must meet every refusal.
const runs = folder === 'ledger' ? {} : { PROPERTY_RUNS: process.env.PROPERTY_RUNS ?? '100' };

export default defineConfig({
  resolve: { conditions: ['@payout-engines/source'] },
  ssr: { resolve: { conditions: ['@payout-engines/source'] } },
  test: {
    include: [`test/${folder}/**/*.test.ts`],
    exclude: ['test/split/ten-million.test.ts'],
    testTimeout: 60_000,
    env: runs,
  },
});
