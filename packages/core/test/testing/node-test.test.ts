import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { storeCases } from '../../src/testing/index.ts';

it('runs the contract suite under node:test, without vitest', async () => {
  const file = fileURLToPath(new URL('under-node-test.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--conditions=@payout-engines/source', '--test-reporter=tap', file],
    { cwd: fileURLToPath(new URL('../..', import.meta.url)), maxBuffer: 1e8 },
  );
  const cases = storeCases.filter(({ id }) => !id.startsWith('stream-'));
  const skipped = cases.filter(({ needs = [] }) => needs.length > 0).length;
  expect(stdout).toContain(`# tests ${cases.length}`);
  expect(stdout).toContain(`# pass ${cases.length - skipped}`);
  expect(stdout).toContain(`# skipped ${skipped}`);
  expect(stdout).toContain('# fail 0');
});
