import { memoryStore } from '@payout-engines/core';
import { randomStoreCommands, registerCases, runCommands, storeCases } from '@payout-engines/core/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { openPool, openStore } from './database.ts';

describe('the store on a real server', () => {
  const pool = openPool({ max: 40 });
  const opened = openStore(pool, 'contract');
  afterAll(() => pool.end());

  it('does what the memory store does, over random commands', async () => {
    const store = await opened;
    for (let seed = 1; seed <= 12; seed += 1) {
      const commands = randomStoreCommands(seed, 100);
      const expected = await runCommands(memoryStore(), 'p', commands);
      expect(await runCommands(store, `random/${seed}`, commands), `seed ${seed}`).toEqual(expected);
    }
  });

  describe('the Store contract', () => {
    registerCases(it, storeCases, {
      open: async () => ({ store: await opened }),
      abilities: { concurrency: true, time: true },
      passTime: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  });
});
