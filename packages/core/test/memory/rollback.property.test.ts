import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/memory/memory-store.ts';
import {
  randomStoreCommands,
  runCommands,
  type StateIds,
  stateOf,
  type StoreCommand,
  type StoreOperation,
} from '../../src/testing/index.ts';
import { SEEDS } from './seeds.ts';

/** The commands before, within and after a transaction that fails; leases and deliveries show in what comes after. */
function parts(seed: number): {
  before: StoreCommand[];
  failing: StoreCommand;
  after: StoreCommand[];
  ids: StateIds;
} {
  const commands = randomStoreCommands(seed, 90);
  const last = commands.at(-1);
  if (last?.kind !== 'read state') throw new Error('the last command reads the state');
  return {
    before: commands.slice(0, 40),
    failing: { kind: 'transaction', operations: commands.slice(40, 60).flatMap(operationsOf), fails: true },
    after: commands.slice(60),
    ids: last.ids,
  };
}

function operationsOf(command: StoreCommand): readonly StoreOperation[] {
  return command.kind === 'transaction' ? command.operations : [command];
}

describe('a transaction of the memory store that fails', () => {
  it('leaves everything exactly as it was', async () => {
    for (const seed of SEEDS) {
      const { before, failing, ids } = parts(seed);
      const store = memoryStore();
      await runCommands(store, 'p', before);
      const state = await stateOf(store, 'p', ids);
      const [outcome] = await runCommands(store, 'p', [failing]);
      expect(outcome?.outcome).toBe('undone');
      expect(await stateOf(store, 'p', ids), `seed ${seed}`).toEqual(state);
    }
  });

  it('makes no difference to anything that comes after it', async () => {
    for (const seed of SEEDS) {
      const { before, failing, after } = parts(seed);
      const [failed, never] = [memoryStore(), memoryStore()];
      await runCommands(failed, 'p', [...before, failing]);
      await runCommands(never, 'p', before);
      expect(await runCommands(failed, 'p', after), `seed ${seed}`).toEqual(
        await runCommands(never, 'p', after),
      );
    }
  });
});

describe('an operation of the memory store that is refused', () => {
  it('leaves everything as it was, also within a transaction that goes on', async () => {
    for (const seed of SEEDS.slice(0, SEEDS.length >> 2)) {
      const commands = randomStoreCommands(seed, 60);
      const { ids } = parts(seed);
      const store = memoryStore();
      for (const operation of commands.flatMap(operationsOf)) {
        const read: StoreOperation = { kind: 'read state', ids };
        const [outcome] = await runCommands(store, 'p', [
          { kind: 'transaction', operations: [read, operation, read], fails: false },
        ]);
        const [first, done, second] = outcome?.inner ?? [];
        if (done !== undefined && /^[A-Z_]+$/.test(done.outcome)) {
          expect(second?.value, `seed ${seed}, ${operation.kind}`).toEqual(first?.value);
        }
      }
    }
  });
});
