import type { Clock } from '../../ports/clock.ts';
import type { StopSignal } from '../../ports/provider.ts';
import type { Timers } from '../../ports/timers.ts';

/** Time that passes only when it is told to, and what happens in it. */
export class VirtualTime {
  #now: number;
  #later: { readonly at: number; readonly run: () => void }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now;
  }

  readonly clock: Clock = () => new Date(this.#now);

  /** Runs something so much later. */
  after(ms: number, run: () => void): void {
    this.#later.push({ at: this.#now + ms, run });
  }

  /** When the next thing happens, if there is one. */
  get next(): number | undefined {
    const times = this.#later.map(({ at }) => at);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Lets time pass; what happens meanwhile happens in its order. */
  pass(ms: number): void {
    this.passUntil(this.#now + ms);
  }

  passUntil(instant: number): void {
    for (let next = this.next; next !== undefined && next <= instant; next = this.next) {
      this.#now = Math.max(this.#now, next);
      const due = this.#later.filter(({ at }) => at <= this.#now);
      this.#later = this.#later.filter(({ at }) => at > this.#now);
      for (const { run } of due) run();
    }
    this.#now = Math.max(this.#now, instant);
  }

  /** The timers of a process. Their deadlines pass with this time, so never while nobody lets it pass. */
  readonly timers: Timers = {
    monotonic: () => this.#now,
    wait: (ms) =>
      new Promise((resolve) => {
        this.after(ms, resolve);
      }),
    deadline: () => ({ signal: UNHURRIED, cancel: () => undefined }),
  };
}

const UNHURRIED: StopSignal = {
  aborted: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};
