import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommitStep, memoryStore, PayoutError, type Store } from '@payout-engines/core';
import { onTestFinished } from 'vitest';
import { runCli } from '../src/cli.ts';

/** What a run of the command line said. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The app over a store in memory, and a folder of its own for files. */
export interface App {
  readonly store: Store;
  readonly folder: string;
  /** Writes a file into the folder and gives its path. */
  file(name: string, content: string | Uint8Array): string;
  run(...args: readonly string[]): Promise<Run>;
}

export function openApp(store: Store = memoryStore()): App {
  const folder = temporaryFolder();
  return {
    store,
    folder,
    file: (name, content) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    run: async (...args) => {
      let out = '';
      let err = '';
      const code = await runCli(['--data', folder, ...args], {
        stdout: { write: (text) => (out += text) },
        stderr: { write: (text) => (err += text) },
        openStore: async () => Promise.resolve({ store, close: async () => Promise.resolve() }),
      });
      return { code, out, err };
    },
  };
}

/** The app over the same store, which fails for good once a plan has come to this step. */
export function interrupted(store: Store, step: CommitStep): App {
  return openApp({
    transact: async (program, work) =>
      store.transact(program, async (unit) => {
        const plan = await unit.plans.find('2025-10-01');
        if (plan?.step === step) throw new PayoutError('STORE_UNAVAILABLE', { reason: 'the power failed' });
        return work(unit);
      }),
  });
}

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'revenue-share-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The flags of one plain period in SOL. */
export const PERIOD = ['--currency', 'SOL', '--revenue', '10', '--from', '2025-10-01', '--to', '2025-10-15'];

/** A few events of that period. */
export const EVENTS = [
  'event_id,kind,participant_id,actor_id,at',
  'e1,post,ana,ana,2025-10-01T00:00:00Z',
  'e2,comment,ben,ben,2025-10-02T10:00:00.500Z',
  'e3,like,ana,ben,2025-10-03T12:00:00+02:00',
  'e4,like,ben,,2025-10-14T23:59:59.999Z',
  '',
].join('\n');

/** What is in a store that nothing was written to. */
export const UNTOUCHED = { periods: 0, accounts: 0, notifications: 0 };

/** How much a program has written. */
export async function written(store: Store, program = 'revenue-share'): Promise<typeof UNTOUCHED> {
  return store.transact(program, async (unit) => {
    let accounts = 0;
    for await (const batch of unit.ledger.accounts()) accounts += batch.length;
    const { stored } = await unit.outbox.counts();
    return { periods: (await unit.periods.all()).length, accounts, notifications: stored };
  });
}
