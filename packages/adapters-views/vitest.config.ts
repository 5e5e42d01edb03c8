import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@payout-engines/source'] },
  ssr: { resolve: { conditions: ['@payout-engines/source'] } },
  test: {
    name: 'adapters-views',
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
