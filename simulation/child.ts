import { pathToFileURL } from 'node:url';
import type { runSeeds } from '../packages/core/src/testing/simulator/run-seeds.ts';
import type { Task } from './in-processes.ts';
import { postgresStores } from './postgres-stores.ts';

/** Runs the seeds that its parent asks for, with the simulator that the first argument names. */

const [core = '', postgres = ''] = process.argv.slice(2);
const simulator: { readonly runSeeds: typeof runSeeds } = await import(pathToFileURL(core).href);
const stores = postgres === '' ? undefined : postgresStores(postgres);

process.on('message', (task: Task) => {
  void simulator
    .runSeeds({ ...task, ...(stores && { openStore: stores.open }) })
    .then((summary) => process.send?.(summary));
});
process.on('disconnect', () => {
  void stores?.close();
});
