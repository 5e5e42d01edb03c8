import { it } from 'node:test';
import { memoryStore } from '../../src/memory/memory-store.ts';
import { registerCases, storeCases } from '../../src/testing/index.ts';

// Not a vitest file: `node-test.test.ts` runs it in a process of its own.
const store = memoryStore();
registerCases(
  it,
  storeCases.filter(({ id }) => !id.startsWith('stream-')),
  {
    open: () => Promise.resolve({ store }),
    abilities: { concurrency: false, time: false },
    skip: (title, reason) => it(title, { skip: reason }),
  },
);
