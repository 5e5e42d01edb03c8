import { memoryStore, PayoutError, type Store } from '@payout-engines/core';
import { randomStoreCommands, registerCases, runCommands, storeCases } from '@payout-engines/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, pgExecutor, postgresStore } from '../src/index.ts';
import { savepointExecutor } from '../src/within/savepoint-executor.ts';
import { openPool } from './database.ts';
import { type Client, CLIENTS } from './within/clients.ts';

const pool = openPool({ max: 1 });
afterAll(() => pool.end());

/** Each transaction of the store is one of the client, sends too; as an application would, it runs again what collided. */
function storeOver(client: Promise<Client>, schema: string): Store {
  const transact: Store['transact'] = async (program, work) => {
    const { transaction } = await client;
    for (let count = 1; ; count += 1) {
      try {
        return await transaction((application) =>
          postgresStore(savepointExecutor(application.transaction), { schema }).transact(program, work),
        );
      } catch (error) {
        if (!PayoutError.is(error, 'TRANSACTION_CONFLICT') || count >= 10) throw error;
      }
    }
  };
  return { transact };
}

/** Takes minutes for each client: TEST_CLIENTS names one, or is `all`. All run random commands. */
const { TEST_CLIENTS } = process.env;

describe.each(Object.entries(CLIENTS))('a store inside transactions of %s', (name, open) => {
  const client = open();
  // Each in a schema of its own, as all of them use the same programs.
  const schema = `within_${name.toLowerCase().replaceAll(/\W/g, '_')}`;
  const store = storeOver(client, schema);
  beforeAll(() => migrate(pgExecutor(pool), { schema }), 60_000);
  afterAll(async () => (await client).close());

  it('does what the memory store does, over random commands', async () => {
    for (const seed of [1, 2]) {
      const commands = randomStoreCommands(seed, 100);
      const expected = await runCommands(memoryStore(), 'p', commands);
      expect(await runCommands(store, `${name}/random/${seed}`, commands), `seed ${seed}`).toEqual(expected);
    }
  });

  if (TEST_CLIENTS !== 'all' && TEST_CLIENTS !== name) return;
  describe('the Store contract', () => {
    registerCases(it, storeCases, {
      open: () => Promise.resolve({ store }),
      abilities: { concurrency: true, time: true },
      passTime: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  });
});
