import { fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';
import { mergeSummaries, NO_SEEDS, type SeedsSummary } from '../packages/core/src/testing/simulator/reach.ts';

/** Which seeds are run, by which code, in how many processes. */
export interface InProcesses {
  readonly from: number;
  readonly seeds: number;
  readonly payouts: number;
  readonly processes: number;
  /** A PostgreSQL server to keep everything in. Left out, it is kept in memory. */
  readonly postgres?: string;
  /** Gives up after so many seeds in which something broke. Left out, all seeds are run. */
  readonly failuresMax?: number;
  readonly onProgress?: (summary: SeedsSummary) => void;
}

/** What a child is asked to do. */
export interface Task {
  readonly from: number;
  readonly seeds: number;
  readonly payouts: number;
}

/** The simulator of this checkout. */
const OWN_CORE = new URL('../packages/core/src/testing/simulator/run-seeds.ts', import.meta.url);

/** Few enough that the last child does not work alone for long. */
const SEEDS_A_TASK = 10;

/** Runs seeds in child processes, as a process has one thread. A child that ends early counts as a failure. */
export async function runInProcesses(request: InProcesses): Promise<SeedsSummary> {
  const { processes, postgres, failuresMax = Number.POSITIVE_INFINITY, onProgress } = request;
  // What reaches a server needs the core that the adapter uses, which is not in the bundle.
  const core = postgres === undefined ? await bundle(OWN_CORE, 'simulator') : fileURLToPath(OWN_CORE);
  let summary = NO_SEEDS;
  let next = request.from;
  const end = request.from + request.seeds;

  const take = (): Task | undefined => {
    if (next >= end || summary.failed.length >= failuresMax) return undefined;
    const task = { from: next, seeds: Math.min(SEEDS_A_TASK, end - next), payouts: request.payouts };
    next += task.seeds;
    return task;
  };
  await Promise.all(
    Array.from({ length: Math.max(1, processes) }, () =>
      runChild(core, postgres, take, (part) => {
        summary = mergeSummaries(summary, part);
        onProgress?.(summary);
      }),
    ),
  );
  if (postgres === undefined) await rm(core, { force: true });
  return summary;
}

function runChild(
  core: string,
  postgres: string | undefined,
  take: () => Task | undefined,
  done: (part: SeedsSummary) => void,
): Promise<void> {
  const first = take();
  if (first === undefined) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [core, postgres ?? '']);
    let task: Task | undefined = first;
    child.on('message', (part: SeedsSummary) => {
      done(part);
      task = take();
      if (task === undefined) child.disconnect();
      else child.send(task);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (task !== undefined) done(lostSeeds(task, `the process ended with code ${code ?? 'none'}`));
      resolve();
    });
    child.send(first);
  });
}

/** What a child that ended early leaves behind: nobody knows which of its seeds it was. */
function lostSeeds({ from, seeds }: Task, message: string): SeedsSummary {
  const violation = { invariant: 'simulator', message: `${message} in one of ${seeds} seeds`, at: 0 };
  const failed = { seed: from, payouts: 0, events: 0, faults: {}, edges: {}, violation, trace: [], hash: '' };
  return { ...NO_SEEDS, seeds, failed: [failed] };
}
