import { startServer } from '../server.ts';
import { runCases, type Verdicts } from './matrix/run-cases.ts';
import { DRIVERS, openMemory, openPglite, type TestedStore } from './matrix/stores.ts';
import { serverModule, VERSIONS } from './matrix/versions.ts';
import { readOptions } from './read-options.ts';
import { table } from './table.ts';

/** Runs the Store contract in memory, on PGlite, and on every supported PostgreSQL through every driver. */

const EVERY_VERSION = Object.keys(VERSIONS);
const EVERY_DRIVER = [...Object.keys(DRIVERS), 'pglite', 'memory'];
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
async function row(name: string, open: () => Promise<TestedStore> | TestedStore): Promise<void> {
  const start = performance.now();
  let verdicts: Verdicts;
  try {
    const opened = await open();
    verdicts = await runCases(opened);
    await opened.close();
  } catch (error) {
    verdicts = { passed: 0, unsupported: [], failed: [`it could not be opened: ${String(error)}`] };
  }
  const { passed, unsupported, failed } = verdicts;
  failures += failed.length;
  const seconds = Math.round((performance.now() - start) / 1000);
  rows.push([name, ...[passed, unsupported.length, failed.length, seconds].map(String)]);
  console.log(`${name}: ${passed} passed, ${unsupported.length} not supported, ${failed.length} failed`);
  for (const failure of failed) console.log(`  failed: ${failure}`);
  notes.push(...unsupported.map((title) => `not supported by ${name}, which runs them one by one: ${title}`));
}

if (drivers.includes('memory')) await row('memory', openMemory);
if (drivers.includes('pglite')) await row('PGlite', openPglite);
for (const version of versions) {
  const clients = Object.entries(DRIVERS).filter(([driver]) => drivers.includes(driver));
  if (clients.length === 0) break;
  try {
    const server = await startServer({ from: serverModule(version) });
    for (const [driver, open] of clients) {
      await row(`PostgreSQL ${version}, ${driver}`, async () => {
        const opened = await open(server.url);
        await assertVersion(server.url, version);
        return opened;
      });
    }
    await server.stop();
  } catch (error) {
    // A version that cannot be had is a failure.
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
