import { PayoutError } from '../../errors.ts';
import type { Store, UnitOfWork } from '../../ports/store.ts';
import type { Chance } from './chance.ts';
import type { Commit } from './checker/checker.ts';
import { nothingWritten, type Step, type Tap, tappedUnit, type Written } from './commit-tap.ts';
import type { PortPoints } from './port-points.ts';
import type { Scheduler } from './scheduler.ts';
import type { Life, SimulatedProcess } from './simulated-process.ts';
import type { Swarm } from './swarm.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What happens to a process in the middle of its transaction, which then leaves no trace. */
class Crash extends Error {
  override readonly name = 'Crash';
}

/** Ends a transaction that a conflict with another one undid. */
class Conflict extends Error {
  override readonly name = 'Conflict';
}

/** What a shared store needs of its simulation. */
export interface SharedStoreOptions {
  readonly store: Store;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly swarm: Swarm;
  readonly clock: VirtualClock;
  readonly points: PortPoints;
  /** Called with everything that is committed, in the order of the commits. */
  readonly committed: (commit: Commit) => void;
}

/** The longest that a slow transaction stops before one operation. */
const SLOW_MS = 20_000;
/** How many times one transaction collides at most. */
const CONFLICTS_MAX = 3;
/** A process that dies in a transaction does so at one of its first operations. */
const CRASH_STEPS = 15;
/** More commits than any failover loses. */
const REMEMBERED = 256;

/**
 * The one store that all processes use, with what goes wrong between them and it. Transactions run one at a time: what
 * isolates them from each other is proved elsewhere, by races on real servers.
 */
export class SharedStore {
  readonly #options: SharedStoreOptions;
  readonly #queue: (() => void)[] = [];
  readonly #taps = new WeakMap<UnitOfWork, { readonly tap: Tap; readonly unit: UnitOfWork }>();
  /** The instants of the last commits, as a failover may lose them. */
  readonly #commitTimes: number[] = [];
  #busy = false;
  #sleeping = false;

  constructor(options: SharedStoreOptions) {
    this.#options = options;
  }

  /** Whether no transaction is under way. */
  get idle(): boolean {
    return !this.#busy;
  }

  /** Whether a transaction is under way that waits for something else than virtual time. */
  get working(): boolean {
    return this.#busy && !this.#sleeping;
  }

  /** The store as one life of a process sees it; `callNow` tells which call a transaction is begun in. */
  of(process: SimulatedProcess, life: Life, callNow: () => number | undefined = () => undefined): Store {
    const { points } = this.#options;
    return {
      transact: async (program, work) => {
        const call = callNow();
        await points.pass(process, life);
        try {
          return await this.#alone(() => this.#transact(program, work, process, life, call));
        } finally {
          // Whoever has died meanwhile never hears of it.
          await points.pass(process, life);
        }
      },
    };
  }

  /** The store without faults, for whoever looks at the world from outside of it. */
  get bare(): Store {
    return {
      transact: (program, work) => this.#alone(() => this.#options.store.transact(program, work)),
    };
  }

  /** Runs something while no transaction is under way: a failover. */
  async between<T>(run: () => T): Promise<T> {
    return this.#alone(() => Promise.resolve(run()));
  }

  /** An instant before the last so many commits. Some of what is counted here was no commit, so it goes back further. */
  before(commits: number): number {
    return this.#commitTimes.at(-4 * commits) ?? 0;
  }

  async #alone<T>(run: () => Promise<T>): Promise<T> {
    if (this.#busy) {
      await new Promise<void>((resolve) => {
        this.#queue.push(resolve);
      });
    }
    this.#busy = true;
    try {
      return await run();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#busy = false;
      else next();
    }
  }

  async #transact<T>(
    program: string,
    work: (unit: UnitOfWork) => Promise<T>,
    process: SimulatedProcess,
    life: Life,
    call: number | undefined,
  ): Promise<T> {
    if (!life.alive) throw new Crash();
    const { store, swarm, chance } = this.#options;
    if (swarm.hits('error_before_commit')) {
      if (chance.half()) await this.#undone(program, work, process, life);
      throw new PayoutError('STORE_UNAVAILABLE', { reason: 'the connection broke before the commit' });
    }
    if (swarm.hits('serialization_failure')) {
      for (let count = chance.between(1, CONFLICTS_MAX); count > 0; count -= 1) {
        await this.#undone(program, work, process, life);
      }
    }
    const step = this.#stepOf(process, life);
    let tap: Tap | undefined;
    const result = await store.transact(program, async (inner) => {
      const tapped = this.#tapped(inner, step);
      tap = tapped.tap;
      const value = await work(tapped.unit);
      if (!life.alive) throw new Crash();
      return value;
    });
    if (tap?.written.any === true) {
      this.#commit(program, process.name, call, tap.written);
      if (swarm.hits('acknowledgement_lost')) {
        throw new PayoutError('STORE_UNAVAILABLE', { reason: 'the connection broke during the commit' });
      }
    }
    return result;
  }

  /** Runs work whose transaction comes to nothing. */
  async #undone<T>(
    program: string,
    work: (unit: UnitOfWork) => Promise<T>,
    process: SimulatedProcess,
    life: Life,
  ): Promise<void> {
    const step = this.#stepOf(process, life);
    try {
      await this.#options.store.transact(program, async (inner) => {
        await work(this.#tapped(inner, step).unit);
        throw new Conflict();
      });
    } catch {
      // What it would have been refused for is found again, or not, by the next run.
      if (!life.alive) throw new Crash();
    }
  }

  #commit(program: string, actor: string, call: number | undefined, written: Written): void {
    const { clock, scheduler, committed } = this.#options;
    this.#commitTimes.push(scheduler.now);
    if (this.#commitTimes.length > REMEMBERED) this.#commitTimes.shift();
    const { any: _, ...rows } = written;
    committed({ program, actor, at: clock.time, ...(call !== undefined && { call }), ...rows });
  }

  /** A unit is the same for all transactions of a program in some stores; then so is what is wrapped around it. */
  #tapped(inner: UnitOfWork, step: Step): { readonly tap: Tap; readonly unit: UnitOfWork } {
    let tapped = this.#taps.get(inner);
    if (tapped === undefined) {
      const tap = { written: nothingWritten(), step };
      tapped = { tap, unit: tappedUnit(inner, tap) };
      this.#taps.set(inner, tapped);
    }
    tapped.tap.step = step;
    if (tapped.tap.written.any) tapped.tap.written = nothingWritten();
    return tapped;
  }

  /** What happens before each operation of one transaction. */
  #stepOf(process: SimulatedProcess, life: Life): Step {
    const { chance, swarm, points } = this.#options;
    const slow = swarm.hits('slow_transaction');
    let untilCrash = swarm.wants('worker_crash') ? chance.between(0, CRASH_STEPS) : -1;
    return () => {
      if (untilCrash === 0) {
        swarm.count('worker_crash');
        points.crash(process);
      }
      untilCrash -= 1;
      if (!life.alive) return Promise.reject(new Crash());
      if (!slow || chance.half()) return undefined;
      this.#sleeping = true;
      return this.#options.scheduler.sleep(chance.between(1, SLOW_MS)).then(() => {
        this.#sleeping = false;
        if (!life.alive) throw new Crash();
      });
    };
  }
}
