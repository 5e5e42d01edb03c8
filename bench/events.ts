import { migrate, pgExecutor } from '@payout-engines/adapters-postgres';
import pg from 'pg';
import { startServer } from '../packages/adapters-postgres/test/server.ts';
import { close } from './close/closed.ts';
import { recordEvents } from './close/recorded-events.ts';
import type { Report } from './report.ts';

/**
 * A period of ten million recorded interactions of a million participants, closed on a real PostgreSQL server with
 * default durability: counted and scored in SQL, split, credited and told, in one process of which the memory is
 * measured. Beside it, the server's own counting of the same events, which no close can do without.
 */

const EVENTS_EACH = 10;

export async function run(report: Report, events = 10_000_000): Promise<void> {
  const participants = Math.ceil(events / EVENTS_EACH);
  report.text(
    `Closing a period of ${events.toLocaleString('en')} recorded interactions of ${participants.toLocaleString('en')} participants.`,
  );
  const server = await startServer({ durable: true });
  try {
    const pool = new pg.Pool({ connectionString: server.url, max: 2 });
    await migrate(pgExecutor(pool));
    await recordEvents(pool, participants, EVENTS_EACH);
    const counting = await countedInSql(pool);
    await pool.end();
    const { planMs, commitMs, peakMb, transfers } = await close('events', participants, server.url);
    const each = (ms: number): number => (ms * 1000) / participants;
    report.row({ name: 'plan, counting in SQL included', value: each(planMs), unit: 'µs/participant' });
    report.row({
      name: 'commit, which plans again to compare',
      value: each(commitMs),
      unit: 'µs/participant',
    });
    report.row({
      name: 'plan and commit',
      value: each(planMs + commitMs),
      unit: 'µs/participant',
      against: 'the time of counting the events in SQL once',
      ratio: (planMs + commitMs) / counting,
    });
    report.row({ name: 'events', value: (events * 1000) / (planMs + commitMs), unit: 'events/s' });
    report.row({ name: 'peak memory of the process', value: peakMb, unit: 'MB' });
    report.row({ name: 'verified transfers', value: transfers, unit: 'transfers' });
  } finally {
    await server.stop();
  }
}

async function countedInSql(pool: pg.Pool): Promise<number> {
  const start = performance.now();
  await pool.query(
    `SELECT count(*) FROM (
       SELECT participant, kind, count(*) FROM payouts.interaction
        WHERE program = 'bench' AND period <> '' GROUP BY participant, kind) AS counted`,
  );
  return performance.now() - start;
}
