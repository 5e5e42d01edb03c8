import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@payout-engines/source'] },
  ssr: { resolve: { conditions: ['@payout-engines/source'] } },
  test: { name: 'simulation', include: ['test/**/*.test.ts'], testTimeout: 300_000 },
});
