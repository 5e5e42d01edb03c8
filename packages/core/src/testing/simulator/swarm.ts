import type { Chance, Rate } from './chance.ts';
import { FAULT_NAMES, type FaultKind, type FaultName, FAULTS } from './faults.ts';

/** Each fault is off in so many of 65,536 seeds: 0.35 of them. What is always on hides what is only seen alone. */
const OFF: Rate = 22_938;

/** The faults of one seed: which there are, how often, and how often each has really happened. */
export class Swarm {
  readonly #chance: Chance;
  readonly #rates = new Map<FaultName, Rate>();
  readonly #times = new Map<FaultName, number>();
  readonly #counts = new Map<FaultName, number>();
  #begun = false;

  /** @param only the faults that there may be; left out, all. */
  constructor(chance: Chance, only?: ReadonlySet<string>) {
    this.#chance = chance;
    for (const name of FAULT_NAMES) {
      const { rate, times }: FaultKind = FAULTS[name];
      const off = chance.hits(OFF) || only?.has(name) === false;
      const drawnRate = chance.between(1, rate ?? 1);
      const drawnTimes = chance.between(1, times ?? 1);
      if (off) continue;
      if (rate !== undefined) this.#rates.set(name, drawnRate);
      if (times !== undefined) this.#times.set(name, drawnTimes);
    }
  }

  /** Whether the fault happens now; if so, it is counted. */
  hits(name: FaultName): boolean {
    if (!this.wants(name)) return false;
    this.count(name);
    return true;
  }

  /** Whether the fault would happen now. Whoever makes it happen counts it. */
  wants(name: FaultName): boolean {
    const rate = this.#rates.get(name);
    return this.#begun && rate !== undefined && this.#chance.hits(rate);
  }

  /** How many times a fault that happens at drawn instants is to happen in this seed. */
  times(name: FaultName): number {
    return this.#times.get(name) ?? 0;
  }

  /** Counts a fault that has happened. */
  count(name: FaultName): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Whether a fault has happened at all. */
  happened(name: FaultName): boolean {
    return this.#counts.has(name);
  }

  /** From now on things go wrong. */
  begin(): void {
    this.#begun = true;
  }

  /** From now on nothing goes wrong. */
  end(): void {
    this.#rates.clear();
    this.#times.clear();
  }

  /** How often each fault has happened. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
