import { assertInvariant } from '../../errors.ts';
import { division } from './division.ts';
import { selectFirst } from './select.ts';
import type { TieOrder } from './tie-order.ts';

/**
 * Divides a total among weights of any size, not all of them zero, by largest remainders, with bigints alone.
 *
 * The plain reading of the method, for what the fast way does not take: huge weights and a handful of participants.
 */
export function divideBigints(
  total: bigint,
  weights: readonly bigint[],
  weightSum: bigint,
  ties: TieOrder,
): bigint[] {
  const { magnitude, whole, rest } = division(total < 0n ? -total : total, weightSum);
  let left = magnitude;
  const remainders: bigint[] = [];
  const shares = weights.map((weight) => {
    const earned = weight * rest;
    remainders.push(earned % weightSum);
    const share = weight * whole + earned / weightSum;
    left -= share;
    return share;
  });
  const units = Number(left);
  const positions = Uint32Array.from(weights.keys());
  selectFirst(positions, units, (one, other) => {
    const difference = (remainders[other] ?? 0n) - (remainders[one] ?? 0n);
    return difference === 0n ? ties(one, other) : difference < 0n ? -1 : 1;
  });
  for (const position of positions.subarray(0, units)) shares[position] = (shares[position] ?? 0n) + 1n;
  assertInvariant(
    shares.reduce((sum, share) => sum + share, 0n) === magnitude,
    'the shares of a split add up to its total',
  );
  return total < 0n ? shares.map((share) => -share) : shares;
}
