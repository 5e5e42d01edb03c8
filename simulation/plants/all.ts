import { readFileSync, writeFileSync } from 'node:fs';
import { hunt, type Hunt, type HuntOptions } from './hunt.ts';
import { MASKED, plantsNamed, PLANTS, setName } from './plants.ts';

/** Where the last full hunt found each planted bug: what the tests replay. */
const CAUGHT = new URL('caught.json', import.meta.url);

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
  const { processes, onHunt } = options;
  const waiting = [...PLANT_SETS];
  const hunts = new Map<string, Hunt>();
  const work = async (): Promise<void> => {
    for (let set = waiting.shift(); set !== undefined; set = waiting.shift()) {
      const found = await hunt(plantsNamed(set), options);
      hunts.set(setName(set), found);
      onHunt(huntLine(setName(set), found));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, processes) }, work));
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
