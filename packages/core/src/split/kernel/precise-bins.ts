import { GUESS_MAX } from './bounds.ts';
import type { PreciseRatio } from './division.ts';
import { BINS } from './exact-remainders.ts';
import { WORD } from './words.ts';

const LAST_BIN = BINS - 1;
const SPLITTER = 2 ** 27 + 1;

/**
 * Bins participants whose values have too many digits for one double by the fraction of a double-double: the product
 * of weight and ratio as a rounded double and what was rounded off (Dekker 1971, as in `exact-product.ts`).
 *
 * For values below 2^49 the error is below 2^-50; 2^-20, much less than a bin, is taken off, so that the result is low
 * and never high. Whoever cannot be decided so is put in the last bin, counted with the plain guess.
 */
export function binByPreciseFraction(
  weights: Float64Array,
  words: Uint32Array | undefined,
  start: number,
  end: number,
  ratio: PreciseRatio,
  bins: Uint16Array,
): number {
  const { guess: guessRatio, high: ratioHigh, low: ratioLow } = ratio;
  const ratioUpper = ratioHigh * SPLITTER - (ratioHigh * SPLITTER - ratioHigh);
  const ratioLower = ratioHigh - ratioUpper;
  let sum = 0;
  for (let index = start; index < end; index++) {
    const weight = weights[index] ?? 0;
    // What the weight lost when it became a double.
    const lost =
      words === undefined ? 0 : (words[2 * index + 1] ?? 0) * WORD - weight + (words[2 * index] ?? 0);
    const product = weight * ratioHigh;
    const spread = weight * 0x8000001;
    const upper = spread - (spread - weight);
    const lower = weight - upper;
    const productError =
      lower * ratioLower - (product - upper * ratioUpper - lower * ratioUpper - upper * ratioLower);
    const whole = Math.floor(product);
    const fraction = product - whole + (productError + weight * ratioLow + lost * ratioHigh - 2 ** -20);
    const carry = Math.floor(fraction);
    const bin = ((fraction - carry) * 0x8000) | 0;
    const guess = Math.floor(weight * guessRatio);
    const low = whole + carry - guess;
    const decided = bin < LAST_BIN && guess < GUESS_MAX;
    bins[index] = decided ? bin + low * BINS : LAST_BIN;
    sum += (decided ? guess + low : guess) >>> 0;
  }
  return sum;
}
