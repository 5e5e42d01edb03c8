import type { PaymentProvider } from '../../ports/provider.ts';
import type { Timers } from '../../ports/timers.ts';

const SECOND_MS = 1000;

/** Keeps the sends of one run below what each provider takes in a second. */
export class Pace {
  readonly #timers: Timers;
  /** When the latest sends of each provider were let go, at most as many as a second takes. */
  readonly #sent = new Map<string, number[]>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Resolves when one more send may be begun. */
  async next({ id, capabilities: { perSecond } }: PaymentProvider): Promise<void> {
    if (perSecond === undefined) return;
    const sent = this.#sent.get(id) ?? [];
    this.#sent.set(id, sent);
    const now = this.#timers.monotonic();
    const earliest = sent.length < perSecond ? now : Math.max(now, (sent.shift() ?? now) + SECOND_MS);
    // The slot is taken before waiting, so that those who wait side by side do not all take the same one.
    sent.push(earliest);
    if (earliest > now) await this.#timers.wait(earliest - now);
  }
}
