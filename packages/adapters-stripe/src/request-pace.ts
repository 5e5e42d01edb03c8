import type { Timers } from '@payout-engines/core';

const SECOND_MS = 1000;

/** Keeps all requests of one process to an endpoint below what Stripe takes in a second, whichever worker they come from. */
export class RequestPace {
  readonly #perSecond: number;
  readonly #timers: Timers;
  /** When the latest requests were let go, at most as many as a second takes. */
  readonly #let: number[] = [];

  constructor(perSecond: number, timers: Timers) {
    this.#perSecond = perSecond;
    this.#timers = timers;
  }

  /** Resolves when one more request may be begun. */
  async turn(): Promise<void> {
    const now = this.#timers.monotonic();
    const earliest =
      this.#let.length < this.#perSecond ? now : Math.max(now, (this.#let.shift() ?? now) + SECOND_MS);
    // Taken before waiting, so that those who wait side by side do not all take the same place.
    this.#let.push(earliest);
    if (earliest > now) await this.#timers.wait(earliest - now);
  }
}
