import { memoryStore, verify } from '@payout-engines/core';
import { randomStoreCommands, runCommands } from '@payout-engines/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationsSql, pgExecutor, postgresStore } from '../src/index.ts';
import { openPool } from './database.ts';
import { fillBooks, OTHER_PROGRAM, PROGRAM } from './fixtures/fill-books.ts';

const SCHEMA = 'partitioned';
const PARTITIONS = 4;
const pool = openPool({ max: 4 });
const store = postgresStore(pgExecutor(pool), { schema: SCHEMA });

/** The printed migrations with each table of programs partitioned by program, as an administrator would edit them. */
function partitioned(sql: string): string {
  const table = /CREATE TABLE (?!migration\b)(\w+) \(\n([\s\S]*?)\n\)( WITH \(fillfactor = \d+\))?;/g;
  return sql.replaceAll(table, (_, name: string, columns: string, room: string | undefined) =>
    [
      `CREATE TABLE ${name} (\n${columns}\n) PARTITION BY HASH (program);`,
      ...Array.from(
        { length: PARTITIONS },
        (__, rest) =>
          `CREATE TABLE ${name}_${rest} PARTITION OF ${name}
             FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${rest})${room ?? ''};`,
      ),
    ].join('\n'),
  );
}

beforeAll(async () => {
  await pool.query(partitioned(migrationsSql({ schema: SCHEMA })));
}, 60_000);
afterAll(() => pool.end());

describe('the schema partitioned by program', () => {
  it('has no table of programs that is not', async () => {
    const { rows } = await pool.query<{ relname: string }>(
      `SELECT relname FROM pg_class WHERE relnamespace = '${SCHEMA}'::regnamespace AND relkind = 'r' AND NOT relispartition`,
    );
    expect(rows).toEqual([{ relname: 'migration' }]);
  });

  it('does what the memory store does, over random commands', async () => {
    for (const seed of [1, 2, 3]) {
      const commands = randomStoreCommands(seed, 150);
      const expected = await runCommands(memoryStore(), 'p', commands);
      expect(await runCommands(store, `random/${seed}`, commands), `seed ${seed}`).toEqual(expected);
    }
  });

  it('carries a history of payouts whose books hold, spread over its partitions', async () => {
    await fillBooks(store);
    for (const program of [PROGRAM, OTHER_PROGRAM]) {
      expect(await verify(store, program)).toMatchObject({ ok: true, problems: [] });
    }
    const { rows } = await pool.query(`SELECT DISTINCT tableoid FROM ${SCHEMA}.transfer`);
    expect(rows.length).toBeGreaterThan(1);
  });

  it('keeps transfers from being changed, through the table', async () => {
    for (const sql of [
      'UPDATE %.transfer SET moved = 4',
      'DELETE FROM %.transfer',
      'TRUNCATE %.transfer CASCADE',
    ]) {
      await expect(pool.query(sql.replace('%', SCHEMA))).rejects.toMatchObject({ code: '23001' });
    }
    await expect(pool.query(`UPDATE ${SCHEMA}.payout SET amount = 1`)).rejects.toMatchObject({
      code: '23001',
    });
  });
});
