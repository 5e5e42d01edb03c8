import { memoryStore, type Store } from '@payout-engines/core';
import { randomStoreCommands, registerCases, runCommands, storeCases } from '@payout-engines/core/testing';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate, postgresJsExecutor, postgresStore } from '../src/index.ts';

const SCHEMA = 'contract_postgres_js';

describe('the store on a real server through postgres.js', () => {
  // An application that reads values in ways of its own.
  const sql = postgres(inject('postgresUrl'), {
    max: 40,
    onnotice: () => undefined,
    types: {
      bigint: postgres.BigInt,
      text: { to: 25, from: [25], serialize: String, parse: (text: string) => text.toUpperCase() },
    },
    transform: postgres.camel,
  });
  let store: Store;
  beforeAll(async () => {
    const executor = postgresJsExecutor(sql);
    await migrate(executor, { schema: SCHEMA });
    store = postgresStore(executor, { schema: SCHEMA });
  });
  afterAll(() => sql.end());

  it('applies nothing when it is migrated again', async () => {
    expect(await migrate(postgresJsExecutor(sql), { schema: SCHEMA })).toEqual({
      schema: SCHEMA,
      applied: [],
    });
  });

  it('does what the memory store does, over random commands', async () => {
    for (const seed of [1, 2, 3]) {
      const commands = randomStoreCommands(seed, 100);
      const expected = await runCommands(memoryStore(), 'p', commands);
      expect(await runCommands(store, `random/${seed}`, commands), `seed ${seed}`).toEqual(expected);
    }
  });

  describe('the Store contract', () => {
    registerCases(it, storeCases, {
      open: () => Promise.resolve({ store }),
      abilities: { concurrency: true, time: true },
      passTime: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  });
});
