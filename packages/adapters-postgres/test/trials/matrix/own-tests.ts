import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Verdicts } from './run-cases.ts';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));

/** What runs on another server than that of the run. */
const ELSEWHERE = ['**/pglite.test.ts', '**/restarts.test.ts'];

/** What is read of a report of vitest. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** The adapter's own tests on a server of this version: races, isolation levels, plans of statements, failures, kills. */
export async function runOwnTests(version: string): Promise<Verdicts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'payouts-matrix-'));
  const file = path.join(folder, 'report.json');
  const args = ['run', '--project', 'adapters-postgres', '--reporter=json', `--outputFile=${file}`];
  const excluded = ELSEWHERE.flatMap((pattern) => ['--exclude', pattern]);
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...args, ...excluded], {
    cwd: ROOT,
    env: { ...process.env, POSTGRES_VERSION: version, TEST_ROLES: 'all' },
    stdio: 'ignore',
  });
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  try {
    return verdictsOf(JSON.parse(await readFile(file, 'utf8')) as Report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function verdictsOf({ testResults }: Report): Verdicts {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  // A file that could not be loaded has no tests to fail.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    unsupported: [],
    failed: [
      ...tests.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName),
      ...broken.map(({ name }) => name),
    ],
  };
}
