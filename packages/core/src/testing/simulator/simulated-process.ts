import type { Scheduler } from './scheduler.ts';

/** One life of a process, from its start to its crash. Whatever belongs to a dead one never goes on. */
export interface Life {
  alive: boolean;
  readonly startedAt: number;
}

/**
 * A process of the simulation: it starts, freezes for a while, crashes and starts again. A crash loses all that it has
 * in memory; a pause delays all that it does, its timers too, while the world goes on.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly #scheduler: Scheduler;
  readonly #crashListeners = new Set<() => void>();
  #life: Life;
  #frozenUntil = 0;

  constructor(name: string, scheduler: Scheduler) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#life = { alive: true, startedAt: scheduler.now };
  }

  /** The life that it leads now, or led last. */
  get life(): Life {
    return this.#life;
  }

  /** Resumes something of a life after so many milliseconds: later if it is frozen then, never if it is dead. */
  resume(life: Life, ms: number, run: () => void): void {
    this.#scheduler.after(ms, () => {
      if (!life.alive) return;
      const frozenFor = this.#frozenUntil - this.#scheduler.now;
      if (frozenFor > 0) this.resume(life, frozenFor, run);
      else run();
    });
  }

  /** Resolves as {@link resume} runs. */
  wait(life: Life, ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.resume(life, ms, resolve);
    });
  }

  /** Does nothing for so long. */
  freeze(ms: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, this.#scheduler.now + ms);
  }

  /** Ends this life. Says whether there was one to end. */
  crash(): boolean {
    if (!this.#life.alive) return false;
    this.#life.alive = false;
    const listeners = [...this.#crashListeners];
    this.#crashListeners.clear();
    for (const listener of listeners) listener();
    return true;
  }

  /** Begins a new life. */
  restart(): Life {
    this.#frozenUntil = 0;
    this.#life = { alive: true, startedAt: this.#scheduler.now };
    return this.#life;
  }

  /**
   * What came of work that was begun in this life, or `crashed` as soon as it has ended: whoever waits for an answer
   * sees the connection break, though the work itself never learns of it.
   */
  async until<T>(work: Promise<T>): Promise<{ readonly value: T } | 'crashed'> {
    if (!this.#life.alive) return 'crashed';
    let listener: (() => void) | undefined;
    const crashed = new Promise<'crashed'>((resolve) => {
      listener = () => {
        resolve('crashed');
      };
      this.#crashListeners.add(listener);
    });
    try {
      return await Promise.race([work.then((value) => ({ value })), crashed]);
    } finally {
      if (listener !== undefined) this.#crashListeners.delete(listener);
    }
  }
}

/** What a dead process waits for. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
