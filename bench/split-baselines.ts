import Decimal from 'decimal.js';

/** Largest remainders as one writes them with bigints: divide, sort all, hand out. */
export function plainBigint(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  const shares = weights.map((weight) => (weight * total) / sum);
  const remainders = weights.map((weight) => (weight * total) % sum);
  let left = total - shares.reduce((a, b) => a + b, 0n);
  const order = weights.map((_, index) => index);
  order.sort((a, b) => {
    const one = remainders[a] ?? 0n;
    const other = remainders[b] ?? 0n;
    return one > other ? -1 : one < other ? 1 : a - b;
  });
  for (const index of order) {
    if (left === 0n) break;
    shares[index] = (shares[index] ?? 0n) + 1n;
    left--;
  }
  return shares;
}

const Precise = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_DOWN });

/** The same with decimal.js. */
export function plainDecimal(total: Decimal, weights: readonly Decimal[]): Decimal[] {
  const sum = weights.reduce((a, b) => Precise.add(a, b), new Precise(0));
  const quotas = weights.map((weight) => Precise.div(Precise.mul(weight, total), sum));
  const shares = quotas.map((quota) => quota.floor());
  const remainders = weights.map((weight, index) =>
    Precise.sub(Precise.mul(weight, total), Precise.mul(shares[index] ?? 0, sum)),
  );
  let left = Precise.sub(
    total,
    shares.reduce((a, b) => Precise.add(a, b), new Precise(0)),
  ).toNumber();
  const order = weights.map((_, index) => index);
  order.sort((a, b) => (remainders[b] ?? sum).cmp(remainders[a] ?? sum) || a - b);
  for (const index of order) {
    if (left-- === 0) break;
    shares[index] = Precise.add(shares[index] ?? 0, 1);
  }
  return shares;
}
