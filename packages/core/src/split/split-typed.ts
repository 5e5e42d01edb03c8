import { PayoutError } from '../errors.ts';
import { checkTotal } from './check-total.ts';
import { PARTICIPANTS_MAX } from './kernel/bounds.ts';
import { divideColumn } from './kernel/divide-column.ts';
import type { WeightColumn } from './kernel/survey.ts';
import { byPosition, byRank } from './kernel/tie-order.ts';

/** How {@link splitTyped} breaks ties. */
export interface TypedSplitOptions {
  /** For each weight its place among equal remainders, the lower first; without ranks, or among equal ones, the position. */
  readonly ranks?: Uint32Array;
}

/** The result of {@link splitTyped}. */
export interface TypedSplit {
  /** For each weight its share in minor units. They add up to the total, less what is returned. */
  readonly shares: BigInt64Array;
  /** The whole total if there are no weights or all are zero, else 0. */
  readonly returned: bigint;
}

/**
 * Divides a total among a column of weights by largest remainders, as `split` does, for callers with many participants.
 *
 * The shares add up to the total exactly; each lies within one unit of its exact part; a zero weight gets zero. Among
 * equal remainders the lower rank gets the unit, else the earlier position: a caller whose participants are sorted by
 * id needs no ranks to have a result that depends on nothing but ids. A negative total is divided like a positive one
 * and negated.
 *
 * Takes time in proportion to the number of weights whatever they are, and 14 bytes of memory for each beside the
 * weights, the shares included. Weights that are numbers must be safe integers.
 *
 * The method is that of A. Hamilton (1792), also named after Hare and Niemeyer.
 *
 * @param total - in minor units, in the signed 64-bit range
 * @throws {@link PayoutError} with code `INVALID_AMOUNT`, `AMOUNT_OUT_OF_RANGE`, `INVALID_WEIGHT` or `INVALID_INPUT`
 *
 * @example
 * ```ts
 * import { splitTyped } from '@payout-engines/core/split';
 *
 * [...splitTyped(100n, Float64Array.of(1, 1, 1)).shares]; // => [34n, 33n, 33n]
 * ```
 */
export function splitTyped(
  total: bigint,
  weights: WeightColumn,
  options: TypedSplitOptions = {},
): TypedSplit {
  checkTotal(total);
  checkColumn(weights);
  const { ranks } = options;
  if (ranks === undefined) return divideColumn(total, weights, byPosition);
  if (!(ranks instanceof Uint32Array)) throw invalid('ranks', 'it is not a Uint32Array');
  if (ranks.length !== weights.length) throw invalid('ranks', 'it is not as long as the weights');
  return divideColumn(total, weights, byRank(ranks));
}

function checkColumn(weights: unknown): void {
  const typed =
    weights instanceof Float64Array || weights instanceof BigInt64Array || weights instanceof BigUint64Array;
  if (!typed) throw invalid('weights', 'it is not a Float64Array, BigInt64Array or BigUint64Array');
  if (weights.length > PARTICIPANTS_MAX) throw invalid('weights', 'it is longer than 2^30');
}

function invalid(path: string, reason: string): PayoutError {
  return new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}
