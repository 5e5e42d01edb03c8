import { describe, expect, it } from 'vitest';
import { split, type SplitEntry } from '../../src/split/index.ts';

const amounts = (total: bigint, entries: Record<string, SplitEntry['weight']>): Record<string, bigint> => {
  const { shares } = split(
    total,
    Object.entries(entries).map(([id, weight]) => ({ id, weight })),
  );
  return Object.fromEntries(shares.map(({ id, amount }) => [id, amount]));
};

const failure = (code: string, details?: unknown) =>
  expect.objectContaining(details === undefined ? { code } : { code, details });

describe('split, by example', () => {
  it('divides 45.92 SOL among seven equal participants without a rest', () => {
    const entries = Array.from({ length: 7 }, (_, index) => ({ id: `p${index}`, weight: 1 }));
    expect(split(45_920_000_000n, entries).shares.map(({ amount }) => amount)).toEqual(
      new Array(7).fill(6_560_000_000n),
    );
  });

  it('gives the cent of 99.99 over 75/25 to the largest remainder, not to the largest weight', () => {
    expect(amounts(9999n, { a: 75, b: 25 })).toEqual({ a: 7499n, b: 2500n });
  });

  it('gives one hundred over three thirds to the first id, in whatever order the ids come', () => {
    expect(amounts(100n, { c: 1, b: 1, a: 1 })).toEqual({ a: 34n, b: 33n, c: 33n });
  });

  it('gives the whole to the only participant', () => {
    expect(amounts(9_223_372_036_854_775_807n, { a: '0.001' })).toEqual({ a: 9_223_372_036_854_775_807n });
    expect(amounts(-9_223_372_036_854_775_808n, { a: 1, b: 0 })).toEqual({
      a: -9_223_372_036_854_775_808n,
      b: 0n,
    });
  });

  it('divides by percentages as decimals', () => {
    expect(amounts(1000n, { a: '33.3', b: '33.3', c: '33.4' })).toEqual({ a: 333n, b: 333n, c: 334n });
  });

  it('gives no unit to a zero weight, where handing units down the list would', () => {
    expect(amounts(2n, { a: 0, b: 1, c: 1, d: 1 })).toEqual({ a: 0n, b: 1n, c: 1n, d: 0n });
  });

  it('divides -5 at 7:3 to -4 and -1: the first id takes the unit of a tie, as for 5', () => {
    expect(amounts(-5n, { a: 7, b: 3 })).toEqual({ a: -4n, b: -1n });
  });

  it('mixes numbers, bigints and decimal strings', () => {
    expect(amounts(600n, { a: 1, b: 2n, c: '3.000' })).toEqual({ a: 100n, b: 200n, c: 300n });
  });

  it('returns the total when there is nobody or nobody has any weight', () => {
    expect(split(10n, [])).toEqual({ shares: [], returned: 10n });
    expect(split(-10n, [{ id: 'a', weight: '0.00' }])).toEqual({
      shares: [{ id: 'a', amount: 0n }],
      returned: -10n,
    });
    expect(split(0n, [{ id: 'a', weight: 0 }])).toEqual({ shares: [{ id: 'a', amount: 0n }], returned: 0n });
  });

  it('compares ids as they are, whatever their characters', () => {
    expect(amounts(3n, { 'a\n': 1, '\ud800': 1 })).toEqual({ 'a\n': 2n, '\ud800': 1n });
  });

  it('takes any iterable, once', () => {
    function* entries(): Generator<SplitEntry> {
      yield { id: 'a', weight: 1 };
      yield { id: 'b', weight: 3 };
    }
    expect(split(4n, entries()).shares).toEqual([
      { id: 'a', amount: 1n },
      { id: 'b', amount: 3n },
    ]);
  });
});

