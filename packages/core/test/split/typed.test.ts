import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitTyped, type TypedSplitOptions, type WeightColumn } from '../../src/split/index.ts';
import { cases, numberWeights, RUNS, shuffledRanks, wordWeights } from './arbitraries.ts';
import { oracle } from './oracle.ts';

function agrees(
  total: bigint,
  column: WeightColumn,
  weights: bigint[],
  options: TypedSplitOptions = {},
): void {
  const { ranks } = options;
  const tie = ranks && ((a: number, b: number) => ranks[a]! - ranks[b]! || a - b);
  const expected = oracle(total, weights, tie);
  const before = column.slice();
  const actual = splitTyped(total, column, options);
  expect(actual.returned).toBe(expected.returned);
  expect(Array.from(actual.shares)).toEqual(expected.shares);
  expect(column).toEqual(before);
}

describe('splitTyped', () => {
  it('divides numbers as the oracle does', () => {
    const property = fc.property(cases(numberWeights), ({ weights, total }) => {
      agrees(total, Float64Array.from(weights, Number), weights);
    });
    fc.assert(property, RUNS);
  });

  it('divides 64-bit integers as the oracle does', () => {
    const property = fc.property(cases(wordWeights), ({ weights, total }) => {
      agrees(total, BigInt64Array.from(weights), weights);
      agrees(
        total,
        BigUint64Array.from(weights, (weight) => weight * 2n),
        weights.map((weight) => weight * 2n),
      );
    });
    fc.assert(property, RUNS);
  });

  it('gives the units of equal remainders to the lowest ranks', () => {
    const property = fc.property(cases(wordWeights), fc.integer(), ({ weights, total }, seed) => {
      agrees(total, BigInt64Array.from(weights), weights, { ranks: shuffledRanks(weights.length, seed) });
    });
    fc.assert(property, RUNS);
  });

  it('gives the units of equal ranks to the earliest positions', () => {
    const property = fc.property(cases(numberWeights), ({ weights, total }) => {
      const ranks = Uint32Array.from(weights, (_, index) => (index * 7) % 3);
      agrees(total, Float64Array.from(weights, Number), weights, { ranks });
    });
    fc.assert(property, RUNS);
  });

  it('reads a column that starts in the middle of its memory', () => {
    const numbers = new Float64Array(200).fill(3).subarray(7, 157);
    agrees(1000n, numbers, Array.from(numbers, BigInt));
    const integers = new BigInt64Array(200).fill(2n ** 62n).subarray(7, 157);
    agrees(1000n, integers, Array.from(integers));
  });

  it.each([0, 1, 47, 48, 49, 255, 256, 257, 2048, 2049])('divides among %i equal weights', (count) => {
    for (const weight of [1n, 2n ** 26n, 2n ** 50n - 1n, 2n ** 53n - 1n, 2n ** 63n - 1n]) {
      for (const total of [0n, 1n, 255n, 256n, 10_000n, -10_001n, 2n ** 63n - 1n, -(2n ** 63n)]) {
        const weights = new Array<bigint>(count).fill(weight);
        agrees(total, BigUint64Array.from(weights), weights);
        if (weight < 2n ** 53n) agrees(total, Float64Array.from(weights, Number), weights);
      }
    }
  });

  it('divides where the sum of the weights is near 2^52, 2^53, 2^63 and 2^64', () => {
    for (const sum of [2n ** 52n, 2n ** 53n, 2n ** 63n, 2n ** 64n]) {
      for (const count of [48n, 100n, 257n]) {
        for (const off of [-1n, 0n, 1n]) {
          const rest = sum + off - (count - 1n) * (sum / count);
          const weights = Array.from({ length: Number(count) }, (_, index) =>
            index === 5 ? rest : sum / count,
          );
          for (const total of [10n ** 9n + 7n, 10n ** 18n - 11n, sum - 1n > 2n ** 63n - 1n ? 3n : sum - 1n]) {
            agrees(total, BigUint64Array.from(weights), weights);
            if (sum / count < 2n ** 53n) agrees(total, Float64Array.from(weights, Number), weights);
          }
        }
      }
    }
  });

  it.each([
    [20, 2 ** 48],
    [47, 2 ** 46],
    [60, 2 ** 45],
    [4_000, 2 ** 40],
  ])(
    'tells close remainders apart where products need twice the digits of a double: %i weights',
    (count, top) => {
      let state = 5;
      const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
      for (let round = 0; round < 60_000 / count + 10; round++) {
        const weights = Float64Array.from(
          { length: count },
          () => Math.floor(next() * top) + Math.floor(next() * 2 ** 20),
        );
        agrees(BigInt(Math.floor(next() * 2 ** 49)), weights, Array.from(weights, BigInt));
      }
    },
  );

  it('returns the total when nobody has any weight', () => {
    expect(splitTyped(7n, new Float64Array(0))).toEqual({ shares: new BigInt64Array(0), returned: 7n });
    expect(splitTyped(-7n, new Float64Array(300))).toEqual({ shares: new BigInt64Array(300), returned: -7n });
    expect(splitTyped(7n, new BigInt64Array(3))).toEqual({ shares: new BigInt64Array(3), returned: 7n });
  });

  it.each([
    ['a fraction', 0.5],
    ['a negative number', -1],
    ['NaN', NaN],
    ['infinity', Infinity],
    ['a number above 2^53', 2 ** 53],
  ])('refuses %s and names its position', (_, bad) => {
    for (const count of [3, 47, 48, 301]) {
      for (const position of [0, 1, count - 1]) {
        const weights = new Float64Array(count).fill(5);
        weights[position] = bad;
        expect(() => splitTyped(10n, weights)).toThrow(
          expect.objectContaining({ code: 'INVALID_WEIGHT', details: expect.objectContaining({ position }) }),
        );
      }
    }
  });

  it('refuses a negative 64-bit integer, but not one whose sign bit only a signed reading sees', () => {
    for (const count of [3, 300]) {
      const weights = new BigInt64Array(count).fill(5n);
      weights[2] = -1n;
      expect(() => splitTyped(10n, weights)).toThrow(
        expect.objectContaining({
          code: 'INVALID_WEIGHT',
          details: { position: 2, reason: 'it is negative' },
        }),
      );
      expect(splitTyped(10n, new BigUint64Array(weights.buffer)).shares[2]).toBe(10n);
    }
  });

  it.each([2n ** 63n, -(2n ** 63n) - 1n])('refuses the total %d', (total) => {
    expect(() => splitTyped(total, Float64Array.of(1))).toThrow(
      expect.objectContaining({ code: 'AMOUNT_OUT_OF_RANGE' }),
    );
  });

  it('refuses what the types forbid', () => {
    const bad = (code: string) => expect.objectContaining({ code });
    expect(() => splitTyped(1 as never, Float64Array.of(1))).toThrow(bad('INVALID_AMOUNT'));
    expect(() => splitTyped(1n, [1] as never)).toThrow(bad('INVALID_INPUT'));
    expect(() => splitTyped(1n, Float64Array.of(1), { ranks: [0] as never })).toThrow(bad('INVALID_INPUT'));
    expect(() => splitTyped(1n, Float64Array.of(1), { ranks: new Uint32Array(2) })).toThrow(
      bad('INVALID_INPUT'),
    );
  });
});
