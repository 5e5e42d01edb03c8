import { paidAccount, PayoutError, type Store, type UnitOfWork, verify } from '@payout-engines/core';
import { types } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pgExecutor, postgresStore } from '../src/index.ts';
import { openPool, openStore } from './database.ts';
import { refusal } from './refusal.ts';
import { balanceOf, day, randomNumbers, transfer, upTo } from './rows.ts';

const SCHEMA = 'failures';
const pool = openPool({ max: 6, application_name: SCHEMA });
let store: Store;
beforeAll(async () => {
  store = await openStore(pool, SCHEMA);
});
afterAll(() => pool.end());

const gift = (id: string, asked = 5n) => transfer(id, 'funding', 'pool/p', asked);
const balance = (program: string) => store.transact(program, (unit) => balanceOf(unit, 'pool/p'));

/** Cuts the connections of transactions that are waiting for their client. */
async function cutIdleTransactions(): Promise<void> {
  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND application_name = $1`,
    [SCHEMA],
  );
}

describe('a connection that is lost', () => {
  it('in the middle of a transaction gives STORE_UNAVAILABLE and leaves nothing', async () => {
    const error = await refusal(
      store.transact('lost', async (unit) => {
        await unit.ledger.post([gift('t')]);
        await cutIdleTransactions();
        await unit.ledger.post([gift('u')]);
      }),
    );
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(await balance('lost')).toBe(0n);
  });

  it('just before the commit gives STORE_UNAVAILABLE and leaves nothing', async () => {
    const error = await refusal(
      store.transact('commit', async (unit) => {
        await unit.ledger.post([gift('t')]);
        await cutIdleTransactions();
      }),
    );
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(await balance('commit')).toBe(0n);
  });

  it('while the work does something else does not end the process', async () => {
    const error = await refusal(
      store.transact('elsewhere', async (unit) => {
        await unit.now();
        await cutIdleTransactions();
        await new Promise((resolve) => setTimeout(resolve, 100));
        await unit.now();
      }),
    );
    expect(error.code).toBe('STORE_UNAVAILABLE');
    await store.transact('elsewhere', (unit) => unit.now());
  });

  it('gives STORE_UNAVAILABLE when there is no server, and tells nobody the password', async () => {
    const nowhere = openPool({ connectionString: 'postgres://someone:secret@127.0.0.1:9/none' });
    const error = await refusal(postgresStore(pgExecutor(nowhere)).transact('p', (unit) => unit.now()));
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(JSON.stringify([error, error.message, String(error.cause)])).not.toContain('secret');
    await nowhere.end();
  });
});

describe('limits', () => {
  it('end a statement that takes too long', async () => {
    const quick = await openStore(pool, SCHEMA, { lockTimeoutMs: 50 });
    await store.transact('limits', async (unit) => {
      await unit.ledger.post([gift('t')]);
      const error = await refusal(quick.transact('limits', (other) => other.ledger.post([gift('u')])));
      expect(error.code).toBe('STORE_UNAVAILABLE');
      expect(error.message).toContain('a lock was not free in time');
    });
    await quick.transact('limits', (unit) => unit.ledger.post([gift('u')]));
  });

  it('end a transaction that does nothing for too long', async () => {
    const impatient = await openStore(pool, SCHEMA, { idleTimeoutMs: 50 });
    const error = await refusal(
      impatient.transact('idle', async (unit) => {
        await unit.ledger.post([gift('t')]);
        await new Promise((resolve) => setTimeout(resolve, 300));
        await unit.now();
      }),
    );
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(await balance('idle')).toBe(0n);
  });

  it('are refused when they are no times', () => {
    for (const statementTimeoutMs of [-1, 0.5, Number.NaN, Infinity, 2 ** 31]) {
      expect(() => postgresStore(pgExecutor(pool), { statementTimeoutMs })).toThrow(PayoutError);
    }
  });

  it('leave nothing behind on the connection', async () => {
    await store.transact('settings', (unit) => unit.now());
    const { rows } = await pool.query(
      `SELECT current_setting('search_path') AS path, current_setting('lock_timeout') AS lock`,
    );
    expect(rows).toEqual([{ path: '"$user", public', lock: '0' }]);
  });
});

describe('a transaction', () => {
  it('that hides the failure of a statement is not taken for kept', async () => {
    const error = await refusal(
      store.transact('hidden', async (unit) => {
        await unit.ledger.post([gift('t')]);
        await pool.query(`ALTER TABLE ${SCHEMA}.participant RENAME TO moved_away`);
        await unit.participants
          .put([{ id: 'u', active: true, verified: true }])
          .catch(() => undefined)
          .finally(() => pool.query(`ALTER TABLE ${SCHEMA}.moved_away RENAME TO participant`));
      }),
    );
    expect(error.code).toBe('SCHEMA_NOT_READY');
    expect(await balance('hidden')).toBe(0n);
  });

  it('refuses the use of its unit after it has ended', async () => {
    let left: UnitOfWork | undefined;
    let stream: AsyncIterator<unknown> | undefined;
    await store.transact('ended', async (unit) => {
      left = unit;
      await unit.ledger.post([gift('t')]);
      stream = unit.ledger.transfers()[Symbol.asyncIterator]();
    });
    expect((await refusal(left?.ledger.post([gift('u')]) ?? Promise.resolve())).code).toBe(
      'STORE_UNAVAILABLE',
    );
    expect((await refusal(left?.now() ?? Promise.resolve())).message).toContain('has ended');
    expect((await refusal(stream?.next() ?? Promise.resolve())).code).toBe('STORE_UNAVAILABLE');
    expect(await balance('ended')).toBe(5n);
  });

  it('waits for what it did not wait for, and keeps it', async () => {
    await store.transact('unawaited', async (unit) => {
      void unit.ledger.post([gift('t')]);
      return Promise.resolve();
    });
    expect(await balance('unawaited')).toBe(5n);
  });

  it('runs calls made at the same time one after the other', async () => {
    await store.transact('parallel', async (unit) => {
      await unit.ledger.post([gift('in', 100n)]);
      const results = await Promise.allSettled(
        ['a', 'b', 'c', 'a'].map((id) =>
          unit.ledger.post([transfer(id, 'pool/p', 'participant/u/held', 40n)]),
        ),
      );
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
    });
    expect(await balance('parallel')).toBe(20n);
  });

  it('keeps nothing of a plan whose pages failed, though the work goes on', async () => {
    const plan = {
      period: 'd1',
      revision: 0,
      digest: 'd',
      header: '{}',
      pages: 2,
      step: 'pool',
      page: 0,
    } as const;
    await store.transact('pages', async (unit) => {
      for (const bad of ['a\0b', '\ud800']) {
        const error = await refusal(unit.plans.freeze(plan, ['good', bad]));
        expect(error.code).toBe('INVALID_INPUT');
      }
      expect(await unit.plans.find('d1')).toBeUndefined();
      await unit.ledger.post([gift('t')]);
    });
    expect(await balance('pages')).toBe(5n);
    await store.transact('pages', (unit) => unit.plans.freeze(plan, ['good', 'better']));
  });

  it('runs again when a large batch turns out to be stored, and leaves it as it is', async () => {
    const ids = upTo(1500).map((n) => `share/${n}`);
    const write = (from: number): Promise<unknown> =>
      store.transact('replay', async (unit) => {
        runs += 1;
        const some = ids.slice(from, from + 1200);
        await unit.ledger.post(some.map((id) => transfer(id, 'funding', `participant/u/held`, 5n)));
        await unit.earnings.add(
          some.map((id) => ({
            id,
            participant: 'u',
            currency: 'USD',
            amount: 5n,
            kind: 'share',
            subject: 's',
            held: 5n,
            released: 0n,
            reversed: 0n,
          })),
        );
        await unit.outbox.add(
          some.map((id) => ({
            id,
            kind: 'referral_bonus',
            participant: 'u',
            period: 'd1',
            currency: 'USD',
            amount: '5',
            state: 'held',
            referred: 'v',
            level: 1,
          })),
        );
      });
    let runs = 0;
    for (const from of [0, 0, 300]) await write(from);
    expect(runs).toBe(5);
    expect(await verify(store, 'replay')).toMatchObject({ ok: true, transfers: 1500, earnings: 1500 });
    expect(await store.transact('replay', (unit) => unit.outbox.counts())).toEqual({
      stored: 1500,
      undelivered: 1500,
    });
  });

  it('is refused when its ids are too long together for an index', async () => {
    const random = randomNumbers(7);
    const long = (): string =>
      Array.from({ length: 255 }, () => String.fromCharCode(0x4e00 + random(20_000))).join('');
    const account = paidAccount(long(), long());
    const error = await refusal(
      store.transact(long(), (unit) =>
        unit.ledger.post([transfer('t', 'funding', account, 1n, { currency: long() })]),
      ),
    );
    expect(error.code).toBe('INVALID_INPUT');
  });

  it('is read committed on a database whose default is another', async () => {
    const database = await pool.query<{ name: string }>('SELECT current_database() AS name');
    const strict = openPool({ max: 2, options: '-c default_transaction_isolation=serializable' });
    const other = postgresStore(pgExecutor(strict), { schema: SCHEMA });
    await other.transact('isolation', async (unit) => {
      await unit.now();
      await store.transact('isolation', (outer) => outer.ledger.post([gift('t')]));
      expect(await balanceOf(unit, 'pool/p'), database.rows[0]?.name).toBe(5n);
    });
    await strict.end();
  });

  it('runs again after an amount left 64 bits unseen, and then refuses it', async () => {
    const most = 9_223_372_036_854_775_807n;
    await store.transact('range', (unit) => unit.ledger.post([transfer('max', 'outside/a', 'pool/p', most)]));
    let runs = 0;
    const people = Array.from({ length: 1001 }, (_, n) =>
      transfer(`t${n}`, 'outside/b', `participant/u${n}/held`, 1n),
    );
    await store.transact('range', async (unit) => {
      runs += 1;
      await refusal(unit.ledger.post([...people, transfer('over', 'outside/b', 'pool/p', 1n)])).then(
        (error) => expect(error.code).toBe('AMOUNT_OUT_OF_RANGE'),
      );
    });
    expect(runs).toBe(2);
    expect(await balance('range')).toBe(most);
  });
});

describe('parsers that the application has set', () => {
  afterEach(() => {
    types.setTypeParser(types.builtins.INT8, (text) => text);
  });

  it('do not touch amounts and times', async () => {
    types.setTypeParser(types.builtins.INT8, () => 42);
    const most = 9_007_199_254_740_993n;
    await store.transact('parsers', async (unit) => {
      await unit.periods.open([{ id: 'd1', start: day(1), end: day(2) }]);
      await unit.ledger.post([gift('t', most)]);
    });
    expect(await balance('parsers')).toBe(most);
    const period = await store.transact('parsers', (unit) => unit.periods.find('d1'));
    expect(period?.end).toEqual(day(2));
  });
});
