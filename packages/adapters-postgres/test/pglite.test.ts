import { PGlite } from '@electric-sql/pglite';
import { memoryStore, PayoutError, type Store } from '@payout-engines/core';
import { randomStoreCommands, registerCases, runCommands, storeCases } from '@payout-engines/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, pgliteExecutor, postgresStore } from '../src/index.ts';

describe('the store on PGlite', () => {
  let database: PGlite;
  let store: Store;
  let missing: unknown;

  beforeAll(async () => {
    database = await PGlite.create();
    const executor = pgliteExecutor(database);
    store = postgresStore(executor);
    missing = await store.transact('p', (unit) => unit.now()).catch((error: unknown) => error);
    await migrate(executor);
  }, 60_000);
  afterAll(() => database.close());

  it('says what to do when its schema is missing, and works once it is there', async () => {
    expect(PayoutError.is(missing, 'SCHEMA_NOT_READY')).toBe(true);
    expect(String(missing)).toContain('run migrate');
    await store.transact('p', (unit) => unit.now());
  });

  it('applies nothing when it is migrated again', async () => {
    expect(await migrate(pgliteExecutor(database))).toEqual({ schema: 'payouts', applied: [] });
  });

  it('runs one transaction after the other, and goes on after one that failed', async () => {
    const order: string[] = [];
    const step = (name: string) =>
      store.transact('p', async (unit) => {
        order.push(`${name} begins`);
        await unit.now();
        if (name === 'b') throw new Error('stop');
        order.push(`${name} ends`);
      });
    const results = await Promise.allSettled([step('a'), step('b'), step('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'c ends']);
  });

  it('does what the memory store does, over random commands', async () => {
    for (const seed of [1, 2]) {
      const commands = randomStoreCommands(seed, 150);
      const expected = await runCommands(memoryStore(), 'p', commands);
      expect(await runCommands(store, `random/${seed}`, commands)).toEqual(expected);
    }
  });

  describe('the Store contract', () => {
    registerCases(it, storeCases, {
      open: () => Promise.resolve({ store }),
      abilities: { concurrency: false, time: true },
      passTime: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  });
});
