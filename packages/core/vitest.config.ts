import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@payout-engines/source'] },
  ssr: { resolve: { conditions: ['@payout-engines/source'] } },
  test: {
    name: 'core',
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: 'tsconfig.test-d.json' },
  },
});
