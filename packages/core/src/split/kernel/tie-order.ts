/**
 * Which of two positions comes first when their remainders are the same: negative for the first, positive for the
 * second. A total order over the positions of one split, so that equal remainders never make the result ambiguous.
 */
export type TieOrder = (left: number, right: number) => number;

/** The earlier position first: right for callers whose participants are sorted already. */
export function byPosition(left: number, right: number): number {
  return left - right;
}

/** The lower rank first; among equal ranks the earlier position. */
export function byRank(ranks: Uint32Array): TieOrder {
  return (left, right) => (ranks[left] ?? 0) - (ranks[right] ?? 0) || left - right;
}
