import type { LockRows } from '../ports/store.ts';
import { assertIds } from './ids.ts';

/** The named locks of one program, in memory. Transactions run one at a time, so that all of them are free. */
export function memoryLocks(): LockRows {
  return {
    take: async (names) => {
      assertIds(names, 'lock');
    },
    tryTake: async (names) => {
      assertIds(names, 'lock');
      return [...new Set(names)];
    },
  };
}
