import { readFileSync } from 'node:fs';
import { memoryStore, verify } from '@payout-engines/core';
import { randomStoreCommands, runCommands } from '@payout-engines/core/testing';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { migrate, pgExecutor, postgresStore } from '../src/index.ts';
import { MIGRATIONS } from '../src/schema/embedded.ts';
import type { Migration } from '../src/schema/migration.ts';
import { openPool } from './database.ts';
import { OTHER_PROGRAM, PROGRAM } from './fixtures/fill-books.ts';
import { readBooks } from './fixtures/read-books.ts';
import { balanceOf, transfer } from './rows.ts';

const pool = openPool({ max: 10 });
const executor = pgExecutor(pool);
afterAll(() => pool.end());

/** The schemas that were frozen, by the number of their last migration. */
const FROZEN = [2];

const fixture = (last: number, ending: string): string =>
  readFileSync(
    new URL(`fixtures/schema-${last.toString().padStart(4, '0')}.${ending}`, import.meta.url),
    'utf8',
  );

/** The frozen schema, with its rows, as a release that is long gone has left it. */
async function load(last: number, schema: string): Promise<void> {
  await pool.query(
    `BEGIN; CREATE SCHEMA ${schema}; SET LOCAL search_path = ${schema}; ${fixture(last, 'sql')}; COMMIT`,
  );
}

/** The adapter as a release that knows these migrations. */
async function release(migrations: readonly Migration[]): Promise<typeof import('../src/index.ts')> {
  vi.resetModules();
  vi.doMock('../src/schema/embedded.ts', () => ({ MIGRATIONS: migrations }));
  try {
    return await import('../src/index.ts');
  } finally {
    vi.doUnmock('../src/schema/embedded.ts');
  }
}

/** What the next release may add without breaking this one: tables, and columns that may be left out. */
const EXPANDING: Migration = {
  id: MIGRATIONS.length + 1,
  name: 'later',
  breaking: false,
  checksum: 'of a later release',
  sql: `
    CREATE TABLE later (program text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, PRIMARY KEY (program, id));
    ALTER TABLE transfer ADD COLUMN later text;
    ALTER TABLE payout ADD COLUMN later bigint NOT NULL DEFAULT 0;
    ALTER TABLE earning ADD COLUMN later boolean;
    CREATE INDEX earning_later ON earning (program, later) WHERE later;`,
};

