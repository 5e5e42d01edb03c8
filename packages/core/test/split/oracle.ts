/** Largest remainders as one would write them down, with bigints and a full sort, and nothing of the engine's code. */
export function oracle(
  total: bigint,
  weights: readonly bigint[],
  tie: (left: number, right: number) => number = (left, right) => left - right,
): { shares: bigint[]; returned: bigint } {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return { shares: weights.map(() => 0n), returned: total };
  const magnitude = total < 0n ? -total : total;
  const shares = weights.map((weight) => (weight * magnitude) / sum);
  const remainders = weights.map((weight) => (weight * magnitude) % sum);
  let left = magnitude - shares.reduce((a, b) => a + b, 0n);
  const order = weights.map((_, index) => index);
  order.sort((a, b) => {
    const one = remainders[a]!;
    const other = remainders[b]!;
    return one > other ? -1 : one < other ? 1 : tie(a, b);
  });
  for (const index of order) {
    if (left === 0n) break;
    shares[index]!++;
    left--;
  }
  return { shares: total < 0n ? shares.map((share) => -share) : shares, returned: 0n };
}
