import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Options {
  readonly from: number;
  readonly seeds: number;
  readonly processes: number;
  readonly payouts: number;
  /** Runs this one seed and shows how it went. */
  readonly seed: number | undefined;
  readonly store: 'memory' | 'postgres';
  readonly json: boolean;
  /** Lists the planted bugs. */
  readonly plants: boolean;
  /** Plants these, by their names: `all` for every one, each on its own. */
  readonly plant: string | undefined;
}

export const USAGE = `Usage: npm run simulate -- [--seeds N] [--from N] [--processes N] [--payouts N] [--store memory|postgres] [--json]
       npm run simulate -- --seed N [--store memory|postgres]   runs one seed again and prints its last events
       npm run simulate -- --plants                                   lists the planted bugs
       npm run simulate -- --plant NAME[,NAME] [--seeds N | --seed N]  removes guards: until a seed notices, or that seed
       npm run simulate -- --plant all [--seeds N] [--processes N]    removes each guard, and fails if one is not noticed`;

/** On a server a seed takes seconds, where it takes a tenth of one in memory. */
const SEEDS = { memory: 1000, postgres: 20 };

/** Reads the arguments, or says nothing where they are not understood. */
export function readOptions(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        seeds: { type: 'string' },
        from: { type: 'string', default: '1' },
        processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
        payouts: { type: 'string', default: '100' },
        seed: { type: 'string' },
        store: { type: 'string', default: 'memory' },
        json: { type: 'boolean', default: false },
        plants: { type: 'boolean', default: false },
        plant: { type: 'string' },
      },
    });
    const { store, json, plants, plant } = values;
    if (store !== 'memory' && store !== 'postgres') return undefined;
    const numbers = {
      from: whole(values.from),
      seeds: whole(values.seeds ?? String(SEEDS[store])),
      processes: whole(values.processes),
      payouts: whole(values.payouts),
    };
    const seed = values.seed === undefined ? undefined : whole(values.seed);
    if (Object.values(numbers).some(Number.isNaN) || Number.isNaN(seed)) return undefined;
    return { ...numbers, seed, store, json, plants, plant };
  } catch {
    return undefined;
  }
}

function whole(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}
