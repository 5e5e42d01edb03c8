import type { ExactRemainders } from './exact-remainders.ts';

/** A block stays in the nearest cache, and its sum of quotients below 2^53. */
const BLOCK = 2048;

const WORD = 2 ** 32;

/** As `BINS`, of this file, so that the loops below see a constant and not an import. */
const BIN_COUNT = 2 ** 15;

/** Below it, a value `weight × rest / weightSum` taken in doubles is known to within one bin. */
const FILTER_MAX = 2 ** 34;

/**
 * Sorts every remainder into a bin and answers the sum of the quotients modulo 2^32.
 *
 * The bin is that of the guessed value's fraction, which lies below the true fraction by at most 14 × 2^-53 × 2^34
 * (see `GUESS_LOW`), less than the width of a bin: the true bin is the one found or the next. In the last bin the next
 * may be a guess that was one too low; those participants are settled exactly. For values that are too large for
 * this all are.
 */
export function sortIntoBins(
  weights: Float64Array,
  largest: number,
  ratio: number,
  exact: ExactRemainders,
  bins: Uint16Array,
): number {
  const trusted = largest * ratio < FILTER_MAX;
  let given = 0;
  for (let start = 0; start < weights.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, weights.length);
    const sum = trusted
      ? binByFraction(weights, start, end, ratio, exact, bins)
      : binExactly(start, end, exact, bins);
    given = (given + sum) % WORD;
  }
  return given;
}

function binByFraction(
  weights: Float64Array,
  start: number,
  end: number,
  ratio: number,
  exact: ExactRemainders,
  bins: Uint16Array,
): number {
  let seen = 0;
  let evenSum = 0;
  let oddSum = 0;
  // By pairs: the two sums need not wait for each other.
  const pairsEnd = end - ((end - start) % 2);
  for (let index = start; index < pairsEnd; index += 2) {
    const value = (weights[index] ?? 0) * ratio;
    const guess = Math.floor(value);
    const bin = ((value - guess) * BIN_COUNT) | 0;
    bins[index] = bin;
    evenSum += guess;
    const nextValue = (weights[index + 1] ?? 0) * ratio;
    const nextGuess = Math.floor(nextValue);
    const nextBin = ((nextValue - nextGuess) * BIN_COUNT) | 0;
    bins[index + 1] = nextBin;
    oddSum += nextGuess;
    // Only the last bin plus one reaches BIN_COUNT. One test for all: a test for each costs more than all the rest.
    seen |= (bin + 1) | (nextBin + 1);
  }
  let sum = evenSum + oddSum;
  if (pairsEnd < end) sum += binExactly(pairsEnd, end, exact, bins);
  if (seen < BIN_COUNT) return sum;
  for (let index = start; index < pairsEnd; index++) {
    if (bins[index] !== BIN_COUNT - 1) continue;
    sum += exact.settle(index) - (Math.floor((weights[index] ?? 0) * ratio) % WORD);
    bins[index] = exact.bin;
  }
  return sum;
}

function binExactly(start: number, end: number, exact: ExactRemainders, bins: Uint16Array): number {
  let sum = 0;
  for (let index = start; index < end; index++) {
    sum += exact.settle(index);
    bins[index] = exact.bin;
  }
  return sum;
}
