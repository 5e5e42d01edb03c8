import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/memory/memory-store.ts';
import {
  type CommandOutcome,
  countOutcomes,
  missingOutcomes,
  randomStoreCommands,
  runCommands,
} from '../../src/testing/index.ts';
import { SEEDS } from './seeds.ts';

const COMMANDS = 300;

describe('random commands on the memory store', () => {
  it('are the same, and do the same, for the same seed', async () => {
    const commands = randomStoreCommands(7, COMMANDS);
    expect(randomStoreCommands(7, COMMANDS)).toEqual(commands);
    expect(randomStoreCommands(8, COMMANDS)).not.toEqual(commands);
    const first = await runCommands(memoryStore(), 'p', commands);
    expect(first).toHaveLength(COMMANDS + 1);
    expect(await runCommands(memoryStore(), 'p', commands)).toEqual(first);
  });

  it('do not depend on other programs of the store', async () => {
    const store = memoryStore();
    const [left, right] = [randomStoreCommands(1, COMMANDS), randomStoreCommands(2, COMMANDS)];
    const [alone, beside] = await Promise.all([
      runCommands(memoryStore(), 'p', left),
      runCommands(store, 'p', left),
      runCommands(store, 'q', right),
    ]);
    expect(beside).toEqual(alone);
  });

  it('succeed, repeat and are refused in every way there is', async () => {
    const outcomes: CommandOutcome[] = [];
    for (const seed of SEEDS) {
      outcomes.push(...(await runCommands(memoryStore(), 'p', randomStoreCommands(seed, COMMANDS))));
    }
    expect(missingOutcomes(countOutcomes(outcomes))).toEqual([]);
  });
});
