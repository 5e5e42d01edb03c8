import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PayoutError } from '@payout-engines/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedded } from '../scripts/embed-migrations.mjs';
import { migrate, pgExecutor, postgresStore } from '../src/index.ts';
import { MIGRATIONS } from '../src/schema/embedded.ts';
import { openPool, openStore } from './database.ts';
import { refusal } from './refusal.ts';
import { attempt, day, movement, payout } from './rows.ts';

const pool = openPool({ max: 30 });
const executor = pgExecutor(pool);
afterAll(() => pool.end());

const ALL = MIGRATIONS.map(({ id }) => id);

/** What the first call of a store on the schema comes to. */
const firstCall = (schema: string) =>
  refusal(postgresStore(executor, { schema }).transact('p', (unit) => unit.now()));

describe('the embedded migrations', () => {
  it('are those of the folder', () => {
    const module = fileURLToPath(new URL('../src/schema/embedded.ts', import.meta.url));
    expect(readFileSync(module, 'utf8')).toBe(embedded());
  });
});

describe('migrating', () => {
  it('makes the schema once, and then finds nothing to do', async () => {
    expect(await migrate(executor, { schema: 'migrate_twice' })).toEqual({
      schema: 'migrate_twice',
      applied: ALL,
    });
    expect(await migrate(executor, { schema: 'migrate_twice' })).toEqual({
      schema: 'migrate_twice',
      applied: [],
    });
  });

  it('applies each migration once when many processes start at the same time', async () => {
    const reports = await Promise.all(
      Array.from({ length: 20 }, () => migrate(executor, { schema: 'migrate_at_once' })),
    );
    // One of them may apply what comes after another one's.
    expect(reports.flatMap(({ applied }) => applied).sort()).toEqual(ALL);
    await postgresStore(executor, { schema: 'migrate_at_once' }).transact('p', (unit) => unit.now());
  });

  it('uses a schema that an administrator has made', async () => {
    await pool.query('CREATE SCHEMA made_before');
    expect((await migrate(executor, { schema: 'made_before' })).applied).toEqual(ALL);
  });

  it('keeps two schemas of one database apart', async () => {
    const [one, two] = [await openStore(pool, 'apart_one'), await openStore(pool, 'apart_two')];
    const gift = (asked: bigint) =>
      ({
        id: 't',
        debit: 'funding',
        credit: 'pool/p',
        currency: 'USD',
        asked,
        kind: 'deposit',
        subject: 's',
      }) as const;
    await one.transact('p', (unit) => unit.ledger.post([gift(1n)]));
    await two.transact('p', (unit) => unit.ledger.post([gift(2n)]));
    const balance = [{ account: 'pool/p', currency: 'USD' }] as const;
    expect(await one.transact('p', (unit) => unit.ledger.balances(balance))).toEqual([1n]);
    expect(await two.transact('p', (unit) => unit.ledger.balances(balance))).toEqual([2n]);
  });

  it('leaves nothing of a migration that fails', async () => {
    const failing = {
      transaction: <T>(setup: string, work: Parameters<typeof executor.transaction<T>>[1]) =>
        executor.transaction<T>(setup, (connection) =>
          work({
            query: (sql, params) => connection.query(sql, params),
            execute: async (script) => {
              await connection.execute(script);
              if (script.includes('CREATE TABLE transfer')) await connection.execute('SELECT 1/0');
            },
          }),
        ),
    };
    expect((await refusal(migrate(failing, { schema: 'half_done' }))).code).toBe('INVARIANT_BROKEN');
    expect(await firstCall('half_done')).toMatchObject({ code: 'SCHEMA_NOT_READY' });
    expect((await migrate(executor, { schema: 'half_done' })).applied).toEqual(ALL);
  });

  it.each([
    '',
    'a"; DROP SCHEMA public CASCADE; --',
    'Payouts',
    'pay outs',
    'pay-outs',
    '1payouts',
    'pg_payouts',
    'payouts\u0000',
    'payouts\n',
    'ｐayouts',
    'x'.repeat(64),
  ])('refuses the schema name %j before anything is sent', async (schema) => {
    expect((await refusal(migrate(executor, { schema }))).code).toBe('INVALID_ID');
    expect(() => postgresStore(executor, { schema })).toThrow(PayoutError);
  });
});

