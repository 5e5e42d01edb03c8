import { FEW } from './bounds.ts';
import { divideList, divideNumbers } from './divide-list.ts';
import { divide } from './divide.ts';
import { checkedIntegers, checkedNumbers, survey, type WeightColumn } from './survey.ts';
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
    return divideShort(total, weights, ties);
  }
  const shares = new BigInt64Array(weights.length);
  const surveyed = survey(weights, shares);
  if (surveyed.weightSum === 0n) return { shares: shares.fill(0n), returned: total };
  divide(total, surveyed, ties, shares);
  return { shares, returned: 0n };
}

function divideShort(total: bigint, weights: WeightColumn, ties: TieOrder): ColumnShares {
  const { amounts, returned } =
    weights instanceof Float64Array
      ? divideNumbers(total, checkedNumbers(weights), ties)
      : divideList(total, checkedIntegers(weights), ties);
  const shares = new BigInt64Array(amounts.length);
  for (let position = 0; position < amounts.length; position++) shares[position] = amounts[position] ?? 0n;
  return { shares, returned };
}
