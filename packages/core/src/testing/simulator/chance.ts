import type { Prng } from '../prng.ts';

/** How often a thing happens: so many times in 65,536. */
export type Rate = number;

/** A rate of one. */
export const ALWAYS: Rate = 65_536;

/** What a simulation draws from its one generator: whole numbers only. */
export class Chance {
  readonly #prng: Prng;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  /** Any whole number from 0 to 2^32 - 1. */
  readonly next = (): number => this.#prng.next();

  /** Whether a thing that happens at this rate happens now. */
  hits(rate: Rate): boolean {
    return rate > 0 && this.#prng.next() >>> 16 < rate;
  }

  /** Whether one of two equally likely things happens. */
  half(): boolean {
    return this.#prng.next() >>> 31 === 1;
  }

  /** A whole number from the low end to the high end, both of them possible; at most 2^31 apart. */
  readonly between = (low: number, high: number): number => {
    const span = high - low;
    if (span <= 0) return low;
    if (span < 65_536) return low + this.#prng.below(span + 1);
    const blocks = (span >>> 16) + 1;
    for (;;) {
      const drawn = this.#prng.below(blocks) * 65_536 + this.#prng.below(65_536);
      if (drawn <= span) return low + drawn;
    }
  };

  /** One item of a list that is not empty. */
  pick<Item>(items: readonly Item[]): Item {
    return this.#prng.pick(items);
  }

  /** An amount from the low end to the high end. */
  amount(low: number, high: number): bigint {
    return BigInt(this.between(low, high));
  }
}
