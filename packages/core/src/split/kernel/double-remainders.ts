import type { Division } from './division.ts';
import { halves, remainderOf, type Halves } from './exact-product.ts';
import { BINS, GUESS_WAS_LOW, type ExactRemainders } from './exact-remainders.ts';
import type { Key } from './select.ts';

/** Exact remainders in doubles: weights below 2^49, their sum below 2^52. */
export class DoubleRemainders implements ExactRemainders {
  readonly keys: readonly Key[];
  bin = 0;
  readonly #weights: Float64Array;
  readonly #ratio: number;
  readonly #rest: Halves;
  readonly #weightSum: Halves;

  constructor(weights: Float64Array, by: Division) {
    this.#weights = weights;
    this.#ratio = by.ratio;
    this.#rest = halves(Number(by.rest));
    this.#weightSum = halves(Number(by.weightSum));
    this.keys = [
      (position) => {
        const weight = this.#weights[position] ?? 0;
        const remainder = this.#guessed(weight, Math.floor(weight * this.#ratio));
        return remainder >= this.#weightSum.value ? remainder - this.#weightSum.value : remainder;
      },
    ];
  }

  settle(position: number): number {
    const weight = this.#weights[position] ?? 0;
    const guess = Math.floor(weight * this.#ratio);
    const remainder = this.#guessed(weight, guess);
    const sum = this.#weightSum.value;
    const low = remainder >= sum ? 1 : 0;
    // A remainder just below the sum may round up to the bin after the last.
    const bin = Math.min(BINS - 1, Math.floor((remainder - low * sum) * (BINS / sum)));
    this.bin = bin + low * GUESS_WAS_LOW;
    return (guess + low) >>> 0;
  }

  /** The remainder that the guess leaves; from the sum of the weights on, the guess was one too low. */
  #guessed(weight: number, guess: number): number {
    return remainderOf(weight, this.#rest, guess, this.#weightSum);
  }
}
