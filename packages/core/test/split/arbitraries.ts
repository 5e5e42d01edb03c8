import fc from 'fast-check';

/** How often each property runs; raise it with the environment variable PROPERTY_RUNS. */
export const RUNS = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 100) };

const MAX_64 = 2n ** 63n - 1n;

/** Weights in one of the sizes at whose borders the kernel changes its arithmetic. */
function weightOf(bits: number): fc.Arbitrary<bigint> {
  const top = 2n ** BigInt(bits);
  return fc.oneof(
    { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: top - 1n }) },
    { weight: 2, arbitrary: fc.bigInt({ min: top > 3n ? top - 3n : 0n, max: top - 1n }) },
    { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 3n }) },
  );
}

const SIZES = [1, 2, 10, 20, 25, 26, 27, 33, 34, 35, 40, 48, 49, 50, 51, 52, 53];
const SIZES_64 = [...SIZES, 54, 60, 62, 63];
const COUNTS = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 3, arbitrary: fc.constantFrom(46, 47, 48, 49, 50, 95, 255, 256, 257) },
  { weight: 1, arbitrary: fc.constantFrom(2047, 2048, 2049, 4100) },
);

function lists(sizes: readonly number[]): fc.Arbitrary<bigint[]> {
  return fc
    .tuple(COUNTS, fc.constantFrom(...sizes), fc.nat({ max: 7 }), fc.integer())
    .chain(([count, bits, shape, seed]) => {
      const any = weightOf(bits);
      // Long lists are grown from a few drawn values: drawing thousands one by one takes most of the time of a test.
      const drawn = fc.array(any, { minLength: 1, maxLength: Math.min(count, 24) });
      return drawn.map((values) => {
        const at = (index: number) => values[index % values.length]!;
        const top = 2n ** BigInt(bits) - 1n;
        return Array.from({ length: count }, (_, index) => {
          switch (shape) {
            case 0:
              return at(0);
            case 1:
              return 2n ** BigInt(Math.min(bits - 1, (index * 7 + Math.abs(seed)) % bits));
            case 2:
              return index === count >> 1 ? top : at(index) % 1000n;
            case 3:
              return index % 3 === 0 ? 0n : at(index);
            case 4:
              return at(index);
            default:
              return (
                (at(index) * 6364136223846793005n +
                  BigInt(index) * 1442695040888963407n +
                  BigInt(seed >>> 0)) %
                (top + 1n)
              );
          }
        });
      });
    });
}

/** Weights that fit a Float64Array exactly. */
export const numberWeights = lists(SIZES);

/** Weights that fit a BigInt64Array. */
export const wordWeights = lists(SIZES_64);

/** A total for these weights: any size, and the multiples of their sum and its neighbours, where every remainder is zero or nearly. */
export function totalFor(weights: readonly bigint[]): fc.Arbitrary<bigint> {
  const sum = weights.reduce((a, b) => a + b, 0n);
  const clamp = (value: bigint) => (value > MAX_64 ? MAX_64 : value < -MAX_64 - 1n ? -MAX_64 - 1n : value);
  return fc.oneof(
    fc.bigInt({ min: 0n, max: 1_000_000n }),
    fc.bigInt({ min: 0n, max: 2n ** 53n }),
    fc.bigInt({ min: -MAX_64 - 1n, max: MAX_64 }),
    fc.constantFrom(MAX_64, -MAX_64 - 1n, 999_999_999_999_999_989n, 1_000_000_007n, 0n, 1n, -1n),
    fc
      .tuple(fc.bigInt({ min: 0n, max: 1000n }), fc.bigInt({ min: -1n, max: 1n }))
      .map(([times, off]) => clamp(times * sum + off)),
    fc
      .tuple(
        fc.bigInt({ min: 0n, max: 12n }),
        fc.bigInt({ min: 1n, max: 12n }),
        fc.bigInt({ min: -1n, max: 1n }),
      )
      .map(([times, parts, off]) => clamp((times * sum) / parts + off)),
  );
}

/** Weights and a total for them. */
export function cases(weights: fc.Arbitrary<bigint[]>): fc.Arbitrary<{ weights: bigint[]; total: bigint }> {
  return weights.chain((list) => totalFor(list).map((total) => ({ weights: list, total })));
}

/** Different ranks in an order that depends on the seed alone. */
export function shuffledRanks(count: number, seed: number): Uint32Array {
  const ranks = Uint32Array.from({ length: count }, (_, index) => index);
  let state = seed >>> 0;
  for (let index = count - 1; index > 0; index--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (index + 1);
    [ranks[index], ranks[other]] = [ranks[other]!, ranks[index]!];
  }
  return ranks;
}
