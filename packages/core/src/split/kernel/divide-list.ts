import { assertInvariant } from '../../errors.ts';
import { divideBigints } from './bigints.ts';
import { FEW, GUESS_MAX } from './bounds.ts';
import { divideFew, fewSum } from './few.ts';
import type { TieOrder } from './tie-order.ts';

const FEW_TOTAL_MAX = BigInt(GUESS_MAX);

/** Shares of a list of weights, in its order, and the total if nobody has any weight. */
export interface ListShares {
  readonly amounts: readonly bigint[];
  readonly returned: bigint;
}

/** Divides among weights that are checked already: non-negative and, if numbers, safe integers. */
export function divideNumbers(total: bigint, weights: readonly number[], ties: TieOrder): ListShares {
  const sum =
    weights.length < FEW && total < FEW_TOTAL_MAX && total > -FEW_TOTAL_MAX ? fewSum(weights) : undefined;
  if (sum === undefined) return divideList(total, weights.map(BigInt), ties);
  if (sum === 0) return { amounts: weights.map(() => 0n), returned: total };
  const number = Number(total);
  const shares = divideFew(Math.abs(number), weights, sum, ties);
  const amounts: bigint[] = [];
  let given = 0;
  for (let position = 0; position < shares.length; position++) {
    const share = number < 0 ? -(shares[position] ?? 0) : (shares[position] ?? 0);
    given += share;
    amounts.push(bigintOf(share));
  }
  assertInvariant(given === number, 'the shares of a split add up to its total');
  return { amounts, returned: 0n };
}

/** A small integer is made a bigint many times faster if the engine knows it as one. */
function bigintOf(integer: number): bigint {
  const small = integer | 0;
  return small === integer ? BigInt(small) : BigInt(integer);
}

/** As {@link divideNumbers}, of any size. */
export function divideList(total: bigint, weights: readonly bigint[], ties: TieOrder): ListShares {
  const sum = weights.reduce((before, weight) => before + weight, 0n);
  if (sum === 0n) return { amounts: weights.map(() => 0n), returned: total };
  return { amounts: divideBigints(total, weights, sum, ties), returned: 0n };
}