describe('split, ties', () => {
  const tied = (order: 'code-unit' | 'numeric' | ((a: string, b: string) => number), ids: string[]) =>
    split(
      1n,
      ids.map((id) => ({ id, weight: 1 })),
      { order },
    ).shares.find(({ amount }) => amount === 1n)?.id;

  it('orders by code units', () => {
    expect(tied('code-unit', ['9', '10'])).toBe('10');
    expect(tied('code-unit', ['ä', 'z', 'a'])).toBe('a');
    // U+FF5E comes after the surrogates of U+1F600 by code units, and before it by code points.
    expect(tied('code-unit', ['\u{ff5e}', '\u{1f600}'])).toBe('\u{1f600}');
  });

  it('orders numbers by value, of any length, and writings of one number by code units', () => {
    expect(tied('numeric', ['9', '10'])).toBe('9');
    expect(tied('numeric', ['3', '-20'])).toBe('-20');
    expect(tied('numeric', ['100000000000000000001', '100000000000000000000'])).toBe('100000000000000000000');
    expect(tied('numeric', ['7', '07'])).toBe('07');
    expect(tied('numeric', ['7', '0000000000000000007'])).toBe('0000000000000000007');
  });

  it('orders by a function, and by code units where it finds ids equal', () => {
    expect(tied((a, b) => (a < b ? 1 : -1), ['a', 'b'])).toBe('b');
    expect(tied((a, b) => a.length - b.length, ['bb', 'c', 'a'])).toBe('a');
    expect(tied(() => NaN, ['b', 'a'])).toBe('a');
  });

  it('comes to an end with a function that is no order', () => {
    const entries = Array.from({ length: 3000 }, (_, index) => ({ id: `p${index}`, weight: 1 }));
    let state = 1;
    const order = () => ((state = (state * 48271) % 2147483647) % 3) - 1;
    const { shares } = split(1234n, entries, { order });
    expect(shares.reduce((sum, { amount }) => sum + amount, 0n)).toBe(1234n);
  });
});

describe('split, refusals', () => {
  it.each([
    ['a fraction as a number', 0.5],
    ['a negative number', -1],
    ['a negative bigint', -1n],
    ['a negative decimal', '-0.5'],
    ['an unsafe number', 2 ** 53],
    ['NaN', NaN],
    ['an exponent', '1e3'],
    ['hexadecimal', '0x10'],
    ['an empty string', ''],
    ['a space', ' 1'],
    ['nothing', undefined],
    ['null', null],
  ])('refuses %s as a weight and names its position', (_, weight) => {
    for (const count of [2, 60]) {
      const entries = Array.from({ length: count }, (_, index) => ({ id: `p${index}`, weight: 1 as never }));
      entries[1] = { id: 'p1', weight: weight as never };
      expect(() => split(1n, entries)).toThrow(
        failure('INVALID_WEIGHT', { position: 1, reason: expect.any(String) }),
      );
    }
  });

  it.each([
    ['an empty one', ''],
    ['a long one', 'x'.repeat(256)],
    ['a number', 7],
  ])('refuses %s as an id and names its place', (_, id) => {
    for (const count of [2, 60]) {
      for (const at of [0, 1]) {
        const entries = Array.from({ length: count }, (_, index) => ({ id: `p${count - index}`, weight: 1 }));
        entries[at] = { id: id as string, weight: 1 };
        expect(() => split(1n, entries)).toThrow(
          failure('INVALID_ID', { field: `entries[${at}].id`, reason: expect.any(String) }),
        );
      }
    }
  });

  it('refuses ids that are no integers in the numeric order, whether they tie or not', () => {
    const entries = [
      { id: '1', weight: 1 },
      { id: 'b', weight: 5 },
    ];
    expect(() => split(6n, entries, { order: 'numeric' })).toThrow(
      failure('INVALID_ID', { field: 'entries[1].id', reason: expect.any(String) }),
    );
  });

  it('refuses a repeated id, in order or not', () => {
    const entry = (id: string) => ({ id, weight: 1 });
    expect(() => split(1n, ['a', 'a'].map(entry))).toThrow(
      failure('DUPLICATE_PARTICIPANT', { participant: 'a' }),
    );
    expect(() => split(1n, ['b', 'a', 'b'].map(entry))).toThrow(
      failure('DUPLICATE_PARTICIPANT', { participant: 'b' }),
    );
  });

  it('refuses what the types forbid', () => {
    expect(() => split(1 as never, [])).toThrow(failure('INVALID_AMOUNT'));
    expect(() => split(1n, [null as never])).toThrow(failure('INVALID_INPUT'));
    expect(() => split(1n, [], { order: 'locale' as never })).toThrow(failure('INVALID_INPUT'));
    expect(() => split(2n ** 63n, [])).toThrow(failure('AMOUNT_OUT_OF_RANGE'));
  });
});
