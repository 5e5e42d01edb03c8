import { runSeed } from '../packages/core/src/testing/simulator/run-seed.ts';
import { startServer } from '../packages/adapters-postgres/test/server.ts';
import { runInProcesses } from './in-processes.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { postgresStores } from './postgres-stores.ts';
import { plantList, runPlants } from './plants/command.ts';
import { emptyCells, seedText, summaryText } from './report.ts';

/** Runs the simulator: many seeds in several processes, or one again. */

const options = readOptions(process.argv.slice(2));
if (options === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  // What hangs would end the process in silence, with a code that says that all is well.
  process.exitCode = 3;
  process.exitCode = (await run(options)) ? 0 : 1;
}

async function run(chosen: Options): Promise<boolean> {
  const { plants, plant } = chosen;
  if (plants) {
    console.log(plantList());
    return true;
  }
  if (plant !== undefined) return runPlants({ ...chosen, plant });
  const server = chosen.store === 'postgres' ? await startServer() : undefined;
  try {
    return chosen.seed === undefined
      ? await runMany(chosen, server?.url)
      : await runOne(chosen, chosen.seed, server?.url);
  } finally {
    await server?.stop();
  }
}

async function runMany(chosen: Options, postgres: string | undefined): Promise<boolean> {
  const start = performance.now();
  const { from, seeds, processes, payouts, json, store } = chosen;
  let shown = 0;
  const summary = await runInProcesses({
    from,
    seeds,
    processes,
    payouts,
    ...(postgres !== undefined && { postgres }),
    onProgress: (far) => {
      if (json || far.seeds - shown < Math.max(100, seeds / 20)) return;
      shown = far.seeds;
      console.error(`${far.seeds} seeds, ${far.failed.length} violations`);
    },
  });
  const seconds = (performance.now() - start) / 1000;
  const missing = emptyCells(summary);
  if (json) console.log(JSON.stringify({ ...summary, seconds, missing }));
  else console.log(summaryText(summary, seconds, store));
  return summary.failed.length === 0 && missing.length === 0;
}

async function runOne(
  { payouts, json }: Options,
  seed: number,
  postgres: string | undefined,
): Promise<boolean> {
  const stores = postgres === undefined ? undefined : postgresStores(postgres);
  try {
    const result = await runSeed(seed, { payouts, ...(stores && { openStore: stores.open }) });
    console.log(json ? JSON.stringify(result) : seedText(result));
    return result.violation === undefined;
  } finally {
    await stores?.close();
  }
}
