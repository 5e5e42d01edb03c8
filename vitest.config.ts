import { defineConfig } from 'vitest/config';

// .ci/run counts the tests from a report in JSON.
const report = process.env['TEST_REPORT'];

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      'examples/*',
      'bench',
      'docs',
      'simulation',
      { test: { name: 'lint', root: 'lint', include: ['test/**/*.test.mjs'], testTimeout: 60_000 } },
    ],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
});
