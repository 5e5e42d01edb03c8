import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inspect } from 'node:util';
import type { PayoutError } from '@payout-engines/core';
import type { Pool, PoolConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Executor, migrate, pgExecutor, postgresStore, schemaStatus } from '../src/index.ts';
import { openPool, openStore } from './database.ts';
import { refusal } from './refusal.ts';
import { transfer } from './rows.ts';
import { type Server, startServer } from './server.ts';

const SCHEMA = 'bad_server';
const SECRET = 'hunter2-secret';
const pools: Pool[] = [];
const opened = (config: PoolConfig = {}): Pool => {
  const pool = openPool({ max: 4, ...config });
  pools.push(pool);
  return pool;
};
const administrator = opened();
beforeAll(() => openStore(administrator, SCHEMA), 60_000);
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

const gift = (executor: Executor, schema = SCHEMA) =>
  postgresStore(executor, { schema }).transact('p', (unit) =>
    unit.ledger.post([transfer('t', 'funding', 'pool/p', 5n)]),
  );

/** Everything that an error shows to whoever logs it whole, its causes and hidden properties too. */
const shown = (error: PayoutError): string =>
  inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error) + String(error.stack);

describe('a read-only server', () => {
  it('that refuses a write in a transaction is said to be one, with what to do', async () => {
    const pool = pgExecutor(administrator);
    const readOnly: Executor = {
      transaction: (setup, work) => pool.transaction(`SET TRANSACTION READ ONLY;${setup}`, work),
    };
    for (const attempt of [() => gift(readOnly), () => migrate(readOnly, { schema: 'bad_read_only' })]) {
      const error = await refusal(attempt());
      expect(error.code).toBe('STORE_UNAVAILABLE');
      expect(error.message).toContain('connect to the primary');
      expect(error.message).toContain('25006');
    }
  });

  it('by default alone is written to: the store says that it writes', async () => {
    const pool = opened({ options: '-c default_transaction_read_only=on' });
    await gift(pgExecutor(pool));
  });

  describe('that is a hot standby', () => {
    let server: Server;
    let standby: Pool;
    beforeAll(async () => {
      server = await startServer();
      standby = opened({ connectionString: server.url, max: 2, connectionTimeoutMillis: 2_000 });
      await migrate(pgExecutor(standby), { schema: SCHEMA });
      const { rows } = await standby.query<{ data_directory: string }>('SHOW data_directory');
      await writeFile(path.join(rows[0]?.data_directory ?? '', 'standby.signal'), '');
      // Resolves only for a server that takes writes.
      void server.restart('fast').catch(() => undefined);
      while (!(await inRecovery(standby))) await new Promise((resolve) => setTimeout(resolve, 200));
    }, 120_000);
    afterAll(() => server.stop());

    it('is said to be one, by the store, by migrate and by status, with what to do', async () => {
      const executor = pgExecutor(standby);
      const attempts = [
        () => gift(executor),
        () => migrate(executor, { schema: SCHEMA }),
        () => schemaStatus(executor, { schema: SCHEMA }),
      ];
      for (const attempt of attempts) {
        const error = await refusal(attempt());
        expect(error.code).toBe('STORE_UNAVAILABLE');
        expect(error.message).toContain('connect to the primary');
      }
    });
  });
});

describe('a role without rights', () => {
  it('gets told which script gives them, whatever it lacks', async () => {
    await administrator.query(`CREATE ROLE bad_server_nobody LOGIN PASSWORD '${SECRET}'`);
    const url = new URL(inject('postgresUrl'));
    url.username = 'bad_server_nobody';
    url.password = SECRET;
    const nobody = pgExecutor(opened({ connectionString: url.href }));
    const errors = [
      await refusal(gift(nobody)),
      await refusal(migrate(nobody, { schema: 'bad_forbidden' })),
      await refusal(schemaStatus(nobody, { schema: SCHEMA })),
    ];
    await administrator.query(`GRANT USAGE ON SCHEMA ${SCHEMA} TO bad_server_nobody`);
    errors.push(await refusal(gift(nobody)));
    await administrator.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${SCHEMA} TO bad_server_nobody`);
    errors.push(await refusal(gift(nobody)));
    for (const error of errors) {
      expect(error.code).toBe('SCHEMA_NOT_READY');
      expect(error.message).toContain('lacks a right (SQLSTATE 42501)');
      expect(error.message).toContain('payout-engines-postgres roles');
      expect(shown(error)).not.toContain(SECRET);
    }
    const { rows } = await administrator.query(`SELECT FROM pg_namespace WHERE nspname = 'bad_forbidden'`);
    expect(rows).toEqual([]);
  });
});

describe('a database that does not let in', () => {
  it.each([
    { title: 'the password is wrong', change: { password: SECRET }, says: 'check the credentials' },
    {
      title: 'the role is not there',
      change: { username: 'bad_server_ghost', password: SECRET },
      says: 'credentials',
    },
    { title: 'the database is not there', change: { pathname: '/nowhere' }, says: 'check its name' },
    { title: 'there is no server', change: { port: '9', password: SECRET }, says: 'ECONNREFUSED' },
  ])('is said with what to check, and without a secret: $title', async ({ change, says }) => {
    const url = new URL(inject('postgresUrl'));
    Object.assign(url, change);
    const executor = pgExecutor(opened({ connectionString: url.href }));
    for (const attempt of [() => gift(executor), () => migrate(executor), () => schemaStatus(executor)]) {
      const error = await refusal(attempt());
      expect(error.code).toBe('STORE_UNAVAILABLE');
      expect(error.message).toContain(says);
      expect(shown(error)).not.toContain(url.password);
      expect(shown(error)).not.toContain(SECRET);
    }
  });

  it('is said when its encoding cannot keep every text', async () => {
    await administrator.query(
      `CREATE DATABASE bad_encoding ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    );
    const url = Object.assign(new URL(inject('postgresUrl')), { pathname: '/bad_encoding' });
    const error = await refusal(migrate(pgExecutor(opened({ connectionString: url.href }))));
    expect(error.code).toBe('SCHEMA_NOT_READY');
    expect(error.message).toContain('UTF8');
  });
});

describe('a row in an error of the server', () => {
  it('is not passed on', async () => {
    await administrator.query(`ALTER TABLE ${SCHEMA}.notification ADD CONSTRAINT never CHECK (body = '')`);
    const error = await refusal(
      postgresStore(pgExecutor(administrator), { schema: SCHEMA }).transact('p', (unit) =>
        unit.outbox.add([
          {
            id: SECRET,
            kind: 'referral_bonus',
            participant: SECRET,
            period: 'd1',
            currency: 'USD',
            amount: '5',
            state: 'held',
            referred: 'v',
            level: 1,
          },
        ]),
      ),
    );
    await administrator.query(`ALTER TABLE ${SCHEMA}.notification DROP CONSTRAINT never`);
    expect(error.code).toBe('INVARIANT_BROKEN');
    expect(shown(error)).not.toContain(SECRET);
  });
});

async function inRecovery(pool: Pool): Promise<boolean> {
  const answer = await pool
    .query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby')
    .catch(() => undefined);
  return answer?.rows[0]?.standby === true;
}
