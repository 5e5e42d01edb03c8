/**
 * Prints "N passed, M failed" for the vitest reports named, and fails unless all passed. A test that ran in several
 * reports counts once, and passed only if it passed in each.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const outcomes = new Map();
let broken = 0;

for (const file of process.argv.slice(2)) {
  const report = readReport(file);
  for (const suite of report?.testResults ?? []) {
    // A file that could not be loaded has no tests to fail.
    if (suite.status === 'failed' && suite.assertionResults.length === 0) broken += 1;
    suite.assertionResults.forEach((test, index) => {
      const titles = suite.assertionResults
        .slice(0, index)
        .filter((one) => one.fullName === test.fullName).length;
      const key = [path.relative('.', suite.name), test.fullName, titles].join('\n');
      outcomes.set(key, (outcomes.get(key) ?? true) && test.status === 'passed');
    });
  }
}

const passed = [...outcomes.values()].filter(Boolean).length;
const failed = outcomes.size - passed + broken;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/** Without a report the tests did not run to their end, which is a failure too. */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`No test report: ${error.message}`);
    broken += 1;
    return undefined;
  }
}
