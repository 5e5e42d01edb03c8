import { verify } from '@payout-engines/core';
import { randomStoreCommands, runCommands } from '@payout-engines/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Executor, migrate, pgExecutor, postgresStore } from '../src/index.ts';
import { openPool } from './database.ts';
import { fillBooks, PROGRAM } from './fixtures/fill-books.ts';

const SCHEMA = 'distribution';
const pool = openPool({ max: 4 });
const statements = new Set<string>();

/** Keeps every statement that goes through it. */
const recording = (executor: Executor): Executor => ({
  transaction: (setup, work) => {
    statements.add(setup);
    return executor.transaction(setup, (connection) =>
      work({
        execute: (script) => connection.execute(script),
        query: (sql, params) => {
          statements.add(sql);
          return connection.query(sql, params);
        },
      }),
    );
  },
});

beforeAll(async () => {
  await migrate(pgExecutor(pool), { schema: SCHEMA });
  const store = postgresStore(recording(pgExecutor(pool)), { schema: SCHEMA });
  await fillBooks(store);
  await verify(store, PROGRAM);
  for (const seed of [1, 2, 3, 4]) await runCommands(store, `random/${seed}`, randomStoreCommands(seed, 150));
}, 120_000);
afterAll(() => pool.end());

const ofSchema = (sql: string) =>
  pool.query<{ name: string }>(sql.replaceAll('%', `'${SCHEMA}'::regnamespace`)).then(({ rows }) => rows);

describe('the schema can be distributed by program:', () => {
  it('it is the first column of every primary key, unique constraint and index', async () => {
    const keys = await ofSchema(`
      SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      WHERE c.relnamespace = % AND c.relname <> 'migration'`);
    expect(keys.length).toBeGreaterThan(35);
    const others = await ofSchema(`
      SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
      WHERE c.relnamespace = % AND c.relname <> 'migration' AND a.attname IS DISTINCT FROM 'program'`);
    expect(others).toEqual([]);
  });

  it('every foreign key goes from program to program', async () => {
    const keys = await ofSchema(
      `SELECT conname AS name FROM pg_constraint WHERE contype = 'f' AND connamespace = %`,
    );
    expect(keys.length).toBeGreaterThan(5);
    const others = await ofSchema(`
      SELECT k.conname AS name FROM pg_constraint k
      JOIN pg_attribute here ON here.attrelid = k.conrelid AND here.attnum = k.conkey[1]
      JOIN pg_attribute there ON there.attrelid = k.confrelid AND there.attnum = k.confkey[1]
      WHERE k.contype = 'f' AND k.connamespace = % AND (here.attname <> 'program' OR there.attname <> 'program')`);
    expect(others).toEqual([]);
  });

  it('the program is of one type and collation everywhere, and never NULL', async () => {
    const rows = await ofSchema(`
      SELECT DISTINCT concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation, a.attnotnull) AS name
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = % AND c.relkind = 'r' AND a.attname = 'program'`);
    expect(rows).toEqual([{ name: 'text "C" t' }]);
  });

  it('there is no sequence, no exclusion constraint, no rule and no view', async () => {
    expect(
      await ofSchema(
        `SELECT relname AS name FROM pg_class WHERE relnamespace = % AND relkind IN ('S', 'v', 'm')`,
      ),
    ).toEqual([]);
    expect(
      await ofSchema(`SELECT conname AS name FROM pg_constraint WHERE connamespace = % AND contype = 'x'`),
    ).toEqual([]);
    expect(
      await ofSchema(
        `SELECT rulename AS name FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE c.relnamespace = %`,
      ),
    ).toEqual([]);
  });

  it('triggers read no table', async () => {
    const { rows } = await pool.query<{ name: string; body: string }>(
      `SELECT proname AS name, prosrc AS body FROM pg_proc WHERE pronamespace = '${SCHEMA}'::regnamespace`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(['refuse_change', 'refuse_frozen']);
    for (const { body } of rows) expect(body).not.toMatch(/SELECT|INSERT|UPDATE|DELETE|PERFORM|EXECUTE/i);
  });
});

describe('the statements of the store', () => {
  const ofTables = (): string[] =>
    [...statements].filter((sql) => sql.includes(`"${SCHEMA}".`) && !sql.includes('.migration'));

  it('were all recorded', () => {
    expect(ofTables().length).toBeGreaterThan(60);
  });

  it('name the program for each table that they touch', () => {
    for (const sql of ofTables()) {
      const tables = sql.split(`"${SCHEMA}".`).length - 1;
      const programs = sql.split(/program = (?:\$1|\w+\.program)|SELECT \$1|VALUES \(\$1/).length - 1;
      expect(programs, sql).toBeGreaterThanOrEqual(tables);
    }
  });

  it('lock rows and transactions, never tables or sessions, and rely on no place of a row', () => {
    for (const sql of statements) {
      expect(sql).not.toMatch(
        /\bctid\b|LOCK TABLE|SERIALIZABLE|nextval|pg_advisory_(?!xact_)|\bTRUNCATE\b|\bLISTEN\b|\bNOTIFY\b/i,
      );
      expect(sql).not.toMatch(/pg_try_advisory_(?!xact_)/);
    }
  });
});
