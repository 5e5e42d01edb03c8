import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@payout-engines/source'] },
  ssr: { resolve: { conditions: ['@payout-engines/source'] } },
  test: {
    name: 'example-revenue-share',
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
