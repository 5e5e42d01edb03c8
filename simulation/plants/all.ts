import { readFileSync, writeFileSync } from 'node:fs';
import { hunt, type Hunt, type HuntOptions } from './hunt.ts';
import { MASKED, plantsNamed, PLANTS, setName } from './plants.ts';

/** Where the last full hunt found each planted bug: what the tests replay. */
const CAUGHT = new URL('caught.json', import.meta.url);

/** How many seeds the first round of a full hunt has. */
const ROUND_SEEDS = 40;

/** The seed that notices each set of plants, by its name. */
export type CaughtSeeds = Readonly<Record<string, number>>;

/** Every plant on its own, then every set of plants that mask each other. */
export const PLANT_SETS: readonly (readonly string[])[] = [...PLANTS.map(({ name }) => [name]), ...MASKED];

export function readCaught(): CaughtSeeds {
  const seeds: CaughtSeeds = JSON.parse(readFileSync(CAUGHT, 'utf8'));
  return seeds;
}

/**
 * Hunts for every plant and every set of plants that mask each other, several at a time.
 *
 * @returns whether each was noticed: by itself or, where others mask it, in a set
 */
export async function huntAll(
  options: HuntOptions & { readonly processes: number; readonly onHunt: (line: string) => void },
): Promise<boolean> {
  const { processes, onHunt, from, seeds, sample = 0 } = options;
  const hunts = new Map<string, Hunt>();
  let left = PLANT_SETS;
  // Most are noticed soon; what is left is looked for longer.
  for (let first = 0, last = Math.max(sample, ROUND_SEEDS); first < seeds && left.length > 0; last *= 5) {
    const round = {
      ...options,
      from: from + first,
      seeds: Math.min(last, seeds) - first,
      sample: first === 0 ? sample : 0,
    };
    const waiting = [...left];
    const work = async (): Promise<void> => {
      for (let set = waiting.shift(); set !== undefined; set = waiting.shift()) {
        const name = setName(set);
        const found = await hunt(plantsNamed(set), round);
        const { sampled, failed } = hunts.get(name) ?? found;
        hunts.set(name, { ...found, sampled, failed });
        if (found.caught !== undefined || last >= seeds)
          onHunt(huntLine(name, { ...found, sampled, failed }));
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, processes) }, work));
    left = left.filter((set) => hunts.get(setName(set))?.caught === undefined);
    first = Math.min(last, seeds);
  }
  keepCaught(hunts);
  const missed = PLANT_SETS.filter((set) => !isNoticed(set, hunts)).map(setName);
  onHunt(missed.length === 0 ? 'every plant was noticed' : `not noticed: ${missed.join(', ')}`);
  return missed.length === 0;
}

/** A set must be noticed; a plant that is in a set may be masked by what stands beside it there. */
function isNoticed(set: readonly string[], hunts: ReadonlyMap<string, Hunt>): boolean {
  if (hunts.get(setName(set))?.caught !== undefined) return true;
  const [name = '', ...others] = set;
  return others.length === 0 && MASKED.some((masked) => masked.includes(name) && isNoticed(masked, hunts));
}

function huntLine(name: string, { caught, failed, sampled }: Hunt): string {
  const [what = ''] = caught?.violation.message.split(' (') ?? [];
  const share = sampled === 0 ? '' : `${failed}/${sampled}`;
  const first = caught === undefined ? '-' : String(caught.seed);
  return [name.padEnd(52), first.padStart(5), share.padStart(8), what].join('  ');
}

function keepCaught(hunts: ReadonlyMap<string, Hunt>): void {
  const seeds = PLANT_SETS.flatMap((set) => {
    const caught = hunts.get(setName(set))?.caught;
    return caught === undefined ? [] : [[setName(set), caught.seed] as const];
  });
  writeFileSync(CAUGHT, `${JSON.stringify(Object.fromEntries(seeds), undefined, 2)}\n`);
}
