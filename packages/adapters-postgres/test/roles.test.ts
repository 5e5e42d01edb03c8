import { memoryStore, type Store } from '@payout-engines/core';
import { randomStoreCommands, registerCases, runCommands, storeCases } from '@payout-engines/core/testing';
import { type Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate, pgExecutor, postgresStore, rolesSql } from '../src/index.ts';
import { TABLE_RIGHTS } from '../src/schema/table-rights.ts';
import { openPool } from './database.ts';
import { refusal } from './refusal.ts';
import { attempt, balanceOf, earning, movement, payout, transfer } from './rows.ts';

const administrator = openPool({ max: 4 });
const pools: Pool[] = [administrator];
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

/** Someone who logs in with a password and is a member of the role. */
async function member(role: string, max = 40): Promise<Pool> {
  const login = `${role}_login`;
  await administrator.query(`CREATE ROLE ${login} LOGIN PASSWORD 'open' IN ROLE ${role}`);
  const url = new URL(inject('postgresUrl'));
  url.username = login;
  url.password = 'open';
  const pool = openPool({ connectionString: url.href, max });
  pools.push(pool);
  return pool;
}

/** A schema with roles, made by an administrator. */
async function withRoles(schema: string, rowSecurity: boolean): Promise<void> {
  await migrate(pgExecutor(administrator), { schema });
  await administrator.query(rolesSql({ schema, rowSecurity }));
}

describe('the rights', () => {
  it('are thought of for every table, and for columns that are there', async () => {
    await migrate(pgExecutor(administrator), { schema: 'rights' });
    const { rows } = await administrator.query<{ name: string; columns: string[] }>(`
      SELECT c.relname AS name, array_agg(a.attname::text) AS columns
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'rights'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.relname`);
    expect(Object.keys(TABLE_RIGHTS).sort()).toEqual(rows.map(({ name }) => name).sort());
    for (const { name, columns } of rows) {
      const rights = TABLE_RIGHTS[name];
      expect(columns, name).toEqual(expect.arrayContaining([...(rights?.update ?? [])]));
      expect(columns.includes('program'), name).toBe(rights?.ofProgram);
    }
  });
});

