import type { Simulation } from '../simulation.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Money that comes back to the platform, hours or days after it has moved: whole, or in parts. */
export class Returns {
  readonly #simulation: Simulation;
  readonly #seen = new Map<string, number>();
  #underWay = 0;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** Whether nothing is to come back any more. */
  get done(): boolean {
    return this.#underWay === 0;
  }

  begin(until: () => boolean): void {
    const { scheduler, chance } = this.#simulation.parts;
    this.#simulation.begin(async () => {
      while (!until()) {
        await scheduler.sleep(chance.between(30 * MINUTE, 4 * HOUR));
        if (!until()) this.#choose();
      }
    });
  }

  #choose(): void {
    const { providers, swarm, chance } = this.#simulation.parts;
    for (const { shape, provider } of providers) {
      const truth = provider.truth();
      for (const { object, amount, status } of truth.slice(this.#seen.get(shape.id) ?? 0)) {
        if (status !== 'moved') continue;
        if (swarm.hits('movement_returned')) this.#giveBack(shape.id, object, [amount]);
        else if (amount > 2n && swarm.hits('movement_returned_in_parts')) {
          const first = chance.half() ? 1n : amount >> 1n;
          this.#giveBack(shape.id, object, chance.half() ? [first] : [first, amount - first]);
        }
      }
      this.#seen.set(shape.id, truth.length);
    }
  }

  #giveBack(id: string, object: string, parts: readonly bigint[]): void {
    const { scheduler, chance, providers, trace } = this.#simulation.parts;
    const provider = providers.find(({ shape }) => shape.id === id)?.provider;
    this.#underWay += 1;
    this.#simulation.begin(async () => {
      for (const part of parts) {
        await scheduler.sleep(chance.between(0, 20 * HOUR));
        provider?.giveBack(object, part);
        trace.note(id, 'gave back', object, part);
      }
      this.#underWay -= 1;
    });
  }
}
