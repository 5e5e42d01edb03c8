import type { Cut } from './cut.ts';
import type { Division } from './division.ts';
import { HIGH, LOW } from './words.ts';

const BIN_MASK = 2 ** 15 - 1;
const GUESS_WAS_LOW_BIT = 15;
const TWO_TO_52 = 2 ** 52;
const MANTISSA_HIGH = 0xfffff;

/** Shares from here on are written as bigints; at most 2^63 / 2^48 participants have one. */
const GIANT = 2 ** 48;

/** A share that does not fit a double with room to spare. */
export interface Giant {
  readonly position: number;
  readonly share: bigint;
}

/**
 * Writes every share but those of the cut's winners and of giants, and answers the sum of what it wrote, exact if
 * that is below 2^53. `weights` may lie in the memory of `shares`.
 *
 * A whole number below 2^52, added to 2^52, stands bit for bit in the lower 52 bits of the double; what is above
 * them is cleared.
 */
export function writeShares(
  weights: Float64Array,
  bins: Uint16Array,
  cut: number,
  by: Division,
  shares: BigInt64Array,
): number {
  const doubles = new Float64Array(shares.buffer);
  const words = new Int32Array(shares.buffer);
  const whole = Number(by.whole);
  const { ratio } = by;
  const high = HIGH;
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    const bin = bins[index] ?? 0;
    // Without branches, which the processor could not foresee: one more for a low guess, one more above the cut.
    const extra = (bin >>> GUESS_WAS_LOW_BIT) + ((cut - (bin & BIN_MASK)) >>> 31);
    const share = weight * whole + Math.floor(weight * ratio) + extra;
    sum += share;
    doubles[index] = share + TWO_TO_52;
    words[2 * index + high] = (words[2 * index + high] ?? 0) & MANTISSA_HIGH;
  }
  return sum;
}
