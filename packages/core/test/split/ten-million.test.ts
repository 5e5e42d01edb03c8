import { describe, expect, it } from 'vitest';
import { splitTyped } from '../../src/split/index.ts';

const COUNT = 10_000_000;

/** A generator with 64 bits of state, so that weights of any size have no pattern in their low bits. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

/**
 * The shares by bigints alone. A remainder is kept as its upper bits, which a double holds; the threshold is found by
 * sorting those, and participants at the threshold are compared in full.
 */
function expectedShares(total: bigint, weights: Float64Array | BigUint64Array): BigInt64Array {
  let sum = 0n;
  for (const weight of weights) sum += BigInt(weight);
  const shift = BigInt(Math.max(0, sum.toString(2).length - 53));
  const shares = new BigInt64Array(COUNT);
  const tops = new Float64Array(COUNT);
  let left = total;
  for (let index = 0; index < COUNT; index++) {
    const earned = BigInt(weights[index]!) * total;
    const share = earned / sum;
    shares[index] = share;
    tops[index] = Number((earned - share * sum) >> shift);
    left -= share;
  }
  const units = Number(left);
  const threshold = tops.slice().sort()[COUNT - units]!;
  const tied: number[] = [];
  let served = 0;
  for (let index = 0; index < COUNT; index++) {
    if (tops[index]! === threshold) tied.push(index);
    if (tops[index]! <= threshold) continue;
    shares[index]!++;
    served++;
  }
  const remainder = (index: number) => (BigInt(weights[index]!) * total) % sum;
  const full = tied.map((index) => ({ index, remainder: remainder(index) }));
  full.sort((a, b) => (a.remainder > b.remainder ? -1 : a.remainder < b.remainder ? 1 : a.index - b.index));
  for (const { index } of full.slice(0, units - served)) shares[index]!++;
  return shares;
}

describe('splitTyped among ten million', () => {
  const next = random(2024);
  it.each([
    [
      'weights below a million',
      1_000_000_007n,
      () => Float64Array.from({ length: COUNT }, () => 1 + (next() % 1_000_000)),
    ],
    [
      'weights below 2^28 and a total near 10^18',
      10n ** 18n - 11n,
      () => Float64Array.from({ length: COUNT }, () => next() >>> 4),
    ],
    [
      'weights up to 2^64, whose sum has 87 bits',
      2n ** 63n - 1n,
      () => BigUint64Array.from(new Float64Array(COUNT), () => (BigInt(next()) << 32n) | BigInt(next())),
    ],
  ])(
    'gives each the share that bigints give: %s',
    (_, total, make) => {
      const weights = make();
      const { shares } = splitTyped(total, weights);
      const expected = expectedShares(total, weights);
      let wrong = 0;
      for (let index = 0; index < COUNT; index++) if (shares[index] !== expected[index]) wrong++;
      expect(wrong).toBe(0);
    },
    240_000,
  );
});
