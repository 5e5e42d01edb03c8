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
