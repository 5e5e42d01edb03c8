import { seedText } from '../report.ts';
import { huntAll } from './all.ts';
import { hunt, replay } from './hunt.ts';
import { MASKED, plantsNamed, PLANTS, setName } from './plants.ts';

/** What the command line asks for of planted bugs. */
export interface PlantCommand {
  /** `all`, or the names of plants that are planted together. */
  readonly plant: string;
  readonly seed: number | undefined;
  readonly from: number;
  readonly seeds: number;
  readonly payouts: number;
  readonly processes: number;
}

/** In a full hunt, of how many seeds it is said how many notice. */
const SAMPLE = 20;

/** Lists all plants, and the sets that mask each other. */
export function plantList(): string {
  return [
    ...PLANTS.flatMap(({ name, removes, own }) => [`${name}${own ? ' *' : ''}`, `    ${removes}`]),
    '',
    '* planted by somebody who did not write the engines, of their own accord',
    '',
    'planted together, because they may mask each other:',
    ...MASKED.map((set) => `  ${setName(set)}`),
  ].join('\n');
}

/** Hunts for planted bugs, or replays a seed without the guards; whether they were noticed. */
export async function runPlants(command: PlantCommand): Promise<boolean> {
  const { plant, seed, from, seeds, payouts, processes } = command;
  if (plant === 'all') {
    return huntAll({ from, seeds, payouts, processes, sample: SAMPLE, onHunt: (line) => console.log(line) });
  }
  const plants = plantsNamed(plant.split(','));
  if (seed !== undefined) {
    const result = await replay(plants, seed, payouts);
    console.log(seedText(result));
    return result.violation !== undefined;
  }
  const { caught } = await hunt(plants, { from, seeds, payouts });
  if (caught === undefined) {
    console.log(`${plant}: not noticed in ${seeds} seeds`);
    return false;
  }
  console.log(`${plant}: seed ${caught.seed}, ${caught.violation.message}`);
  console.log(`replay: npm run simulate -- --plant ${plant} --seed ${caught.seed}`);
  return true;
}
