import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divide, ROUNDING_MODES, type RoundingMode } from '../../src/money/index.ts';
import { runs } from './property-runs.ts';
import { refusal } from './refusal.ts';

const Exact = Decimal.clone({ precision: 200 });

const MODE_OF_DECIMAL_JS: { readonly [M in RoundingMode]: Decimal.Rounding } = {
  floor: Decimal.ROUND_FLOOR,
  ceiling: Decimal.ROUND_CEIL,
  down: Decimal.ROUND_DOWN,
  up: Decimal.ROUND_UP,
  'half-up': Decimal.ROUND_HALF_UP,
  'half-down': Decimal.ROUND_HALF_DOWN,
  'half-even': Decimal.ROUND_HALF_EVEN,
};

/** Small divisors make ties frequent; large operands exceed every JS number. */
const operands = fc.oneof(
  fc.tuple(fc.bigInt({ min: -60n, max: 60n }), fc.bigInt({ min: -8n, max: 8n })),
  fc.tuple(
    fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }),
    fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }),
  ),
);

describe('a rounded quotient', () => {
  it.each(ROUNDING_MODES)('is that of decimal.js, %s, for all signs', (mode) => {
    fc.assert(
      fc.property(operands, ([dividend, divisor]) => {
        fc.pre(divisor !== 0n);
        const quotient = new Exact(dividend.toString()).div(divisor.toString());
        const expected = quotient.toDecimalPlaces(0, MODE_OF_DECIMAL_JS[mode]).toFixed(0);
        expect(divide(dividend, divisor, mode).toString()).toBe(expected.replace(/^-0$/, '0'));
      }),
      runs(600),
    );
  });

  it.each(ROUNDING_MODES)(
    'is within one of the exact one and never depends on the signs alone, %s',
    (mode) => {
      fc.assert(
        fc.property(operands, ([dividend, divisor]) => {
          fc.pre(divisor !== 0n);
          const quotient = divide(dividend, divisor, mode);
          const error = quotient * divisor - dividend;
          expect((error < 0n ? -error : error) < (divisor < 0n ? -divisor : divisor)).toBe(true);
          expect(divide(-dividend, -divisor, mode)).toBe(quotient);
        }),
        runs(300),
      );
    },
  );

  /** The table in the documentation of RoundingMode: 2.5, -2.5, 2.4, -2.6. */
  it.each([
    ['floor', 2n, -3n, 2n, -3n],
    ['ceiling', 3n, -2n, 3n, -2n],
    ['down', 2n, -2n, 2n, -2n],
    ['up', 3n, -3n, 3n, -3n],
    ['half-up', 3n, -3n, 2n, -3n],
    ['half-down', 2n, -2n, 2n, -3n],
    ['half-even', 2n, -2n, 2n, -3n],
  ] as const)('%s is as documented', (mode, ...expected) => {
    expect([
      divide(5n, 2n, mode),
      divide(-5n, 2n, mode),
      divide(12n, 5n, mode),
      divide(-13n, 5n, mode),
    ]).toEqual(expected);
  });

  it('takes back as much as was given, when a clawback names the mirrored mode', () => {
    expect(divide(-7n, 2n, 'floor')).toBe(-4n);
    expect(divide(-7n, 2n, 'ceiling')).toBe(-divide(7n, 2n, 'floor'));
  });

  it('is refused for a divisor of zero and for a mode that does not exist', () => {
    for (const mode of ROUNDING_MODES)
      expect(refusal(() => divide(0n, 0n, mode)).code).toBe('INVALID_AMOUNT');
    // @ts-expect-error callers without a type checker
    expect(refusal(() => divide(7n, 2n, 'nearest')).code).toBe('INVALID_AMOUNT');
  });
});