describe('starting', () => {
  it('changes nothing, and says what to do, when the schema is missing', async () => {
    const error = await firstCall('never_made');
    expect(error.code).toBe('SCHEMA_NOT_READY');
    expect(error.message).toContain('run migrate');
    const { rows } = await pool.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'never_made'`);
    expect(rows).toEqual([]);
  });

  it('refuses a schema that lacks a migration', async () => {
    await migrate(executor, { schema: 'behind' });
    await pool.query('DELETE FROM behind.migration WHERE id = 1');
    expect((await firstCall('behind')).message).toContain('run migrate');
  });

  it('refuses a schema that a newer release has made incompatible', async () => {
    await migrate(executor, { schema: 'newer' });
    await pool.query(
      `INSERT INTO newer.migration (id, name, checksum, breaking) VALUES (99, 'later', 'c', true)`,
    );
    expect(await firstCall('newer')).toMatchObject({ code: 'SCHEMA_NOT_READY' });
    expect((await firstCall('newer')).message).toContain('upgrade');
    expect((await refusal(migrate(executor, { schema: 'newer' }))).code).toBe('SCHEMA_NOT_READY');
  });

  it('works on a schema that a newer release has only added to', async () => {
    await migrate(executor, { schema: 'added_to' });
    await pool.query(
      `INSERT INTO added_to.migration (id, name, checksum, breaking) VALUES (99, 'later', 'c', false)`,
    );
    await postgresStore(executor, { schema: 'added_to' }).transact('p', (unit) => unit.now());
    expect((await migrate(executor, { schema: 'added_to' })).applied).toEqual([]);
  });

  it('refuses a schema whose migrations are not the ones of this release', async () => {
    await migrate(executor, { schema: 'edited' });
    await pool.query(`UPDATE edited.migration SET checksum = 'another' WHERE id = 1`);
    expect((await firstCall('edited')).message).toContain('compare');
    expect((await refusal(migrate(executor, { schema: 'edited' }))).code).toBe('SCHEMA_NOT_READY');
  });

  it('looks at the schema again when it was not ready', async () => {
    const store = postgresStore(executor, { schema: 'made_later' });
    expect((await refusal(store.transact('p', (unit) => unit.now()))).code).toBe('SCHEMA_NOT_READY');
    await migrate(executor, { schema: 'made_later' });
    await store.transact('p', (unit) => unit.now());
  });
});

describe('the tables', () => {
  beforeAll(async () => {
    const store = await openStore(pool, 'tables');
    await store.transact('p', async (unit) => {
      await unit.ledger.post([
        {
          id: 't1',
          debit: 'funding',
          credit: 'pool/p',
          currency: 'USD',
          asked: 5n,
          kind: 'pool',
          subject: 's',
        },
      ]);
      await unit.plans.freeze(
        { period: 'd1', revision: 0, digest: 'd', header: '{}', pages: 1, step: 'pool', page: 0 },
        ['page'],
      );
      await unit.payouts.add([payout('p1', { batch: 'b1' }), payout('p2')]);
      await unit.attempts.put([attempt('p1', 1)]);
      await unit.movements.add([movement('tr_1', 'p1')]);
      await unit.batches.freeze({ key: 'b1', openedAt: day(1), request: '{}', pages: 1, page: 0 }, ['page']);
      await unit.reversals.put([{ key: 'r1', earning: 'e1', reason: 'refund' }]);
    });
  });

  it('begin every key with the program', async () => {
    const { rows } = await pool.query<{ index: string; first: string }>(`
      SELECT i.indexrelid::regclass::text AS index, a.attname AS first
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
      WHERE c.relnamespace = 'tables'::regnamespace AND c.relname <> 'migration'`);
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(({ first }) => first !== 'program')).toEqual([]);
    const foreign = await pool.query<{ name: string; first: string }>(`
      SELECT k.conname AS name, a.attname AS first FROM pg_constraint k
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
      WHERE k.contype = 'f' AND k.connamespace = 'tables'::regnamespace`);
    expect(foreign.rows.length).toBeGreaterThan(4);
    expect(foreign.rows.filter(({ first }) => first !== 'program')).toEqual([]);
  });

  it('compare every text by its bytes, and keep no amount in a type that rounds', async () => {
    const { rows } = await pool.query<{ column: string }>(`
      SELECT a.attrelid::regclass::text || '.' || a.attname AS column
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = 'tables'::regnamespace AND c.relkind = 'r' AND c.relname <> 'migration' AND a.attnum > 0
        AND (a.atttypid IN ('numeric'::regtype, 'float4'::regtype, 'float8'::regtype, 'money'::regtype, 'json'::regtype,
          'jsonb'::regtype, 'timestamp'::regtype) OR a.attcollation NOT IN (0, 'pg_catalog."C"'::regcollation))`);
    expect(rows).toEqual([]);
  });

  it.each([
    `UPDATE tables.transfer SET moved = 4`,
    `UPDATE tables.transfer SET moved = 4 WHERE false`,
    `DELETE FROM tables.transfer`,
    `TRUNCATE tables.transfer CASCADE`,
    `INSERT INTO tables.transfer SELECT * FROM tables.transfer ON CONFLICT (program, id) DO UPDATE SET moved = 1`,
    `UPDATE tables.plan_page SET content = 'x'`,
    `DELETE FROM tables.plan_page`,
    `UPDATE tables.payout SET amount = 501`,
    `UPDATE tables.payout SET currency = 'EUR'`,
    `UPDATE tables.payout SET participant = 'u2'`,
    `UPDATE tables.payout SET fee = 1`,
    `UPDATE tables.payout SET batch = NULL WHERE id = 'p1'`,
    `UPDATE tables.payout SET fence = -1`,
    `DELETE FROM tables.payout`,
    `TRUNCATE tables.payout CASCADE`,
    `UPDATE tables.attempt SET net = 501`,
    `UPDATE tables.attempt SET key = 'another'`,
    `UPDATE tables.attempt SET request = '{"amount":"501"}'`,
    `UPDATE tables.attempt SET account = 'another'`,
    `UPDATE tables.attempt SET environment = 'test'`,
    `DELETE FROM tables.attempt WHERE false`,
    `TRUNCATE tables.attempt`,
    `UPDATE tables.movement SET moved = 501`,
    `UPDATE tables.movement SET payout = 'p2'`,
    `UPDATE tables.movement SET attempt = 2`,
    `DELETE FROM tables.movement`,
    `UPDATE tables.batch_page SET content = 'x'`,
    `UPDATE tables.reversal SET amount = 5`,
  ])('refuse to rewrite history: %s', async (sql) => {
    await expect(pool.query(sql)).rejects.toMatchObject({ code: '23001' });
  });

  const transfer = (values: string) =>
    `INSERT INTO tables.transfer (program, id, debit, credit, asked, moved, at_most, currency, kind, subject, at)
     VALUES ('p', 'x', ${values}, 'USD', 'pool', 's', now())`;
  const account = (name: string) => `INSERT INTO tables.account VALUES ('q', '${name}', 'USD', -1)`;
  const earning = (parts: string) =>
    `INSERT INTO tables.earning (program, id, participant, currency, kind, subject, amount, held, released, reversed)
     VALUES ('p', 'x', 'u', 'USD', 'share', 's', ${parts})`;

  /** A copy of a row that is there, of another key and with other values in some columns. */
  const copy = (table: string, values: Readonly<Record<string, string>>) => `
    WITH base AS (SELECT * FROM tables.${table} LIMIT 1), copied AS (
      SELECT jsonb_populate_record(NULL::tables.${table}, to_jsonb(base) || '${JSON.stringify(values)}') AS row FROM base
    )
    INSERT INTO tables.${table} SELECT (row).* FROM copied`;
  const newPayout = (values: Readonly<Record<string, string>>) => copy('payout', { id: 'x', ...values });
  const newAttempt = (values: Readonly<Record<string, string>>) =>
    copy('attempt', { payout: 'p2', key: 'x', ...values });
  const newMovement = (values: Readonly<Record<string, string>>) =>
    copy('movement', { object: 'x', ...values });

  it.each([
    newPayout({ amount: '0' }),
    newPayout({ amount: '-5' }),
    newPayout({ fee: '-1' }),
    newPayout({ fee_bearer: 'nobody' }),
    newPayout({ state: 'paid' }),
    newPayout({ destination_id: 'acct' }),
    newPayout({ destination_version: '1' }),
    newPayout({ approved_by: 'op', approved_at: '2026-01-01T00:00:00Z' }),
    newPayout({ attempt: '0' }),
    newPayout({ fence: '-1' }),
    newPayout({ epoch: '-1' }),
    newPayout({ paid: '5', returned: '6' }),
    newPayout({ paid: '-1', returned: '-1' }),
    newPayout({ paid: '5', returned: '-1' }),
    newAttempt({ net: '0' }),
    newAttempt({ number: '0' }),
    newAttempt({ environment: 'staging' }),
    newAttempt({ sends: '-1' }),
    newAttempt({ ended_as: 'paid' }),
    newAttempt({ ended_at: '2026-01-01T00:00:00Z' }),
    newAttempt({ ended_as: 'lost', ended_at: '2026-01-01T00:00:00Z' }),
    newMovement({ moved: '0' }),
    newMovement({ returned: '501' }),
    newMovement({ returned: '-1' }),
    newMovement({ attempt: '0' }),
    `UPDATE tables.movement SET returned = 501`,
    `INSERT INTO tables.control VALUES ('p', -1, '[]')`,
    `INSERT INTO tables.reversal (program, key, earning, reason, amount) VALUES ('p', 'x', 'e', 'r', 0)`,
    `INSERT INTO tables.reversal (program, key, earning, reason, applied) VALUES ('p', 'x', 'e', 'r', -1)`,
    `INSERT INTO tables.participant (program, id, active, verified, destination_since) VALUES ('p', 'x', true, true, now())`,
    transfer(`'a', 'b', 0, 0, false`),
    transfer(`'a', 'b', -1, -1, false`),
    transfer(`'a', 'b', 5, 6, true`),
    transfer(`'a', 'b', 5, -1, true`),
    transfer(`'a', 'b', 5, 4, false`),
    transfer(`'a', 'a', 5, 5, false`),
    account('participant/u/held'),
    account('participant/u/reserved'),
    account('participant/u/paid/bank'),
    account('participant/u/paid/available'),
    account('pool/p'),
    account('campaign/c'),
    account('writtenOff'),
    earning('0, 0, 0, 0'),
    earning('5, -1, 0, 0'),
    earning('5, 6, 0, 0'),
    earning('5, 3, 3, 0'),
    earning('5, 0, 0, 6'),
    earning('9223372036854775807, 9223372036854775807, 9223372036854775807, 0'),
    `INSERT INTO tables.reversal_total VALUES ('p', 't1', 5, 6)`,
    `INSERT INTO tables.period VALUES ('p', 'x', '2026-01-02', '2026-01-02', 'open')`,
    `INSERT INTO tables.period VALUES ('p', 'x', '2026-01-02', '2026-01-03', 'ajar')`,
    `INSERT INTO tables.referral VALUES ('p', 'u', 'u', now())`,
    `INSERT INTO tables.participant VALUES ('p', 'u', true, NULL, true, 'acct', NULL)`,
    `INSERT INTO tables.plan VALUES ('p', 'd2', 0, 'd', '{}', 1, 'elsewhere', 0)`,
  ])('refuse what must never be: %s', async (sql) => {
    await expect(pool.query(sql)).rejects.toMatchObject({ code: '23514' });
  });

  it.each([
    newPayout({ id: 'p1' }),
    newAttempt({ payout: 'p1' }),
    newAttempt({ payout: 'p1', number: '2' }),
    newAttempt({ key: 'key/p1/1' }),
    newMovement({ object: 'tr_1', payout: 'p2', attempt: '7' }),
    copy('batch', { pages: '7' }),
    copy('reversal', { earning: 'e2' }),
  ])('refuse what is there already: %s', async (sql) => {
    await expect(pool.query(sql)).rejects.toMatchObject({ code: '23505' });
  });

  it.each([newAttempt({ payout: 'nowhere' }), newMovement({ payout: 'nowhere' })])(
    'refuse what belongs to no payout: %s',
    async (sql) => {
      await expect(pool.query(sql)).rejects.toMatchObject({ code: '23503' });
    },
  );

  it.each([
    newPayout({ id: 'p3' }),
    newAttempt({ payout: 'p1', number: '2', ended_as: 'refused', ended_at: '2026-01-01T00:00:00Z' }),
    newMovement({ object: 'tr_2', attempt: '7' }),
    `UPDATE tables.attempt SET tries = 3, ended_as = 'paid', ended_at = now() WHERE number = 1`,
    `UPDATE tables.payout SET state = 'completed', fence = 1, paid = 500`,
    `UPDATE tables.movement SET returned = 500`,
  ])('let what may be: %s', async (sql) => {
    await expect(pool.query(sql)).resolves.toBeDefined();
  });

  it.each(['funding', 'differences', 'outside/bank', 'fees/bank', 'participant/u/available'])(
    'let %s owe',
    async (name) => {
      await expect(pool.query(account(name))).resolves.toBeDefined();
    },
  );

  it('refuse an amount with a fraction that would be rounded', async () => {
    const numeric = `INSERT INTO tables.account VALUES ('p', 'pool/half', 'USD', $1::text::bigint)`;
    await expect(pool.query(numeric, ['0.5'])).rejects.toMatchObject({ code: '22P02' });
  });
});
