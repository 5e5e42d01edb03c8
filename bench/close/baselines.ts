import { pipeline } from 'node:stream/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate, pgExecutor } from '@payout-engines/adapters-postgres';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** What the close is compared with: the least that storing its rows takes, and the way most applications do it. */

/** The tables that closing a period fills, parents first. */
const TABLES = ['transfer', 'account', 'earning', 'notification', 'plan', 'plan_page'];

/** Copies what a close wrote out to files, and measures a COPY of them into the same tables of a fresh schema. */
export async function copyOfTables(pool: pg.Pool): Promise<{ readonly ms: number; readonly rows: number }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'close-bench-'));
  const client = await pool.connect();
  try {
    for (const table of TABLES) {
      const order = await client.query<{ columns: string }>(
        `SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) AS columns
           FROM pg_index i
           CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
           JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
          WHERE i.indrelid = ('payouts.' || $1)::regclass AND i.indisprimary`,
        [table],
      );
      const sorted = `SELECT * FROM payouts.${table} ORDER BY ${order.rows[0]?.columns ?? '1'}`;
      await pipeline(
        client.query(copyTo(`COPY (${sorted}) TO STDOUT`)),
        createWriteStream(path.join(folder, table)),
      );
    }
    await migrate(pgExecutor(pool), { schema: 'copied' });
    const start = performance.now();
    let rows = 0;
    await client.query('BEGIN');
    for (const table of TABLES) {
      const target = client.query(copyFrom(`COPY copied.${table} FROM STDIN`));
      await pipeline(createReadStream(path.join(folder, table)), target);
      rows += target.rowCount;
    }
    await client.query('COMMIT');
    return { ms: performance.now() - start, rows };
  } finally {
    client.release();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same rows the way a loop over participants writes them: for each a transaction of single statements. */
export async function rowByRow(pool: pg.Pool, participants: number): Promise<{ readonly ms: number }> {
  await migrate(pgExecutor(pool), { schema: 'looped' });
  const client = await pool.connect();
  try {
    await client.query(`INSERT INTO looped.account VALUES ('bench', 'pool/p', 'SOL', 1000000000000)`);
    const start = performance.now();
    for (let index = 0; index < participants; index += 1) {
      const participant = `u${index.toString().padStart(8, '0')}`;
      const account = `participant/${participant}/available`;
      const id = `share/p/r0/${participant}`;
      await client.query('BEGIN');
      await client.query(
        `UPDATE looped.account SET balance = balance - 1000
          WHERE program = 'bench' AND account = 'pool/p' AND currency = 'SOL'`,
      );
      await client.query(
        `INSERT INTO looped.account VALUES ('bench', $1, 'SOL', 1000)
         ON CONFLICT (program, account, currency) DO UPDATE SET balance = account.balance + 1000`,
        [account],
      );
      await client.query(
        `INSERT INTO looped.transfer (program, id, debit, credit, currency, asked, moved, kind, subject, at_most, at)
         VALUES ('bench', $1, 'pool/p', $2, 'SOL', 1000, 1000, 'share', 'p', false, now())`,
        [id, account],
      );
      await client.query(
        `INSERT INTO looped.earning
           (program, id, participant, currency, amount, kind, subject, held, released, reversed)
         VALUES ('bench', $1, $2, 'SOL', 1000, 'share', 'p', 0, 1000, 0)`,
        [id, participant],
      );
      await client.query(`INSERT INTO looped.notification (program, id, body) VALUES ('bench', $1, '{}')`, [
        id,
      ]);
      await client.query('COMMIT');
    }
    return { ms: performance.now() - start };
  } finally {
    client.release();
  }
}
