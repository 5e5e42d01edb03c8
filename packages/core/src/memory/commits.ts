import type { Journal, Undo } from './journal.ts';

/** The running transaction: whose rows it changes, and whether the store that it began on is lost. */
export interface RunningTransaction {
  readonly journal: Journal;
  lost: boolean;
}

/** The last commits of all programs, kept so that they can be lost as a failover loses them. */
export class Commits {
  readonly #most: number;
  readonly #kept: (readonly Undo[])[] = [];
  #running: RunningTransaction | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Begins a transaction. They run one at a time, so that the order of their commits is that of their changes. */
  begin(journal: Journal): RunningTransaction {
    this.#running = { journal, lost: false };
    return this.#running;
  }

  /** Ends a transaction by keeping what it did. */
  commit({ journal }: RunningTransaction): void {
    this.#running = undefined;
    if (this.#most === 0) {
      journal.commit();
      return;
    }
    const undo = journal.commitAndKeep();
    if (undo.length === 0) return;
    this.#kept.push(undo);
    if (this.#kept.length > this.#most) this.#kept.shift();
  }

  /** Ends a transaction by taking back what it did. */
  rollback({ journal }: RunningTransaction): void {
    this.#running = undefined;
    journal.rollback();
  }

  /**
   * Takes back the last commits, newest first, and says how many they were. A transaction that is running goes with
   * them: what it did so far lies on top of them, so that it has to be taken back before.
   */
  lose(commits: number): number {
    if (this.#running !== undefined && commits > 0) {
      this.#running.journal.rollback();
      this.#running.lost = true;
    }
    let lost = 0;
    while (lost < commits) {
      const undo = this.#kept.pop();
      if (undo === undefined) break;
      for (const step of undo.toReversed()) step();
      lost += 1;
    }
    return lost;
  }
}
