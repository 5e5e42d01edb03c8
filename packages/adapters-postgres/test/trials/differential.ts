import { isDeepStrictEqual } from 'node:util';
import { memoryStore, type Store } from '@payout-engines/core';
import {
  type CommandOutcome,
  countOutcomes,
  plainText,
  randomStoreCommands,
  runCommands,
} from '@payout-engines/core/testing';
import { inLanes } from './in-lanes.ts';

/** Which sequences of random commands are compared. */
export interface Comparison {
  readonly from: number;
  readonly sequences: number;
  /** Commands in a sequence. */
  readonly length: number;
  /** Sequences under way at once, each in a program of its own. */
  readonly lanes: number;
  readonly onProgress?: (done: number) => void;
}

/** The first command that two stores did differently. */
export interface Difference {
  readonly seed: number;
  readonly command: number;
  readonly text: string;
}

/** What the stores did alike, and what not. */
export interface Compared {
  /** How often each command had each outcome. */
  readonly counts: ReadonlyMap<string, number>;
  readonly commands: number;
  readonly differences: readonly Difference[];
}

/** Runs the same commands on a store and in memory: every outcome, refusal and state must be the same. */
export async function compareWithMemory(store: Store, comparison: Comparison): Promise<Compared> {
  const { from, sequences, length, lanes, onProgress } = comparison;
  const counts = new Map<string, number>(countOutcomes([]));
  const differences: Difference[] = [];
  let [commands, done] = [0, 0];
  await inLanes(sequences, lanes, async (number) => {
    const seed = from + number;
    const sequence = randomStoreCommands(seed, length);
    const expected = await runCommands(memoryStore(), 'p', sequence);
    const actual = await runCommands(store, `random/${seed}`, sequence);
    for (const [cell, count] of countOutcomes(actual)) counts.set(cell, (counts.get(cell) ?? 0) + count);
    const difference = firstDifference(seed, expected, actual);
    if (difference !== undefined) differences.push(difference);
    commands += sequence.length;
    done += 1;
    onProgress?.(done);
  });
  return { counts, commands, differences };
}

function firstDifference(
  seed: number,
  expected: readonly CommandOutcome[],
  actual: readonly CommandOutcome[],
): Difference | undefined {
  const command = expected.findIndex((outcome, index) => !isDeepStrictEqual(outcome, actual[index]));
  if (command < 0) return undefined;
  const text = `in memory: ${plainText(expected[command])}\nhere: ${plainText(actual[command])}`;
  return { seed, command, text };
}
