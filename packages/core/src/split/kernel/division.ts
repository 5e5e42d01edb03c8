import { GUESS_LOW } from './bounds.ts';

/**
 * The one division with big numbers that a split needs: `total = whole × weightSum + rest`.
 *
 * A share is then `weight × whole + floor(weight × rest / weightSum)`, and one unit more for the largest remainders
 * of that floor. `rest` is below `weightSum`, so what is left to do per participant fits small numbers.
 */
export interface Division {
  /** The absolute total, in minor units. */
  readonly magnitude: bigint;
  readonly weightSum: bigint;
  readonly whole: bigint;
  readonly rest: bigint;
  /** `rest / weightSum`, a little too low, as a double. */
  readonly ratio: number;
}

/** Divides the absolute total by the sum of the weights, which is not zero. */
export function division(magnitude: bigint, weightSum: bigint): Division {
  const rest = magnitude % weightSum;
  const ratio = (Number(rest) / Number(weightSum)) * GUESS_LOW;
  return { magnitude, weightSum, whole: magnitude / weightSum, rest, ratio };
}

/** The ratio with twice the digits of a double. */
export interface PreciseRatio {
  /** As `ratio` of the division. */
  readonly guess: number;
  readonly high: number;
  /** What `high` lacks. */
  readonly low: number;
}

/** The smallest ratio is about 2^-94, so its 53 digits end above 2^-160. */
const PRECISE_BITS = 160;

/** `rest / weightSum` as the sum of two doubles, right to about 2^-105 of itself. */
export function preciseRatio(by: Division): PreciseRatio {
  const high = Number(by.rest) / Number(by.weightSum);
  const scaled = (by.rest << BigInt(PRECISE_BITS)) / by.weightSum;
  const low = Number(scaled - BigInt(high * 2 ** PRECISE_BITS)) * 2 ** -PRECISE_BITS;
  return { guess: by.ratio, high, low };
}
