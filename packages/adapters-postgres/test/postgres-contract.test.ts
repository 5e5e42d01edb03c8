import { registerCases, storeCases } from '@payout-engines/core/testing';
import { afterAll, describe, it } from 'vitest';
import { openPool, openStore } from './database.ts';

describe('the Store contract on a real server', () => {
  const pool = openPool({ max: 40 });
  const store = openStore(pool, 'contract');
  afterAll(() => pool.end());

  registerCases(it, storeCases, {
    open: async () => ({ store: await store }),
    abilities: { concurrency: true, time: true },
    passTime: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
});
