/** A process that dies: thrown where a real one would just be gone. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/**
 * Ends the life of a process at its n-th point. The points lie before each port call, after each call of the provider,
 * the directory and the notifier, before each commit and after it. After an operation of a unit there is none: dying
 * there is dying before the next one, or before the commit.
 *
 * A dead process does nothing more: whatever of it still runs dies at its next point.
 */
export class Fuse {
  readonly #at: number | undefined;
  #points = 0;
  #diedAt: string | undefined;

  /** @param at at which point to die, from 1; left out, never */
  constructor(at?: number) {
    this.#at = at;
  }

  /** How many points were passed or died at. */
  get points(): number {
    return this.#points;
  }

  /** The name of the point at which the process has died, if it has. */
  get diedAt(): string | undefined {
    return this.#diedAt;
  }

  /** One point. */
  pass(name: string): void {
    if (this.#diedAt === undefined) {
      this.#points += 1;
      if (this.#points !== this.#at) return;
      this.#diedAt = name;
    }
    throw new Crash(this.#diedAt);
  }

  /** A call to the outside: the process may die before it, and after it without hearing the answer. */
  async around<T>(name: string, call: () => Promise<T>): Promise<T> {
    this.pass(`before ${name}`);
    let answer: T;
    try {
      answer = await call();
    } catch (error) {
      this.pass(`after ${name}`);
      throw error;
    }
    this.pass(`after ${name}`);
    return answer;
  }
}
