import { startServer } from '../server.ts';
import { runOwnTests } from './matrix/own-tests.ts';
import { runCases, type Verdicts } from './matrix/run-cases.ts';
import { DRIVERS, openMemory, openPglite, type TestedStore } from './matrix/stores.ts';
import { serverModule, VERSIONS } from './matrix/versions.ts';
import { readOptions } from './read-options.ts';
import { table } from './table.ts';

/**
 * Runs the Store contract in memory, on PGlite, and on every supported PostgreSQL through every driver; and the adapter's
 * own tests on each of these servers.
 */

const EVERY_VERSION = Object.keys(VERSIONS);
const EVERY_DRIVER = [...Object.keys(DRIVERS), 'tests', 'pglite', 'memory'];
const { versions, drivers } = readOptions(
  { versions: EVERY_VERSION, drivers: EVERY_DRIVER },
  `npm run test:matrix -- [--versions ${EVERY_VERSION.join(',')}] [--drivers ${EVERY_DRIVER.join(',')}]`,
);
const unknown = [
  ...versions.filter((version) => !EVERY_VERSION.includes(version)),
  ...drivers.filter((driver) => !EVERY_DRIVER.includes(driver)),
];
if (unknown.length > 0) {
  console.error(`Not known here: ${unknown.join(', ')}`);
  process.exit(2);
}

// What hangs would end the process in silence, with a code that says that all is well.
process.exitCode = 3;
const rows: string[][] = [['store', 'passed', 'not supported', 'failed', 's']];
const notes: string[] = [];
let failures = 0;

/** One row of the table. What cannot even be opened is a failure. */
async function row(name: string, run: () => Promise<Verdicts>): Promise<void> {
  const start = performance.now();
  const { passed, unsupported, failed } = await run().catch((error: unknown) => ({
    passed: 0,
    unsupported: [],
    failed: [`it could not be run: ${String(error)}`],
  }));
  failures += failed.length;
  const seconds = Math.round((performance.now() - start) / 1000);
  rows.push([name, ...[passed, unsupported.length, failed.length, seconds].map(String)]);
  console.log(`${name}: ${passed} passed, ${unsupported.length} not supported, ${failed.length} failed`);
  for (const failure of failed) console.log(`  failed: ${failure}`);
  notes.push(...unsupported.map((title) => `not supported by ${name}, which runs them one by one: ${title}`));
}

async function contract(store: TestedStore): Promise<Verdicts> {
  try {
    return await runCases(store);
  } finally {
    await store.close();
  }
}

if (drivers.includes('memory')) await row('memory', () => contract(openMemory()));
if (drivers.includes('pglite')) await row('PGlite', async () => contract(await openPglite()));
for (const version of versions) {
  const clients = Object.entries(DRIVERS).filter(([driver]) => drivers.includes(driver));
  try {
    // A version that cannot be had is a failure.
    const server = await startServer({ from: serverModule(version) });
    try {
      await assertVersion(server.url, version);
      for (const [driver, open] of clients) {
        await row(`PostgreSQL ${version}, ${driver}`, async () => contract(await open(server.url)));
      }
    } finally {
      await server.stop();
    }
    if (drivers.includes('tests')) await row(`PostgreSQL ${version}, tests`, () => runOwnTests(version));
  } catch (error) {
    await row(`PostgreSQL ${version}`, () => Promise.reject(error));
  }
}
for (const note of notes) console.log(note);
console.log(`\n${table(rows)}`);
process.exitCode = failures === 0 ? 0 : 1;

async function assertVersion(url: string, version: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  const actual = rows[0]?.server_version ?? '';
  if (actual.split('.')[0] !== version) throw new Error(`the server is PostgreSQL ${actual}`);
}