describe.each([
  { title: 'without row-level security', schema: 'least', rowSecurity: false },
  { title: 'with row-level security', schema: 'least_rows', rowSecurity: true },
])('the application role, $title', ({ schema, rowSecurity }) => {
  let application: Pool;
  let store: Store;
  beforeAll(async () => {
    await withRoles(schema, rowSecurity);
    application = await member(`${schema}_application`);
    store = postgresStore(pgExecutor(application), { schema, rowSecurity });
    await store.transact('p', async (unit) => {
      await unit.ledger.post([transfer('t1', 'funding', 'pool/p', 5n)]);
      await unit.earnings.add([earning('e1')]);
      await unit.payouts.add([payout('p1')]);
      await unit.attempts.put([attempt('p1', 1)]);
      await unit.movements.add([movement('tr_1', 'p1')]);
    });
  }, 60_000);

  it('is enough to do what the memory store does, over random commands', async () => {
    for (const seed of [1, 2, 3]) {
      const commands = randomStoreCommands(seed, 150);
      const expected = await runCommands(memoryStore(), 'q', commands);
      expect(await runCommands(store, `random/${seed}`, commands), `seed ${seed}`).toEqual(expected);
    }
  });

  it.each([
    'UPDATE %.transfer SET moved = 4',
    'DELETE FROM %.transfer',
    'TRUNCATE %.transfer CASCADE',
    'UPDATE %.payout SET amount = 1',
    `UPDATE %.payout SET participant = 'u2'`,
    'DELETE FROM %.payout',
    'UPDATE %.attempt SET net = 1',
    'UPDATE %.movement SET moved = 1',
    'UPDATE %.earning SET amount = 1',
    'DELETE FROM %.earning',
    'DELETE FROM %.account',
    'DELETE FROM %.event',
    'DELETE FROM %.program_lock',
    `UPDATE %.plan_page SET content = ''`,
    `UPDATE %.interaction SET period = ''`,
    'UPDATE %.migration SET breaking = false',
    'DELETE FROM %.migration',
    'ALTER TABLE %.transfer DISABLE TRIGGER append_only',
    'DROP TRIGGER append_only ON %.transfer',
    'ALTER TABLE %.transfer DISABLE ROW LEVEL SECURITY',
    'DROP TABLE %.event',
    'CREATE TABLE %.mine (id integer)',
    `CREATE FUNCTION %.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
  ])('may not do: %s', async (sql) => {
    await expect(application.query(sql.replace('%', schema))).rejects.toMatchObject({ code: '42501' });
  });

  it('leaves the reader no more than reading', async () => {
    const reader = await member(`${schema}_reader`, 1);
    await reader.query(`SET payout_engines.program = 'p'`);
    const { rows } = await reader.query(
      `SELECT moved FROM ${schema}.transfer WHERE program = 'p' AND id = 't1'`,
    );
    expect(rows).toEqual([{ moved: '5' }]);
    await expect(reader.query(`INSERT INTO ${schema}.program_lock VALUES ('p', 'x')`)).rejects.toMatchObject({
      code: '42501',
    });
    await expect(reader.query(`SELECT FROM ${schema}.payout FOR UPDATE`)).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('does not get back more when the script runs again, and loses what it should not have had', async () => {
    await administrator.query(`GRANT UPDATE (moved), DELETE ON ${schema}.transfer TO ${schema}_application`);
    await administrator.query(rolesSql({ schema, rowSecurity }));
    const { rows } = await administrator.query(
      `SELECT has_column_privilege('${schema}_application', '${schema}.transfer', 'moved', 'UPDATE') AS update,
         has_table_privilege('${schema}_application', '${schema}.transfer', 'DELETE') AS delete`,
    );
    expect(rows).toEqual([{ update: false, delete: false }]);
    await store.transact('p', (unit) => unit.ledger.post([transfer('t2', 'funding', 'pool/p', 5n)]));
  });
});

/** Some of the contract, spread over all of it; `TEST_ROLES=all` takes it whole, as the matrix does. Takes a minute. */
const CASES =
  process.env['TEST_ROLES'] === 'all' ? storeCases : storeCases.filter((_, index) => index % 5 === 0);

// Who passes with row-level security has all rights that it takes without.
describe('the application role with row-level security', () => {
  const schema = 'least_contract';
  let store: Store;
  beforeAll(async () => {
    await withRoles(schema, true);
    store = postgresStore(pgExecutor(await member(`${schema}_application`)), { schema, rowSecurity: true });
  }, 60_000);

  describe(`is enough for the Store contract, ${CASES.length} of ${storeCases.length} cases:`, () => {
    registerCases(it, CASES, {
      open: () => Promise.resolve({ store }),
      abilities: { concurrency: true, time: true },
      passTime: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  });
});

describe('transfers', () => {
  it('are kept from their owner too, by a trigger', async () => {
    await withRoles('owned', false);
    const migrator = await member('owned_migrator', 1);
    for (const sql of ['UPDATE owned.transfer SET moved = 4', 'DELETE FROM owned.transfer']) {
      await expect(migrator.query(sql)).rejects.toMatchObject({ code: '23001' });
    }
    await expect(migrator.query('TRUNCATE owned.transfer CASCADE')).rejects.toMatchObject({ code: '23001' });
  });
});

describe('the migrator role', () => {
  it('owns everything, so that it can make the next migration', async () => {
    await withRoles('grown', false);
    const migrator = await member('grown_migrator', 2);
    await migrator.query('ALTER TABLE grown.transfer ADD COLUMN later text');
    await migrator.query('ALTER FUNCTION grown.refuse_change() OWNER TO CURRENT_USER').catch(() => undefined);
    expect((await migrate(pgExecutor(migrator), { schema: 'grown' })).applied).toEqual([]);
  });

  it('migrates a schema that an administrator has made for it, with no right to make one', async () => {
    await administrator.query('CREATE ROLE made_for_migrator NOLOGIN');
    await administrator.query('CREATE SCHEMA made_for AUTHORIZATION made_for_migrator');
    const migrator = await member('made_for_migrator', 2);
    expect((await migrate(pgExecutor(migrator), { schema: 'made_for' })).applied.length).toBeGreaterThan(1);
    await administrator.query(rolesSql({ schema: 'made_for' }));
    const application = await member('made_for_application', 2);
    await postgresStore(pgExecutor(application), { schema: 'made_for' }).transact('p', (unit) => unit.now());
  });
});

describe('row-level security', () => {
  const schema = 'rows_apart';
  const programs = ['one', 'two', `it's "\\x27" \\ -- 🎉 é`];
  let application: Pool;
  beforeAll(async () => {
    await withRoles(schema, true);
    application = await member(`${schema}_application`, 4);
    const store = postgresStore(pgExecutor(application), { schema, rowSecurity: true });
    for (const [index, program] of programs.entries()) {
      await store.transact(program, (unit) =>
        unit.ledger.post([transfer('t', 'funding', 'pool/p', BigInt(index + 1))]),
      );
      expect(await store.transact(program, (unit) => balanceOf(unit, 'pool/p'))).toBe(BigInt(index + 1));
    }
  }, 60_000);

  /** What a query of the application finds in a transaction that names the program. */
  async function seen(program: string | undefined, sql: string): Promise<unknown[]> {
    const client = await application.connect();
    try {
      await client.query('BEGIN');
      if (program !== undefined) {
        await client.query(`SELECT set_config('payout_engines.program', $1, true)`, [program]);
        await client.query('SET LOCAL enable_seqscan = off');
      }
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  it.each(programs)('shows a raw query the rows of the named program alone: %s', async (program) => {
    expect(await seen(program, `SELECT program FROM ${schema}.transfer`)).toEqual([{ program }]);
    const accounts = await seen(program, `SELECT DISTINCT program FROM ${schema}.account`);
    expect(accounts).toEqual([{ program }]);
  });

  it('shows nothing where no program is named, nor after the transaction that named one', async () => {
    expect(await seen(undefined, `SELECT program FROM ${schema}.transfer`)).toEqual([]);
    expect((await application.query(`SELECT program FROM ${schema}.account`)).rows).toEqual([]);
  });

  it('lets nobody write or change rows of another program', async () => {
    const gift = `INSERT INTO ${schema}.account VALUES ('two', 'pool/q', 'USD', 1)`;
    await expect(seen('one', gift)).rejects.toMatchObject({ code: '42501' });
    expect(
      await seen('one', `UPDATE ${schema}.account SET balance = 0 WHERE program = 'two' RETURNING 1`),
    ).toEqual([]);
  });

  it('covers every table that has programs', async () => {
    const { rows } = await administrator.query<{ relname: string }>(`
      SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'program'
      WHERE c.relnamespace = '${schema}'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity`);
    expect(rows).toEqual([]);
  });

  it('is said when the store does not know of it, rather than that nothing is there', async () => {
    const unaware = postgresStore(pgExecutor(application), { schema });
    const error = await refusal(unaware.transact('one', (unit) => balanceOf(unit, 'pool/p')));
    expect(error.code).toBe('SCHEMA_NOT_READY');
    expect(error.message).toContain('rowSecurity: true');
  });

  it('is said when it is asked for and does not bind', async () => {
    const unbound = postgresStore(pgExecutor(administrator), { schema, rowSecurity: true });
    const error = await refusal(unbound.transact('one', (unit) => unit.now()));
    expect(error.code).toBe('SCHEMA_NOT_READY');
    expect(error.message).toContain('roles --row-security');
  });

  it('keeps the ways into indexes', async () => {
    await administrator.query(`ANALYZE ${schema}.transfer`);
    const plan = await seen(
      'one',
      `EXPLAIN SELECT moved FROM unnest(ARRAY['t', 'u']) AS k (id)
       CROSS JOIN LATERAL (SELECT * FROM ${schema}.transfer WHERE program = 'one' AND id = k.id OFFSET 0) AS t`,
    );
    expect(JSON.stringify(plan)).toContain('transfer_pkey');
  });
});

describe('the names of roles', () => {
  it.each([
    '',
    'a"; DROP ROLE postgres; --',
    `a'b`,
    'a$$b',
    'pg_monitor',
    'public',
    'none',
    'x'.repeat(64),
    'a\u0000',
    'ａ',
    7,
  ])('are refused where they are none: %j', (application) => {
    expect(() => rolesSql({ application: application as string })).toThrow(
      expect.objectContaining({ code: 'INVALID_ID' }),
    );
  });

  it('are refused where one role would have two parts', () => {
    expect(() => rolesSql({ application: 'same', migrator: 'same' })).toThrow(/two roles have one name/);
  });

  it('may be those of people and clouds', async () => {
    await migrate(pgExecutor(administrator), { schema: 'odd_names' });
    const names = { application: 'Shop-API', reader: 'report@acme.iam', migrator: 'deploy.bot' };
    await administrator.query(rolesSql({ schema: 'odd_names', ...names }));
    const { rows } = await administrator.query(
      `SELECT tableowner, has_table_privilege('Shop-API', 'odd_names.transfer', 'INSERT') AS writes,
         has_table_privilege('report@acme.iam', 'odd_names.transfer', 'SELECT') AS reads
       FROM pg_tables WHERE schemaname = 'odd_names' AND tablename = 'transfer'`,
    );
    expect(rows).toEqual([{ tableowner: 'deploy.bot', writes: true, reads: true }]);
  });
});
