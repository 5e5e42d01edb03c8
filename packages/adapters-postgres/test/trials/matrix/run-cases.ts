import { storeCases } from '@payout-engines/core/testing';
import { compareWithMemory } from '../differential.ts';
import type { TestedStore } from './stores.ts';

/** What the whole contract came to on one store. */
export interface Verdicts {
  readonly passed: number;
  /** Titles of the cases that need what this store cannot do. */
  readonly unsupported: readonly string[];
  /** What failed, in words. */
  readonly failed: readonly string[];
}

const CASE_MS = 120_000;
/** Sequences of random commands that must do here what they do in memory. */
const SEQUENCES = 20;
const LENGTH = 80;

/** Runs every case of the Store contract and some random sequences, one after the other. */
export async function runCases({ store, harness }: TestedStore): Promise<Verdicts> {
  let passed = 0;
  const unsupported: string[] = [];
  const failed: string[] = [];
  const attempt = async (title: string, run: () => Promise<void>): Promise<void> => {
    try {
      await withinTime(run());
      passed += 1;
    } catch (error) {
      failed.push(`${title}: ${String(error)}`);
    }
  };
  for (const { title, needs = [], run } of storeCases) {
    if (needs.every((ability) => harness.abilities[ability])) await attempt(title, () => run(harness));
    else unsupported.push(title);
  }
  await attempt('does what the memory store does, over random commands', async () => {
    const { differences } = await compareWithMemory(store, {
      from: 1,
      sequences: SEQUENCES,
      length: LENGTH,
      lanes: 1,
    });
    const [first] = differences;
    if (first !== undefined) throw new Error(`seed ${first.seed}, command ${first.command}\n${first.text}`);
  });
  return { passed, unsupported, failed };
}

async function withinTime(running: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${CASE_MS} ms`)), CASE_MS);
  });
  try {
    await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}
