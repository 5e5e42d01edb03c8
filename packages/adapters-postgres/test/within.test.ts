import {
  payouts,
  type PayoutError,
  type Payouts,
  putParticipants,
  simulatedProvider,
  type Store,
  storeDirectory,
  STRICT_PAYOUT_REQUIREMENTS,
  currency,
} from '@payout-engines/core';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  migrate,
  pgExecutor,
  pgTransaction,
  postgresStore,
  postgresStoreWithin,
  type PostgresStoreWithinOptions,
} from '../src/index.ts';
import { openPool } from './database.ts';
import { refusal } from './refusal.ts';
import { attempt, balanceOf, transfer, upTo } from './rows.ts';
import { type Client, CLIENTS } from './within/clients.ts';

const SCHEMA = 'within_test';
const pool = openPool({ max: 12, application_name: SCHEMA });
const store = postgresStore(pgExecutor(pool), { schema: SCHEMA });
const storeWithin = postgresStoreWithin({ schema: SCHEMA });
beforeAll(async () => {
  await migrate(pgExecutor(pool), { schema: SCHEMA });
  await pool.query('CREATE TABLE orders (id text PRIMARY KEY, state text NOT NULL)');
});
afterAll(async () => {
  await pool.query('DROP TABLE orders');
  await pool.end();
});

const provider = simulatedProvider({
  environment: 'test',
  currencies: { USD: { currency: currency('USD'), exponent: 2, step: 1n } },
  clock: () => new Date(),
  schedule: (afterMs, run) => void setTimeout(run, afterMs),
});

/** The engine of an application, on a store of its choice. */
function engineOn(store: Store): Payouts {
  return payouts({
    store,
    directory: storeDirectory(store),
    providers: [provider],
    rules: {
      environment: 'test',
      thresholds: { currencies: { USD: { minimum: 100n } } },
      require: STRICT_PAYOUT_REQUIREMENTS,
      approval: { mode: 'automatic' },
      destinationHoldDays: 0,
    },
  });
}

const sale = (order: string, participant = 'ann') => ({
  key: order,
  participant,
  currency: 'USD',
  amount: 5000n,
  kind: 'sale' as const,
  subject: order,
});

const ask = (program: string, key: string) => ({ program, key, participant: 'ann', currency: 'USD' });

async function openProgram(program: string, order: string): Promise<void> {
  await putParticipants(store, program, [
    { id: 'ann', active: true, verified: true, destination: { id: 'acct', version: 1 } },
  ]);
  await pool.query(`INSERT INTO orders VALUES ($1, 'open')`, [order]);
}

async function stateOf(order: string): Promise<unknown> {
  return (await pool.query<{ state: string }>('SELECT state FROM orders WHERE id = $1', [order])).rows[0]
    ?.state;
}

const available = (program: string) =>
  store.transact(program, (unit) => balanceOf(unit, 'participant/ann/available'));

