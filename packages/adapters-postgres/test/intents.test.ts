import { PGlite } from '@electric-sql/pglite';
import { PayoutError } from '@payout-engines/core';
import { type IntentStore } from '@payout-engines/adapters-stripe';
import { intentStoreCases, registerIntentStoreCases } from '@payout-engines/adapters-stripe/testing';
import { type Pool } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type Executor,
  migrate,
  pgExecutor,
  pgliteExecutor,
  postgresIntents,
  postgresJsExecutor,
  rolesSql,
} from '../src/index.ts';
import { openPool } from './database.ts';
import postgres from 'postgres';
import { inject } from 'vitest';

let schemas = 0;
/** Stores on a schema without rows. */
async function opened(executor: Executor, other = executor) {
  const schema = `intents_${(schemas += 1)}`;
  await migrate(executor, { schema });
  const stores: { readonly one: IntentStore; readonly other: IntentStore } = {
    one: postgresIntents(executor, { schema }),
    other: postgresIntents(other, { schema }),
  };
  return { schema, ...stores };
}

describe('intents on PGlite', () => {
  const database = new PGlite();
  afterAll(() => database.close());
  registerIntentStoreCases(it, intentStoreCases, () => opened(pgliteExecutor(database)));
});

describe('intents on a real server', () => {
  const pool: Pool = openPool({ max: 20 });
  const sql = postgres(inject('postgresUrl'), { max: 20, onnotice: () => undefined });
  afterAll(() => Promise.all([pool.end(), sql.end()]));

  describe('with pg, and by another worker with postgres.js', () => {
    registerIntentStoreCases(it, intentStoreCases, () => opened(pgExecutor(pool), postgresJsExecutor(sql)));
  });

  it('are kept from whoever has read an older version, and from being deleted, by the database itself', async () => {
    const { schema, one } = await opened(pgExecutor(pool));
    await one.replace('p', 'i', 0, 'first');
    for (const statement of [
      `UPDATE ${schema}.intent SET content = 'second'`,
      `UPDATE ${schema}.intent SET version = 3`,
      `UPDATE ${schema}.intent SET version = 2, id = 'other'`,
      `DELETE FROM ${schema}.intent`,
      `TRUNCATE ${schema}.intent`,
    ])
      await expect(pool.query(statement), statement).rejects.toMatchObject({ code: '23001' });
    expect(await one.read('p', 'i')).toEqual({ version: 1, text: 'first' });
  });

  it('belong to their program alone under row-level security, by a role that may do no more', async () => {
    const { schema } = await opened(pgExecutor(pool));
    await pool.query(rolesSql({ schema, rowSecurity: true }));
    await pool.query(`CREATE ROLE ${schema}_login LOGIN PASSWORD 'open' IN ROLE ${schema}_application`);
    const url = new URL(inject('postgresUrl'));
    url.username = `${schema}_login`;
    url.password = 'open';
    const application = openPool({ connectionString: url.href, max: 4 });
    const intents = postgresIntents(pgExecutor(application), { schema, rowSecurity: true });
    expect(await intents.replace('p', 'i', 0, 'first')).toBe(true);
    expect(await intents.replace('q', 'i', 0, 'other')).toBe(true);
    expect(await intents.replace('p', 'i', 1, 'second')).toBe(true);
    expect(await intents.read('p', 'i')).toEqual({ version: 2, text: 'second' });
    expect((await intents.now()).getTime()).toBeGreaterThan(0);
    const { rows } = await application.query(`SELECT * FROM ${schema}.intent`);
    expect(rows).toEqual([]);
    await expect(application.query(`DELETE FROM ${schema}.intent`)).rejects.toMatchObject({ code: '42501' });
    await application.end();
  });

  it('say what is wrong with a name, a text or a database that has no such table', async () => {
    const { one } = await opened(pgExecutor(pool));
    const codeOf = async (done: Promise<unknown>) => {
      const error: unknown = await done.catch((thrown: unknown) => thrown);
      return PayoutError.is(error) ? error.code : error;
    };
    expect(await codeOf(one.read('p', ''))).toBe('INVALID_ID');
    expect(await codeOf(one.read('', 'i'))).toBe('INVALID_ID');
    expect(await codeOf(one.replace('p', 'i', 0, 'a\0b'))).toBe('INVALID_INPUT');
    const absent = postgresIntents(pgExecutor(pool), { schema: 'nowhere_at_all' });
    expect(await codeOf(absent.read('p', 'i'))).toBe('SCHEMA_NOT_READY');
  });
});
