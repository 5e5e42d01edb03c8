import { preciseRatio, type Division } from './division.ts';
import { BINS, type ExactRemainders } from './exact-remainders.ts';
import { binByPreciseFraction } from './precise-bins.ts';
import type { Survey } from './survey.ts';
import { WORD } from './words.ts';

/** A block stays in the nearest cache, and its sum of quotients exact. */
const BLOCK = 2048;

/** Below it, the value `weight × rest / weightSum` in a double is known to within one bin. */
const PLAIN_MAX = 2 ** 34;

const LAST_BIN = BINS - 1;

/**
 * Sorts every remainder into one of the bins and answers the sum of the quotients modulo 2^32.
 *
 * The bin is that of the fraction of the guessed value, which lies below the true fraction by less than the width of a
 * bin: the true bin is the one found or the next. After the last bin comes the next quotient, so the participants in
 * the last bin, few of them, are settled exactly.
 */
export function sortIntoBins(
  surveyed: Survey,
  by: Division,
  exact: ExactRemainders,
  bins: Uint16Array,
): number {
  const { doubles, words } = surveyed;
  const plain = surveyed.largest * by.ratio < PLAIN_MAX;
  const ratio = preciseRatio(by);
  let given = 0;
  for (let start = 0; start < bins.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, bins.length);
    const sum = plain
      ? binByFraction(doubles, start, end, by.ratio, exact, bins)
      : binByPreciseFraction(doubles, words, start, end, ratio, bins) +
        settleLastBin(doubles, start, end, by.ratio, exact, bins);
    given = (given + sum) % WORD;
  }
  return given;
}

/** In one double: the guess is low by at most 14 × 2^-53 of a value below 2^34, which is less than a bin (`GUESS_LOW`). */
function binByFraction(
  weights: Float64Array,
  start: number,
  end: number,
  ratio: number,
  exact: ExactRemainders,
  bins: Uint16Array,
): number {
  const binCount = 0x8000;
  const pairsEnd = end - ((end - start) % 2);
  let seen = 0;
  let evenSum = 0;
  let oddSum = 0;
  // By pairs: the two sums need not wait for each other.
  for (let index = start; index < pairsEnd; index += 2) {
    const value = (weights[index] ?? 0) * ratio;
    const guess = Math.floor(value);
    const bin = ((value - guess) * binCount) | 0;
    bins[index] = bin;
    evenSum += guess;
    const nextValue = (weights[index + 1] ?? 0) * ratio;
    const nextGuess = Math.floor(nextValue);
    const nextBin = ((nextValue - nextGuess) * binCount) | 0;
    bins[index + 1] = nextBin;
    oddSum += nextGuess;
    // Only the last bin plus one has this bit. One test for all: a test for each costs more than all the arithmetic.
    seen |= (bin + 1) | (nextBin + 1);
  }
  let sum = evenSum + oddSum;
  if (pairsEnd < end) {
    sum += exact.settle(pairsEnd);
    bins[pairsEnd] = exact.bin;
  }
  return seen < binCount ? sum : sum + settleLastBin(weights, start, pairsEnd, ratio, exact, bins);
}

/** Settles the participants in the last bin and answers by how much their quotients exceed the guesses. */
function settleLastBin(
  weights: Float64Array,
  start: number,
  end: number,
  ratio: number,
  exact: ExactRemainders,
  bins: Uint16Array,
): number {
  let more = 0;
  for (let index = start; index < end; index++) {
    if (bins[index] !== LAST_BIN) continue;
    more += exact.settle(index) - (Math.floor((weights[index] ?? 0) * ratio) % WORD);
    bins[index] = exact.bin;
  }
  return more;
}