describe.each(FROZEN)('the frozen schema %i', (last) => {
  it('is brought to this release with every row as it was, and its books hold', async () => {
    await load(last, `frozen_rows_${last}`);
    const { applied } = await migrate(executor, { schema: `frozen_rows_${last}` });
    expect(applied).toEqual(MIGRATIONS.map(({ id }) => id).filter((id) => id > last));
    const store = postgresStore(executor, { schema: `frozen_rows_${last}` });
    expect(await readBooks(store)).toEqual(JSON.parse(fixture(last, 'json')));
    for (const program of [PROGRAM, OTHER_PROGRAM]) {
      expect(await verify(store, program)).toMatchObject({ ok: true, problems: [] });
    }
    await store.transact(PROGRAM, (unit) => unit.ledger.post([transfer('new', 'funding', 'pool/new', 5n)]));
    expect(await verify(store, PROGRAM)).toMatchObject({ ok: true });
  });

  it('has rows in each of its tables', async () => {
    const schema = `frozen_tables_${last}`;
    await load(last, schema);
    const { rows } = await pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relkind = 'r'`,
    );
    expect(rows.length).toBeGreaterThan(20);
    for (const { name } of rows) {
      expect((await pool.query(`SELECT FROM ${schema}.${name} LIMIT 1`)).rowCount, name).toBe(1);
    }
  });

  it('comes to the very definitions that a new schema has', async () => {
    await load(last, `frozen_grown_${last}`);
    await migrate(executor, { schema: `frozen_grown_${last}` });
    await migrate(executor, { schema: `frozen_new_${last}` });
    expect(await definitionsOf(`frozen_grown_${last}`)).toEqual(await definitionsOf(`frozen_new_${last}`));
  });

  it('is worked on without an error by the release that made it while a newer one migrates', async () => {
    const schema = `frozen_rolling_${last}`;
    await load(last, schema);
    const older = await release(MIGRATIONS.slice(0, last));
    const store = older.postgresStore(executor, { schema });
    let [posted, migrated] = [0, false];
    const work = async (): Promise<void> => {
      for (let after = 0; after < 5; after += migrated ? 1 : 0) {
        posted += 1;
        const id = `rolling/${posted}`;
        await store.transact('rolling', (unit) => unit.ledger.post([transfer(id, 'funding', 'pool/p', 1n)]));
      }
    };
    const working = [work(), work(), work()];
    const newer = await release([...MIGRATIONS, EXPANDING]);
    expect((await newer.migrate(executor, { schema })).applied).toContain(EXPANDING.id);
    migrated = true;
    await Promise.all(working);
    // One that starts only now finds that it can live with the newer schema, and so do the books.
    const started = older.postgresStore(executor, { schema });
    expect(await started.transact('rolling', (unit) => balanceOf(unit, 'pool/p'))).toBe(BigInt(posted));
    expect(await verify(newer.postgresStore(executor, { schema }), 'rolling')).toMatchObject({ ok: true });
  });
});

describe('the previous release on the schema of the next', () => {
  it.each([
    {
      title: 'this release, after a migration that only adds',
      schema: 'coexist_this',
      known: MIGRATIONS.length,
    },
    { title: 'the release before it', schema: 'coexist_before', known: MIGRATIONS.length - 1 },
    { title: 'the first frozen release', schema: 'coexist_first', known: 2 },
  ])('does what it did: $title', async ({ schema, known }) => {
    const newer = await release([...MIGRATIONS, EXPANDING]);
    await newer.migrate(executor, { schema });
    const older = await release(MIGRATIONS.slice(0, known));
    expect((await older.schemaStatus(executor, { schema })).ready).toBe(true);
    expect((await older.migrate(executor, { schema })).applied).toEqual([]);
    const store = older.postgresStore(executor, { schema });
    for (const seed of [1, 2, 3]) {
      const commands = randomStoreCommands(seed, 100);
      const expected = await runCommands(memoryStore(), 'p', commands);
      expect(await runCommands(store, `random/${seed}`, commands), `seed ${seed}`).toEqual(expected);
    }
  });

  it('stops at a migration that is marked as breaking, and the next release does not start before it', async () => {
    const schema = 'coexist_breaking';
    await migrate(executor, { schema });
    const newer = await release([...MIGRATIONS, { ...EXPANDING, breaking: true }]);
    const ahead = newer.postgresStore(executor, { schema });
    await expect(ahead.transact('p', (unit) => unit.now())).rejects.toMatchObject({
      code: 'SCHEMA_NOT_READY',
    });
    await newer.migrate(executor, { schema });
    await ahead.transact('p', (unit) => unit.now());
    await expect(
      postgresStore(executor, { schema }).transact('p', (unit) => unit.now()),
    ).rejects.toMatchObject({
      code: 'SCHEMA_NOT_READY',
      message: expect.stringContaining('upgrade') as string,
    });
  });
});

/** Columns, constraints, indexes, triggers and functions of a schema, without its name. */
async function definitionsOf(schema: string): Promise<unknown> {
  const { rows } = await pool.query<{ line: string }>(`
    SELECT format('%s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid)) AS line
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relnamespace = '${schema}'::regnamespace AND c.relkind = 'r'
    UNION ALL SELECT format('%s %s %s', c.relname, c.relkind, c.reloptions) FROM pg_class c
      WHERE c.relnamespace = '${schema}'::regnamespace AND c.relkind <> 't'
    UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
      WHERE connamespace = '${schema}'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = '${schema}'
    UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      WHERE c.relnamespace = '${schema}'::regnamespace AND NOT t.tgisinternal
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = '${schema}'::regnamespace`);
  return rows.map(({ line }) => line.replaceAll(schema, 'the_schema')).sort();
}
