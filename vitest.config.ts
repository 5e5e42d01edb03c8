import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// .ci/run counts the tests from a report in JSON.
const report = process.env['TEST_REPORT'];

export default defineConfig({
  test: {
    // Two cores have one worker by default, which waits for servers and child processes half of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
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
