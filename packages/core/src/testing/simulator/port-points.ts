import type { Chance } from './chance.ts';
import { type Life, never, type SimulatedProcess } from './simulated-process.ts';
import type { Swarm } from './swarm.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** One way to a port mostly takes no longer than this, in milliseconds … */
const USUAL_MS = 12;
/** … and once in so many times up to this. */
const SELDOM = 64;
const LONG_MS = 3000;

/** The points before and after each port call, where a process waits for a little, freezes or dies. */
export class PortPoints {
  readonly #chance: Chance;
  readonly #swarm: Swarm;
  readonly #died: (process: SimulatedProcess) => void;

  constructor(chance: Chance, swarm: Swarm, died: (process: SimulatedProcess) => void) {
    this.#chance = chance;
    this.#swarm = swarm;
    this.#died = died;
  }

  /** Resolves when the process goes on, and never if it does not. */
  pass(process: SimulatedProcess, life: Life): Promise<void> {
    if (!life.alive) return never();
    if (this.#swarm.hits('worker_crash')) {
      this.crash(process);
      return never();
    }
    if (this.#swarm.hits('worker_pause')) process.freeze(this.#pauseMs());
    const { between } = this.#chance;
    const ms = between(1, SELDOM) === 1 ? between(0, LONG_MS) : between(0, USUAL_MS);
    return process.wait(life, ms);
  }

  crash(process: SimulatedProcess): void {
    if (process.crash()) this.#died(process);
  }

  #pauseMs(): number {
    const { between } = this.#chance;
    return this.#chance.pick([
      () => between(MINUTE, 10 * MINUTE),
      () => between(10 * MINUTE, 3 * HOUR),
      () => between(3 * HOUR, 40 * HOUR),
    ])();
  }
}
