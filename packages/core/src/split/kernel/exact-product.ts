/** A double and its two halves, each of at most 26 digits, so that products of halves are exact. */
export interface Halves {
  readonly value: number;
  readonly high: number;
  readonly low: number;
}

const SPLITTER = 2 ** 27 + 1;

/** Veltkamp's split of a double into halves. */
export function halves(value: number): Halves {
  const high = highHalf(value);
  return { value, high, low: value - high };
}

/**
 * `weight × rest − guess × weightSum`, exactly, for integers below 2^52 whose result lies from 0 to below 2^53.
 *
 * Each product is taken as its rounded value and its rounding error (Dekker's product: T. J. Dekker, "A
 * floating-point technique for extending the available precision", Numerische Mathematik 18, 1971). The rounded
 * products are within a factor of two of each other, or small, so their difference is exact, and so is that of the
 * errors. JavaScript never contracts a multiplication and an addition into one rounding, so every engine on every
 * processor computes the same bits.
 */
export function remainderOf(weight: number, rest: Halves, guess: number, weightSum: Halves): number {
  const weightHigh = highHalf(weight);
  const weightLow = weight - weightHigh;
  const guessHigh = highHalf(guess);
  const guessLow = guess - guessHigh;
  const earned = weight * rest.value;
  const taken = guess * weightSum.value;
  const earnedError =
    weightLow * rest.low - (earned - weightHigh * rest.high - weightLow * rest.high - weightHigh * rest.low);
  const takenError =
    guessLow * weightSum.low -
    (taken - guessHigh * weightSum.high - guessLow * weightSum.high - guessHigh * weightSum.low);
  return earned - taken + (earnedError - takenError);
}

function highHalf(value: number): number {
  const spread = value * SPLITTER;
  return spread - (spread - value);
}
