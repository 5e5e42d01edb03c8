import { FEW } from './bounds.ts';
import { divideList, divideNumbers } from './divide-list.ts';
import { divide } from './divide.ts';
import { checkWeights, survey, type WeightColumn } from './survey.ts';
import type { TieOrder } from './tie-order.ts';
import { LITTLE_ENDIAN } from './words.ts';

/** Shares of a column of weights, in its order, and the total if nobody has any weight. */
export interface ColumnShares {
  readonly shares: BigInt64Array;
  readonly returned: bigint;
}

/**
 * Divides among a column of weights.
 *
 * @throws {@link PayoutError} with code `INVALID_WEIGHT`
 */
export function divideColumn(total: bigint, weights: WeightColumn, ties: TieOrder): ColumnShares {
  if (weights.length < FEW || !LITTLE_ENDIAN) {
    checkWeights(weights);
    const { amounts, returned } =
      weights instanceof Float64Array
        ? divideNumbers(total, Array.from(weights), ties)
        : divideList(total, Array.from(weights), ties);
    return { shares: BigInt64Array.from(amounts), returned };
  }
  const shares = new BigInt64Array(weights.length);
  const surveyed = survey(weights, shares);
  if (surveyed.weightSum === 0n) return { shares: shares.fill(0n), returned: total };
  divide(total, surveyed, ties, shares);
  return { shares, returned: 0n };
}
