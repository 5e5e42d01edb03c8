import type { Store } from '@payout-engines/core';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate, postgresJsExecutor, postgresStore } from '../src/index.ts';
import { openPool } from './database.ts';
import { refusal } from './refusal.ts';
import { attempt, balanceOf, payout, transfer, upTo } from './rows.ts';

const SCHEMA = 'failures_postgres_js';
const pool = openPool({ max: 2 });
const sql = postgres(inject('postgresUrl'), {
  max: 2,
  onnotice: () => undefined,
  connection: { application_name: SCHEMA },
});
let store: Store;
beforeAll(async () => {
  const executor = postgresJsExecutor(sql);
  await migrate(executor, { schema: SCHEMA });
  store = postgresStore(executor, { schema: SCHEMA });
});
afterAll(async () => {
  await sql.end();
  await pool.end();
});

const gift = (id: string) => transfer(id, 'funding', 'pool/p', 5n);
const balance = (program: string) => store.transact(program, (unit) => balanceOf(unit, 'pool/p'));

async function cut(state: 'active' | 'idle in transaction'): Promise<void> {
  await pool.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = $1 AND application_name = $2',
    [state, SCHEMA],
  );
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a connection of postgres.js that is lost gives STORE_UNAVAILABLE, leaves nothing, and the pool goes on:', () => {
  it('between two statements', async () => {
    for (const round of upTo(5)) {
      const error = await refusal(
        store.transact(`between/${round}`, async (unit) => {
          await unit.ledger.post([gift('t')]);
          await cut('idle in transaction');
          await wait(round * 10);
          await unit.ledger.post([gift('u')]);
        }),
      );
      expect(error.code).toBe('STORE_UNAVAILABLE');
      expect(await balance(`between/${round}`)).toBe(0n);
    }
  });

  it('during a statement', async () => {
    const slow = postgresStore(postgresJsExecutor(sql), { schema: SCHEMA });
    await store.transact('during', (unit) => unit.locks.take(['l']));
    await store.transact('during', async (unit) => {
      await unit.locks.take(['l']);
      const waiting = refusal(slow.transact('during', (other) => other.locks.take(['l'])));
      await wait(300);
      await cut('active');
      expect((await waiting).code).toBe('STORE_UNAVAILABLE');
      await unit.ledger.post([gift('t')]);
    });
    expect(await balance('during')).toBe(5n);
  });

  it('just before the commit', async () => {
    const error = await refusal(
      store.transact('commit', async (unit) => {
        await unit.ledger.post([gift('t')]);
        await cut('idle in transaction');
      }),
    );
    expect(error.code).toBe('STORE_UNAVAILABLE');
    // postgres.js may tell the next one, too, what the server has said to the connection that is gone.
    expect(await balance('commit').catch(() => balance('commit'))).toBe(0n);
  });

  it('before work that goes on regardless, of which nothing reaches another transaction', async () => {
    // What the server has said to connections of the tests before may still be told to the next ones.
    for (const _ of upTo(2)) await balance('zombie').catch(() => 0n);
    let refused = 0;
    const error = await refusal(
      store.transact('zombie', async (unit) => {
        await unit.now();
        await cut('idle in transaction');
        await wait(50);
        // Others take the connection's place in the pool meanwhile; one of them may still be told what the server has said
        // to the one that is gone.
        await Promise.allSettled(upTo(4).map(() => store.transact('other', (other) => other.now())));
        for (const id of ['t', 'u']) await unit.ledger.post([gift(id)]).catch(() => (refused += 1));
      }),
    );
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(refused).toBe(2);
    expect(await balance('zombie')).toBe(0n);
  });

  it('when there is no server', async () => {
    const nowhere = postgres('postgres://someone:secret@127.0.0.1:9/none', { connect_timeout: 2 });
    const error = await refusal(
      postgresStore(postgresJsExecutor(nowhere)).transact('p', (unit) => unit.now()),
    );
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(JSON.stringify([error, error.message, String(error.cause)])).not.toContain('secret');
    await nowhere.end({ timeout: 0 });
  });
});

describe('a transaction through postgres.js', () => {
  it('keeps what it throws, and the name of a broken constraint', async () => {
    const stop = new Error('stop');
    expect(
      await store
        .transact('throws', async (unit) => {
          await unit.ledger.post([gift('t')]);
          throw stop;
        })
        .catch((error: unknown) => error),
    ).toBe(stop);
    const error = await refusal(
      store.transact('throws', async (unit) => {
        await unit.payouts.add([payout('p1'), payout('p2')]);
        await unit.attempts.put([attempt('p1', 1, { key: 'k' }), attempt('p2', 1, { key: 'k' })]);
      }),
    );
    expect(error.code).toBe('INVARIANT_BROKEN');
    expect(await balance('throws')).toBe(0n);
  });

  it('is read committed on a database whose default is another', async () => {
    const strict = postgres(inject('postgresUrl'), {
      max: 1,
      connection: { default_transaction_isolation: 'serializable' },
    });
    const other = postgresStore(postgresJsExecutor(strict), { schema: SCHEMA });
    await other.transact('isolation', async (unit) => {
      await unit.now();
      await store.transact('isolation', (outer) => outer.ledger.post([gift('t')]));
      expect(await balanceOf(unit, 'pool/p')).toBe(5n);
    });
    await strict.end();
  });
});
