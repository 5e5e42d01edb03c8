import type { Cut } from './cut.ts';
import type { Division } from './division.ts';
import { BINS } from './exact-remainders.ts';

/** Shares from here on are written as bigints; at most 2^63 / 2^48 participants have one. */
const GIANT = 2 ** 48;

/** A share that does not fit a double with room to spare. */
export interface Giant {
  readonly position: number;
  readonly share: bigint;
}

/**
 * Writes every share but those of the cut's winners and of giants, and answers the sum of what it wrote, exact if
 * that is below 2^53. `weights` may lie in the memory of `shares`, which else is zero.
 *
 * Each access to a column costs as much as the arithmetic for it, so the upper words are left alone where they are
 * and remain zero.
 */
export function writeShares(
  weights: Float64Array,
  largest: number,
  bins: Uint16Array,
  cut: number,
  by: Division,
  shares: BigInt64Array,
): number {
  const words = new Int32Array(shares.buffer);
  const whole = Number(by.whole);
  const { ratio } = by;
  const upper = weights.buffer === shares.buffer || (largest + 1) * (whole + 1) >= 2 ** 32;
  const pairsEnd = weights.length - (weights.length % 2);
  let evenSum = 0;
  let oddSum = 0;
  // By pairs: the two sums need not wait for each other.
  for (let index = 0; index < pairsEnd; index += 2) {
    const share = shareOf(weights[index] ?? 0, bins[index] ?? 0, cut, ratio, whole);
    const next = shareOf(weights[index + 1] ?? 0, bins[index + 1] ?? 0, cut, ratio, whole);
    evenSum += share;
    oddSum += next;
    words[2 * index] = share;
    words[2 * index + 2] = next;
    if (upper) {
      words[2 * index + 1] = share / 2 ** 32;
      words[2 * index + 3] = next / 2 ** 32;
    }
  }
  if (pairsEnd < weights.length) {
    const last = shareOf(weights[pairsEnd] ?? 0, bins[pairsEnd] ?? 0, cut, ratio, whole);
    oddSum += last;
    words[2 * pairsEnd] = last;
    words[2 * pairsEnd + 1] = last / 2 ** 32;
  }
  return evenSum + oddSum;
}

/** Without branches, which no processor could foresee: one more for a guess that was low, one more above the cut. */
function shareOf(weight: number, bin: number, cut: number, ratio: number, whole: number): number {
  return weight * whole + Math.floor(weight * ratio) + ((bin >>> 15) + ((cut - (bin & 0x7fff)) >>> 31));
}

/** The giant shares, exactly. They are looked for only if the largest weight has one. */
export function giantShares(
  weights: Float64Array,
  largest: number,
  weightAt: (position: number) => bigint,
  bins: Uint16Array,
  cut: number,
  by: Division,
): readonly Giant[] {
  const perWeight = Number(by.magnitude) / Number(by.weightSum);
  const giants: Giant[] = [];
  if (largest * perWeight < GIANT) return giants;
  for (let position = 0; position < weights.length; position++) {
    if ((weights[position] ?? 0) * perWeight < GIANT) continue;
    const extra = ((bins[position] ?? 0) & (BINS - 1)) > cut ? 1n : 0n;
    giants.push({ position, share: (weightAt(position) * by.magnitude) / by.weightSum + extra });
  }
  return giants;
}

/** Adds one unit to each winner. */
export function giveUnits(winners: Cut['winners'], shares: BigInt64Array): void {
  for (let index = 0; index < winners.length; index++) {
    const position = winners[index] ?? 0;
    shares[position] = (shares[position] ?? 0n) + 1n;
  }
}
