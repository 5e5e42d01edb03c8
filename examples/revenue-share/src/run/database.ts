import { memoryStore } from '@payout-engines/core';
import type { OpenStore } from '../cli.ts';

/** temporary */
export async function openDatabase(): Promise<OpenStore> {
  return { store: memoryStore(), close: async () => Promise.resolve() };
}