/** A transaction of `pg` that is rolled back in the end. */
async function inTransaction(work: (client: PoolClient) => Promise<void>, begin = 'BEGIN'): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(begin);
    await work(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const within = (client: Parameters<typeof pgTransaction>[0], options?: PostgresStoreWithinOptions): Store =>
  (options === undefined ? storeWithin : postgresStoreWithin({ schema: SCHEMA, ...options }))(
    pgTransaction(client),
  );

describe.each(Object.entries(CLIENTS))('an order and its earning in one transaction of %s', (name, open) => {
  let client: Client;
  beforeAll(async () => {
    client = await open();
  }, 120_000);
  afterAll(() => client.close());

  it('are kept together, and a payout with them', async () => {
    const [program, order] = [`${name}/kept`, `${name}/o1`];
    await openProgram(program, order);
    const opened = await client.transaction(async ({ transaction, complete }) => {
      const engine = engineOn(storeWithin(transaction));
      await complete(order);
      await engine.credit({ program, credits: [sale(order)] });
      return engine.request(ask(program, 'k1'));
    });
    expect(opened.amount).toBe(5000n);
    expect(await stateOf(order)).toBe('completed');
    expect(await available(program)).toBe(0n);
    expect((await engineOn(store).list({ program })).payouts).toHaveLength(1);
    // What was opened inside is sent outside, as always.
    expect(await engineOn(store).process({ program })).toMatchObject({ completed: 1 });
  });

  it('are rolled back together', async () => {
    const [program, order] = [`${name}/back`, `${name}/o2`];
    await openProgram(program, order);
    const error = await client
      .transaction(async ({ transaction, complete }) => {
        const engine = engineOn(storeWithin(transaction));
        await engine.credit({ program, credits: [sale(order)] });
        await engine.request(ask(program, 'k1'));
        await complete(order);
        throw new Error('the application thinks better of it');
      })
      .catch((reason: unknown) => reason);
    expect(String(error)).toContain('thinks better of it');
    expect(await stateOf(order)).toBe('open');
    expect(await available(program)).toBe(0n);
    expect((await engineOn(store).list({ program })).payouts).toEqual([]);
  });

  it('go on without what was refused', async () => {
    const [program, order] = [`${name}/refused`, `${name}/o3`];
    await openProgram(program, order);
    await client.transaction(async ({ transaction, complete }) => {
      const engine = engineOn(storeWithin(transaction));
      await complete(order);
      const error = await refusal(engine.request(ask(program, 'k1')));
      expect(error.code).toBe('NOT_ELIGIBLE');
      await engine.credit({ program, credits: [sale(order)] });
    });
    expect(await stateOf(order)).toBe('completed');
    expect(await available(program)).toBe(5000n);
  });

  it('go on after a statement of the store has failed', async () => {
    const [program, order] = [`${name}/failed`, `${name}/o4`];
    await openProgram(program, order);
    await client.transaction(async ({ transaction, complete }) => {
      const impatient = postgresStoreWithin({ schema: SCHEMA, lockTimeoutMs: 20 })(transaction);
      await complete(order);
      await store.transact(program, async (other) => {
        await other.locks.take(['participant/ann']);
        const error = await refusal(engineOn(impatient).credit({ program, credits: [sale(order)] }));
        expect(error.code).toBe('STORE_UNAVAILABLE');
        expect(error.message).toContain('55P03');
      });
      await engineOn(impatient).credit({ program, credits: [sale(order)] });
    });
    expect(await stateOf(order)).toBe('completed');
    expect(await available(program)).toBe(5000n);
  });

  it('runs again by itself what met an id that was taken meanwhile', async () => {
    const program = `${name}/taken`;
    await client.transaction(async ({ transaction }) => {
      let runs = 0;
      await storeWithin(transaction).transact(program, async (unit) => {
        runs += 1;
        const people = upTo(1001).map((n) => transfer(`t${n}`, 'outside/b', `participant/u${n}/held`, 1n));
        if (runs === 1) await store.transact(program, (other) => other.ledger.post(people.slice(0, 1)));
        await unit.ledger.post(people);
      });
      expect(runs).toBe(2);
    });
    expect(await store.transact(program, (unit) => balanceOf(unit, 'participant/u0/held'))).toBe(1n);
    expect(await store.transact(program, (unit) => balanceOf(unit, 'participant/u1000/held'))).toBe(1n);
  });

  it('says so when all of it must be run again', async () => {
    const program = `${name}/deadlock`;
    await store.transact(program, (unit) => unit.locks.take(['a', 'b']));
    const both: { resolve?: () => void } = {};
    const bothHoldOne = new Promise<void>((resolve) => (both.resolve = resolve));
    let holders = 0;
    const crossing = (first: string, second: string): Promise<unknown> =>
      client.transaction(async ({ transaction }) => {
        const inside = storeWithin(transaction);
        await inside.transact(program, (unit) => unit.locks.take([first]));
        holders += 1;
        if (holders === 2) both.resolve?.();
        await bothHoldOne;
        await inside.transact(program, (unit) => unit.locks.take([second]));
      });
    const results = await Promise.allSettled([crossing('a', 'b'), crossing('b', 'a')]);
    const errors = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as PayoutError] : [],
    );
    expect(errors.map(({ code }) => code)).toEqual(['TRANSACTION_CONFLICT']);
    expect(errors[0]?.message).toContain('40P01');
  });
});

