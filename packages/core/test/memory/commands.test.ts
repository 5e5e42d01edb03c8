import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/memory/memory-store.ts';
import {
  countOutcomes,
  missingOutcomes,
  randomStoreCommands,
  runCommands,
} from '../../src/testing/index.ts';

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);
const COMMANDS = 200;

describe('random commands on the memory store', () => {
  it('are the same, and do the same, for the same seed', async () => {
    const commands = randomStoreCommands(7, COMMANDS);
    expect(randomStoreCommands(7, COMMANDS)).toEqual(commands);
    expect(randomStoreCommands(8, COMMANDS)).not.toEqual(commands);
    const first = await runCommands(memoryStore(), 'p', commands);
    expect(first).toHaveLength(COMMANDS + 1);
    expect(await runCommands(memoryStore(), 'p', commands)).toEqual(first);
  });

  it('succeed, repeat and are refused in every way there is', async () => {
    const outcomes = [];
    for (const seed of SEEDS) {
      outcomes.push(...(await runCommands(memoryStore(), 'p', randomStoreCommands(seed, COMMANDS))));
    }
    const counts = countOutcomes(outcomes);
    if(process.env.SHOW) console.log([...counts].map(([k,v])=>`${v} ${k}`).join('\n'));
    expect(missingOutcomes(counts)).toEqual([]);
  });
});
