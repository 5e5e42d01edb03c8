import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { split, type SplitEntry } from '../../src/split/index.ts';
import { cases, numberWeights, RUNS, shuffledRanks, wordWeights } from './arbitraries.ts';
import { oracle } from './oracle.ts';

const ids = fc.integer().chain((seed) =>
  fc.constantFrom<(index: number) => string>(
    (index) => `participant-${1000 + index}`,
    (index) => `${(index * 7919) % 100003}`,
    (index) => `${seed}/${(index * 31) % 8192}/Ünïcode-😀`,
  ),
);

/** Entries in an order of their own, and the tie order that their ids imply. */
function entriesOf(weights: readonly bigint[], idOf: (index: number) => string): SplitEntry[] {
  return weights.map((weight, index) => ({ id: idOf(index), weight: write(weight, index) }));
}

/** A weight in each of the ways to write it. */
function write(weight: bigint, index: number): SplitEntry['weight'] {
  if (index % 3 === 0 && weight <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(weight);
  return index % 3 === 1 ? weight.toString() : weight;
}

function byId(entries: readonly SplitEntry[]): (left: number, right: number) => number {
  return (left, right) => (entries[left]!.id < entries[right]!.id ? -1 : 1);
}

describe('split, for any entries', () => {
  it('gives what the oracle gives', () => {
    const property = fc.property(
      cases(fc.oneof(numberWeights, wordWeights)),
      ids,
      ({ weights, total }, idOf) => {
        const entries = entriesOf(weights, idOf);
        const expected = oracle(total, weights, byId(entries));
        const actual = split(total, entries);
        expect(actual.returned).toBe(expected.returned);
        expect(actual.shares).toEqual(
          entries.map(({ id }, index) => ({ id, amount: expected.shares[index] })),
        );
      },
    );
    fc.assert(property, RUNS);
  });

  it('conserves the total, keeps every share within one unit of its quota and gives zero for zero', () => {
    const property = fc.property(cases(wordWeights), ids, ({ weights, total }, idOf) => {
      const { shares, returned } = split(total, entriesOf(weights, idOf));
      const sum = weights.reduce((a, b) => a + b, 0n);
      expect(shares.reduce((before, share) => before + share.amount, returned)).toBe(total);
      expect(returned).toBe(sum === 0n ? total : 0n);
      for (const [index, { amount }] of shares.entries()) {
        const off = amount * sum - weights[index]! * total;
        expect(off < (sum || 1n) && -off < (sum || 1n)).toBe(true);
        if (weights[index] === 0n) expect(amount).toBe(0n);
        if (total > 0n) expect(amount >= 0n).toBe(true);
        if (total < 0n) expect(amount <= 0n).toBe(true);
      }
    });
    fc.assert(property, RUNS);
  });

  it('does not depend on the order of the entries', () => {
    const property = fc.property(cases(wordWeights), ids, fc.integer(), ({ weights, total }, idOf, seed) => {
      const entries = entriesOf(weights, idOf);
      const shuffled = Array.from(shuffledRanks(entries.length, seed), (index) => entries[index]!);
      const expected = new Map(split(total, entries).shares.map(({ id, amount }) => [id, amount]));
      const actual = split(total, shuffled).shares;
      expect(actual.map(({ id }) => id)).toEqual(shuffled.map(({ id }) => id));
      expect(new Map(actual.map(({ id, amount }) => [id, amount]))).toEqual(expected);
    });
    fc.assert(property, RUNS);
  });

  it('divides a negative total like a positive one', () => {
    const property = fc.property(cases(wordWeights), ids, ({ weights, total }, idOf) => {
      fc.pre(total > -(2n ** 63n));
      const entries = entriesOf(weights, idOf);
      const negated = split(-total, entries).shares.map(({ id, amount }) => ({ id, amount: -amount }));
      expect(negated).toEqual(split(total, entries).shares);
    });
    fc.assert(property, RUNS);
  });

  it('sees only proportions: decimals of any scale give what their integers give', () => {
    const property = fc.property(cases(wordWeights), fc.nat({ max: 30 }), ({ weights, total }, places) => {
      const idOf = (index: number) => `p${index}`;
      const decimals = weights.map((weight, index): SplitEntry => {
        const own = places + (index % 4);
        const digits = (weight * 10n ** BigInt(index % 4)).toString().padStart(own + 1, '0');
        const point = digits.length - own;
        return {
          id: idOf(index),
          weight: own === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`,
        };
      });
      expect(split(total, decimals)).toEqual(split(total, entriesOf(weights, idOf)));
    });
    fc.assert(property, RUNS);
  });

  it('divides among weights of more than 64 bits as the oracle does', () => {
    const factor = 10n ** 40n + 1n;
    const property = fc.property(cases(wordWeights), ({ weights, total }) => {
      const huge = weights.map((weight, index) => weight * factor + BigInt(index % 5));
      const entries = huge.map((weight, index): SplitEntry => ({
        id: `p${index}`,
        weight: weight % 10n ** 59n,
      }));
      const expected = oracle(
        total,
        entries.map(({ weight }) => BigInt(weight)),
        byId(entries),
      );
      expect(split(total, entries).shares.map(({ amount }) => amount)).toEqual(expected.shares);
    });
    fc.assert(property, { numRuns: Math.ceil(RUNS.numRuns / 3) });
  });

  it('breaks ties by the numeric value of ids when asked to', () => {
    const property = fc.property(
      fc.integer({ min: 2, max: 300 }),
      fc.integer(),
      fc.nat({ max: 400 }),
      (count, seed, total) => {
        const entries = Array.from(shuffledRanks(count, seed), (rank): SplitEntry => ({
          id: `${rank - 7}`,
          weight: 3,
        }));
        const { shares } = split(BigInt(total), entries, { order: 'numeric' });
        const inOrder = [...shares].sort((a, b) => Number(a.id) - Number(b.id)).map(({ amount }) => amount);
        const [base, units] = [BigInt(Math.floor(total / count)), total % count];
        expect(inOrder).toEqual(
          Array.from({ length: count }, (_, index) => base + (index < units ? 1n : 0n)),
        );
      },
    );
    fc.assert(property, RUNS);
  });

  it('finds a repeated id wherever it stands', () => {
    const property = fc.property(
      fc.integer({ min: 2, max: 600 }),
      fc.integer(),
      fc.nat(),
      fc.nat(),
      (count, seed, from, to) => {
        const entries = Array.from(shuffledRanks(count, seed), (rank): SplitEntry => ({
          id: `user-${rank}`,
          weight: 1,
        }));
        const repeated = entries[from % count]!.id;
        fc.pre(from % count !== to % count);
        entries[to % count] = { id: repeated, weight: 2 };
        expect(() => split(5n, entries)).toThrow(
          expect.objectContaining({ code: 'DUPLICATE_PARTICIPANT', details: { participant: repeated } }),
        );
      },
    );
    fc.assert(property, RUNS);
  });
});
