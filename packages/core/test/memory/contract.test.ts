import { describe, it } from 'vitest';
import { memoryStore } from '../../src/memory/memory-store.ts';
import { registerCases, storeCases } from '../../src/testing/index.ts';

describe('the memory store keeps the promises of the Store port', () => {
  let now = Date.UTC(2026, 6, 1);
  const store = memoryStore({ clock: () => new Date((now += 1)) });
  registerCases(it, storeCases, {
    open: () => Promise.resolve({ store }),
    abilities: { concurrency: false, time: true },
    passTime: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  });
});
