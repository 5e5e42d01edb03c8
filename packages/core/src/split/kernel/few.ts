import { DOUBLE_SUM_MAX, GUESS_LOW, GUESS_MAX } from './bounds.ts';
import { halves, remainderOf } from './exact-product.ts';
import type { TieOrder } from './tie-order.ts';

/** Products below it are exact in a double. */
const PRODUCT_MAX = 2 ** 53;

/** The sum of the weights, if they are few and small enough for {@link divideFew}; else nothing. */
export function fewSum(weights: readonly number[]): number | undefined {
  let sum = 0;
  let largest = 0;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    sum += weight;
    if (weight > largest) largest = weight;
  }
  return sum < DOUBLE_SUM_MAX && largest < GUESS_MAX ? sum : undefined;
}

/**
 * Divides a total from 0 to below 2^49 among a handful of weights below 2^49, not all of them zero, whose sum is below
 * 2^52, by largest remainders: the same arithmetic as for many, and a scan for each left-over unit.
 */
export function divideFew(
  total: number,
  weights: readonly number[],
  weightSum: number,
  ties: TieOrder,
): number[] {
  // Exact: a quotient of integers below 2^52 is never rounded up to the next integer.
  const whole = Math.floor(total / weightSum);
  const rest = total - whole * weightSum;
  const ratio = (rest / weightSum) * GUESS_LOW;
  const plain = rest * weightSum < PRODUCT_MAX;
  const restHalves = halves(rest);
  const sumHalves = halves(weightSum);
  const shares: number[] = [];
  const remainders: number[] = [];
  let units = rest;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    const guess = Math.floor(weight * ratio);
    const remainder = plain
      ? weight * rest - guess * weightSum
      : remainderOf(weight, restHalves, guess, sumHalves);
    const low = remainder >= weightSum ? 1 : 0;
    units -= guess + low;
    shares.push(weight * whole + guess + low);
    remainders.push(remainder - low * weightSum);
  }
  for (; units > 0; units--) {
    const winner = largestOf(remainders, ties);
    shares[winner] = (shares[winner] ?? 0) + 1;
    remainders[winner] = -1;
  }
  return shares;
}

function largestOf(remainders: readonly number[], ties: TieOrder): number {
  let best = 0;
  let largest = remainders[0] ?? 0;
  for (let index = 1; index < remainders.length; index++) {
    const remainder = remainders[index] ?? 0;
    if (remainder > largest || (remainder === largest && ties(index, best) < 0)) {
      best = index;
      largest = remainder;
    }
  }
  return best;
}