describe("the caller's transaction", () => {
  const SETTINGS = [
    'search_path',
    'enable_seqscan',
    'jit',
    'statement_timeout',
    'lock_timeout',
    'idle_in_transaction_session_timeout',
    'payout_engines.program',
  ];

  it('has its settings back after each call, whether it was kept or refused', async () => {
    await inTransaction(async (client) => {
      const settings = async (): Promise<unknown> =>
        (
          await client.query(
            'SELECT ' +
              SETTINGS.map((name) => `coalesce(current_setting('${name}', true), '') AS "${name}"`).join(
                ', ',
              ),
          )
        ).rows;
      await client.query(
        `SET LOCAL search_path = public, "odd "" name"; SET LOCAL statement_timeout = '7s'; SET jit = off`,
      );
      const before = await settings();
      await within(client).transact('settings', (unit) =>
        unit.ledger.post([transfer('t', 'funding', 'pool/p', 1n)]),
      );
      expect(await settings()).toEqual(before);
      await refusal(
        within(client).transact('settings', (unit) =>
          unit.ledger.post([transfer('u', 'pool/p', 'pool/q', 9n)]),
        ),
      );
      expect(await settings()).toEqual(before);
    });
  });

  it('keeps its own limits of time while the store works', async () => {
    await inTransaction(async (client) => {
      const read = async (): Promise<unknown> =>
        (
          await client.query(
            `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement`,
          )
        ).rows[0];
      await client.query(`SET LOCAL lock_timeout = '3s'`);
      await within(client, { lockTimeoutMs: 9_000, statementTimeoutMs: 9_000 }).transact(
        'limits',
        async (unit) => {
          await unit.now();
          expect(await read()).toEqual({ lock: '3s', statement: '9s' });
        },
      );
    });
  });

  it('is refused when it reads as of its beginning, and nothing is written', async () => {
    await openProgram('isolated', 'isolated/o1');
    await engineOn(store).credit({ program: 'isolated', credits: [sale('isolated/o1')] });
    for (const isolation of ['REPEATABLE READ', 'SERIALIZABLE']) {
      const racers = upTo(2).map((racer) =>
        inTransaction(async (client) => {
          await client.query('SELECT count(*) FROM orders');
          const request = engineOn(within(client)).request(ask('isolated', `k${racer}`));
          const error = await refusal(request);
          expect(error.code).toBe('UNFIT_TRANSACTION');
          expect(error.message).toContain(isolation);
          // It can go on with what is the caller's own.
          await client
            .query(`UPDATE orders SET state = 'seen' WHERE id = 'isolated/o1'`)
            .catch(() => undefined);
        }, `BEGIN ISOLATION LEVEL ${isolation}`),
      );
      await Promise.all(racers);
    }
    expect((await engineOn(store).list({ program: 'isolated' })).payouts).toEqual([]);
    expect(await available('isolated')).toBe(5000n);
  });

  it('opens one payout of two that ask for the whole balance at once', async () => {
    for (const round of upTo(5)) {
      const program = `two/${round}`;
      await openProgram(program, program);
      await engineOn(store).credit({ program, credits: [sale(program)] });
      const results = await Promise.allSettled(
        upTo(2).map(async (racer) => {
          const client = await pool.connect();
          try {
            await client.query('BEGIN');
            await client.query('SELECT count(*) FROM orders');
            const opened = await engineOn(within(client)).request(ask(program, `k${racer}`));
            await client.query('COMMIT');
            return opened;
          } catch (error) {
            await client.query('ROLLBACK');
            throw error;
          } finally {
            client.release();
          }
        }),
      );
      expect(results.map(({ status }) => status).sort(), `round ${round}`).toEqual(['fulfilled', 'rejected']);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'NOT_ELIGIBLE' });
      expect(await available(program)).toBe(0n);
    }
  });

  it('is refused when it has not begun, has failed, or is a pool', async () => {
    const client = await pool.connect();
    for (const nothing of [client, pool]) {
      const error = await refusal(within(nothing).transact('p', (unit) => unit.now()));
      expect([error.code, error.message]).toEqual([
        'UNFIT_TRANSACTION',
        expect.stringContaining('has not begun'),
      ]);
    }
    client.release();
    await inTransaction(async (failed) => {
      await failed.query('SELECT 1 FROM nowhere').catch(() => undefined);
      const error = await refusal(within(failed).transact('p', (unit) => unit.now()));
      expect([error.code, error.message]).toEqual([
        'UNFIT_TRANSACTION',
        expect.stringContaining('roll it back'),
      ]);
    });
  });

  it('is told when the connection is lost', async () => {
    const client = await pool.connect();
    client.on('error', () => undefined);
    await client.query('BEGIN');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const error = await refusal(
      within(client).transact('lost', async (unit) => {
        await unit.now();
        await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
        await unit.now();
      }),
    );
    expect(error.code).toBe('STORE_UNAVAILABLE');
    client.release(true);
  });

  it('lets calls at the same time take turns', async () => {
    await inTransaction(async (client) => {
      const order: string[] = [];
      const step = (name: string): Promise<void> =>
        within(client).transact('turns', async (unit) => {
          order.push(`${name} begins`);
          await unit.now();
          if (name === 'b') throw new Error('stop');
          order.push(`${name} ends`);
        });
      const results = await Promise.allSettled(['a', 'b', 'c'].map(step));
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(order).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'c ends']);
    });
  });

  it('keeps no cursor of a stream that was left', async () => {
    await store.transact('cursors', (unit) => unit.ledger.post([transfer('t', 'funding', 'pool/p', 1n)]));
    await inTransaction(async (client) => {
      for (const _ of upTo(2)) {
        await within(client).transact('cursors', async (unit) => {
          const stream = unit.ledger.transfers()[Symbol.asyncIterator]();
          expect((await stream.next()).done).toBe(false);
        });
      }
      expect(
        (await client.query('SELECT name FROM pg_cursors WHERE name LIKE $1', ['payouts%'])).rows,
      ).toEqual([]);
    });
  });

  it('refuses to begin a payment, because nothing must be sent before its intent is committed', async () => {
    await openProgram('sends', 'sends/o1');
    await engineOn(store).credit({ program: 'sends', credits: [sale('sends/o1')] });
    await engineOn(store).request(ask('sends', 'k1'));
    const sent = provider.truth().length;
    await inTransaction(async (client) => {
      const error = await refusal(engineOn(within(client)).process({ program: 'sends' }));
      expect(error.code).toBe('UNFIT_TRANSACTION');
      const put = within(client).transact('sends', (unit) => unit.attempts.put([attempt('p', 1)]));
      expect((await refusal(put)).code).toBe('UNFIT_TRANSACTION');
    });
    expect(provider.truth()).toHaveLength(sent);
    expect(await engineOn(store).process({ program: 'sends' })).toMatchObject({ completed: 1 });
  });
});
