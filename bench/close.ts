import { migrate, pgExecutor } from '@payout-engines/adapters-postgres';
import pg from 'pg';
import { startServer } from '../packages/adapters-postgres/test/server.ts';
import { copyOfTables, rowByRow } from './close/baselines.ts';
import { close, type Closed } from './close/closed.ts';
import type { Report } from './report.ts';

/**
 * A period of a million scored participants closed in the memory store and on a real PostgreSQL server with default
 * durability, beside a plain COPY of the very rows the close wrote into the same indexed tables, and beside a
 * transaction a participant.
 */

/** The row-by-row loop is measured on so many, because it takes a quarter of an hour for all. */
const LOOPED_MOST = 5000;

export async function run(report: Report, participants = 1_000_000): Promise<void> {
  const looping = Math.min(participants, LOOPED_MOST);
  report.text(`Closing a period of ${participants.toLocaleString('en')} participants (µs a participant).`);
  const memory = await close('counts', participants);
  describe(report, 'memory store', memory, participants);

  const server = await startServer({ durable: true });
  try {
    const pool = new pg.Pool({ connectionString: server.url, max: 2 });
    await migrate(pgExecutor(pool));
    const postgres = await close('counts', participants, server.url);
    const copied = await copyOfTables(pool);
    const looped = await rowByRow(pool, looping);
    await pool.end();
    describe(report, 'PostgreSQL', postgres, participants);
    const commit = (postgres.commitMs * 1000) / participants;
    const copy = (copied.ms * 1000) / participants;
    const loop = (looped.ms * 1000) / looping;
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
      `COPY moved ${copied.rows.toLocaleString('en')} rows; the loop is measured on ${looping.toLocaleString('en')} participants.`,
    );
  } finally {
    await server.stop();
  }
}

function describe(report: Report, store: string, closed: Closed, participants: number): void {
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
