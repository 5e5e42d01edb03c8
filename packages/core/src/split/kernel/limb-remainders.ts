import { GUESS_MAX } from './bounds.ts';
import type { Division } from './division.ts';
import { BINS, GUESS_WAS_LOW, type ExactRemainders } from './exact-remainders.ts';
import type { Key } from './select.ts';
import { WORD } from './words.ts';

const LIMB = 2 ** 24;
const TWO_LIMBS = 2 ** 48;

/**
 * Exact remainders for 64-bit weights, in limbs of 24 bits.
 *
 * The quotient is guessed in doubles; `weight × rest − guess × weightSum` is then multiplied out limb by limb. It is
 * known to lie from 0 to below 2 × weightSum < 2^95, so four limbs are enough and what would fall into a fifth can be
 * left out: the result is right modulo 2^96. A column is a sum of at most six products of 24-bit limbs, below 2^51.
 */
export class LimbRemainders implements ExactRemainders {
  readonly keys: readonly Key[];
  bin = 0;
  /** The remainder is `#high × 2^48 + #low`. */
  #high = 0;
  #low = 0;
  readonly #words: Uint32Array;
  readonly #by: Division;
  readonly #scale: number;
  readonly #rest: Limbs;
  readonly #sum: Limbs;
  readonly #sumHigh: number;
  readonly #sumLow: number;

  constructor(words: Uint32Array, by: Division) {
    this.#words = words;
    this.#by = by;
    this.#scale = BINS / Number(by.weightSum);
    this.#rest = limbsOf(by.rest);
    this.#sum = limbsOf(by.weightSum);
    this.#sumHigh = Number(by.weightSum >> 48n);
    this.#sumLow = Number(BigInt.asUintN(48, by.weightSum));
    this.keys = [
      (position) => {
        this.settle(position);
        return this.#high;
      },
      (position) => {
        this.settle(position);
        return this.#low;
      },
    ];
  }

  settle(position: number): number {
    const lowWord = this.#words[2 * position] ?? 0;
    const highWord = this.#words[2 * position + 1] ?? 0;
    const guess = Math.floor((highWord * WORD + lowWord) * this.#by.ratio);
    if (guess >= GUESS_MAX) return this.#settleGiant(lowWord, highWord);
    this.#multiply(lowWord, highWord, guess);
    const guessWasLow =
      this.#high > this.#sumHigh || (this.#high === this.#sumHigh && this.#low >= this.#sumLow);
    if (guessWasLow) this.#takeSum();
    this.bin = this.#binOfRemainder() + (guessWasLow ? GUESS_WAS_LOW : 0);
    return (guessWasLow ? guess + 1 : guess) >>> 0;
  }

  /** Sets the remainder to `weight × rest − guess × weightSum`. */
  #multiply(lowWord: number, highWord: number, guess: number): void {
    const { limb0: r0, limb1: r1, limb2: r2 } = this.#rest;
    const { limb0: s0, limb1: s1, limb2: s2, limb3: s3 } = this.#sum;
    const w0 = lowWord & (LIMB - 1);
    const w1 = (lowWord >>> 24) | ((highWord & 0xffff) << 8);
    const w2 = highWord >>> 16;
    const guessAbove = Math.floor(guess / LIMB);
    const g0 = guess - guessAbove * LIMB;
    const g2 = Math.floor(guessAbove / LIMB);
    const g1 = guessAbove - g2 * LIMB;
    // The rest is below 2^64 and has no fourth limb.
    const column0 = w0 * r0 - g0 * s0;
    const carry0 = Math.floor(column0 / LIMB);
    const column1 = w0 * r1 + w1 * r0 - g0 * s1 - g1 * s0 + carry0;
    const carry1 = Math.floor(column1 / LIMB);
    const column2 = w0 * r2 + w1 * r1 + w2 * r0 - g0 * s2 - g1 * s1 - g2 * s0 + carry1;
    const carry2 = Math.floor(column2 / LIMB);
    const column3 = w1 * r2 + w2 * r1 - g0 * s3 - g1 * s2 - g2 * s1 + carry2;
    const carry3 = Math.floor(column3 / LIMB);
    this.#low = column0 - carry0 * LIMB + (column1 - carry1 * LIMB) * LIMB;
    this.#high = column2 - carry2 * LIMB + (column3 - carry3 * LIMB) * LIMB;
  }

  #takeSum(): void {
    this.#low -= this.#sumLow;
    this.#high -= this.#sumHigh;
    if (this.#low >= 0) return;
    this.#low += TWO_LIMBS;
    this.#high -= 1;
  }

  /** Rounding keeps the order of remainders; one just below the sum may round up to the bin after the last. */
  #binOfRemainder(): number {
    return Math.min(BINS - 1, Math.floor((this.#high * TWO_LIMBS + this.#low) * this.#scale));
  }

  /** At most 2^14 participants have a share this large, so bigints are cheap enough for them. */
  #settleGiant(lowWord: number, highWord: number): number {
    const earned = ((BigInt(highWord) << 32n) + BigInt(lowWord)) * this.#by.rest;
    const remainder = earned % this.#by.weightSum;
    this.#high = Number(remainder >> 48n);
    this.#low = Number(BigInt.asUintN(48, remainder));
    this.bin = this.#binOfRemainder();
    return Number(BigInt.asUintN(32, earned / this.#by.weightSum));
  }
}

/** The number `limb0 + limb1 × 2^24 + limb2 × 2^48 + limb3 × 2^72`. */
interface Limbs {
  readonly limb0: number;
  readonly limb1: number;
  readonly limb2: number;
  readonly limb3: number;
}

function limbsOf(value: bigint): Limbs {
  const limb = (index: number) => Number(BigInt.asUintN(24, value >> BigInt(24 * index)));
  return { limb0: limb(0), limb1: limb(1), limb2: limb(2), limb3: limb(3) };
}
