import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { migrate, pgExecutor } from '@payout-engines/adapters-postgres';
import pg from 'pg';
import { startServer } from '../packages/adapters-postgres/test/server.ts';
import { copyOfTables, rowByRow } from './close/baselines.ts';
import type { Report } from './report.ts';

/**
 * A period of a million scored participants closed in the memory store and on a real PostgreSQL server with default
 * durability, beside a plain COPY of the very rows the close wrote into the same indexed tables, and beside a
 * transaction a participant. `PARTICIPANTS` changes the number.
 */

const participants = Number(process.env['PARTICIPANTS'] ?? '1000000');
/** The row-by-row loop is measured on fewer, because it takes a quarter of an hour for all. */
const LOOPED = Math.min(participants, 5000);

interface Closed {
  readonly planMs: number;
  readonly commitMs: number;
  readonly peakMb: number;
  readonly balanced: boolean;
  readonly transfers: number;
  readonly earnings: number;
}

export async function run(report: Report): Promise<void> {
  report.text(`Closing a period of ${participants.toLocaleString('en')} participants (µs a participant).`);
  const memory = await closeIn();
  describe(report, 'memory store', memory);

  const server = await startServer({ durable: true });
  try {
    const pool = new pg.Pool({ connectionString: server.url, max: 2 });
    await migrate(pgExecutor(pool));
    const postgres = await closeIn(server.url);
    const copied = await copyOfTables(pool);
    const looped = await rowByRow(pool, LOOPED);
    await pool.end();
    describe(report, 'PostgreSQL', postgres);
    const commit = (postgres.commitMs * 1000) / participants;
    const copy = (copied.ms * 1000) / participants;
    const loop = (looped.ms * 1000) / LOOPED;
    report.row({ name: 'COPY of the same rows, same tables', value: copy, unit: 'µs/participant' });
    report.row({
      name: 'commit on PostgreSQL',
      value: commit,
      unit: 'µs/participant',
      against: 'the time of that COPY',
      ratio: commit / copy,
    });
    report.row({
      name: 'a transaction a participant',
      value: loop,
      unit: 'µs/participant',
      against: 'the time of our commit',
      ratio: loop / commit,
    });
    report.text(
      `COPY moved ${copied.rows.toLocaleString('en')} rows; the loop is measured on ${LOOPED} participants.`,
    );
  } finally {
    await server.stop();
  }
}

async function closeIn(url?: string): Promise<Closed> {
  const worker = fileURLToPath(new URL('close/worker.ts', import.meta.url));
  const parameters = [
    '--max-old-space-size=1400',
    ...process.execArgv.filter((flag) => !flag.startsWith('--max-old-space-size')),
    worker,
    String(participants),
    ...(url === undefined ? [] : [url]),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, parameters);
  const closed: Closed = JSON.parse(stdout);
  return closed;
}

function describe(report: Report, store: string, closed: Closed): void {
  if (!closed.balanced) throw new Error(`${store}: the books do not balance`);
  report.row({
    name: `plan, ${store}`,
    value: (closed.planMs * 1000) / participants,
    unit: 'µs/participant',
  });
  report.row({
    name: `commit, ${store}`,
    value: (closed.commitMs * 1000) / participants,
    unit: 'µs/participant',
  });
  report.row({ name: `peak memory of the process, ${store}`, value: closed.peakMb, unit: 'MB' });
  report.row({ name: `verified transfers, ${store}`, value: closed.transfers, unit: 'transfers' });
}
