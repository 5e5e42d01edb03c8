import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coefficientAt, formatScaled } from '../../src/money/decimal.ts';
import {
  applyRate,
  compareDecimals,
  formatDecimal,
  MAX_MINOR,
  MIN_MINOR,
  parseDecimal,
  parseRate,
} from '../../src/money/index.ts';
import { HOSTILE_TEXTS, NOT_TEXTS } from './hostile.ts';
import { runs } from './property-runs.ts';
import { refusal } from './refusal.ts';

const Exact = Decimal.clone({ precision: 200, toExpNeg: -200, toExpPos: 200 });

const plainDecimal = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 28n }),
    fc.option(fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 29 }), {
      nil: undefined,
    }),
  )
  .map(
    ([negative, whole, places]) =>
      `${negative ? '-' : ''}${whole}${places === undefined ? '' : `.${places}`}`,
  );

describe('an exact decimal', () => {
  it('has the value that decimal.js reads', () => {
    fc.assert(
      fc.property(plainDecimal, (text) => {
        const { coefficient, scale } = parseDecimal(text);
        expect(new Exact(coefficient.toString()).div(new Exact(10).pow(scale)).eq(new Exact(text))).toBe(
          true,
        );
      }),
      runs(500),
    );
  });

  it('is written in its shortest plain form', () => {
    fc.assert(
      fc.property(plainDecimal, (text) => {
        expect(formatDecimal(parseDecimal(text))).toBe(new Exact(text).toFixed().replace(/^-0$/, '0'));
      }),
      runs(500),
    );
  });

  it('compares as decimal.js does, whatever the scales', () => {
    fc.assert(
      fc.property(plainDecimal, plainDecimal, (left, right) => {
        const expected = new Exact(left).cmp(right);
        expect(Math.sign(compareDecimals(parseDecimal(left), parseDecimal(right)))).toBe(expected);
      }),
      runs(300),
    );
  });

  it('keeps its value at a larger scale', () => {
    fc.assert(
      fc.property(plainDecimal, fc.nat({ max: 20 }), (text, more) => {
        const value = parseDecimal(text);
        const scale = value.scale + more;
        expect(compareDecimals({ coefficient: coefficientAt(value, scale), scale }, value)).toBe(0);
      }),
      runs(200),
    );
  });

  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['0.0', '0'],
    ['10', '10'],
    ['100.00', '100'],
    ['1.250', '1.25'],
    ['-0.05', '-0.05'],
    ['39.50', '39.5'],
  ])('writes %s as %s', (text, expected) => {
    expect(formatDecimal(parseDecimal(text))).toBe(expected);
  });

  it('is written with all of its places where those are asked for', () => {
    expect([formatScaled(5n, 0), formatScaled(5n, 2), formatScaled(-5n, 2), formatScaled(-1234n, 2)]).toEqual(
      ['5', '0.05', '-0.05', '-12.34'],
    );
  });

  it('may be a whole number, as a JS number or a bigint', () => {
    expect(parseDecimal(3)).toEqual({ coefficient: 3n, scale: 0 });
    expect(parseDecimal(-0)).toEqual({ coefficient: 0n, scale: 0 });
    expect(parseDecimal(10n ** 60n - 1n).coefficient).toBe(10n ** 60n - 1n);
  });

  it('is never a JS number with a fraction, or one that cannot hold its value', () => {
    for (const value of [0.1, 0.5, NaN, Infinity, -Infinity, 2 ** 53, 1e21, Number.MIN_VALUE]) {
      expect(refusal(() => parseDecimal(value)).code).toBe('INVALID_DECIMAL');
    }
  });

  it.each(HOSTILE_TEXTS.map((text) => [text.slice(0, 12), text]))('refuses %j', (_, text) => {
    expect(refusal(() => parseDecimal(text)).code).toBe('INVALID_DECIMAL');
  });

  it('is refused when it is neither text nor number', () => {
    for (const value of NOT_TEXTS.filter((value) => typeof value !== 'number' && typeof value !== 'bigint')) {
      // @ts-expect-error callers without a type checker
      expect(refusal(() => parseDecimal(value)).code).toBe('INVALID_DECIMAL');
    }
  });

  it('has at most 60 digits', () => {
    expect(parseDecimal('9'.repeat(60)).coefficient).toBe(10n ** 60n - 1n);
    for (const value of ['9'.repeat(61), 10n ** 60n, -(10n ** 60n)]) {
      expect(refusal(() => parseDecimal(value)).code).toBe('INVALID_DECIMAL');
    }
  });
});

describe('a rate of an amount', () => {
  const modes = {
    floor: Decimal.ROUND_FLOOR,
    'half-even': Decimal.ROUND_HALF_EVEN,
    up: Decimal.ROUND_UP,
  } as const;
  const rate = fc
    .bigInt({ min: 0n, max: 10n ** 9n })
    .map((billionths) => formatDecimal({ coefficient: billionths, scale: 9 }));

  it('is that of decimal.js, rounded once', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: MIN_MINOR, max: MAX_MINOR }),
        rate,
        fc.constantFrom('floor', 'half-even', 'up'),
        (minor, rate, mode) => {
          const exact = new Exact(minor.toString()).mul(rate);
          const expected = exact.toDecimalPlaces(0, modes[mode]).toFixed(0).replace(/^-0$/, '0');
          expect(applyRate(minor, parseRate(rate), mode).toString()).toBe(expected);
        },
      ),
      runs(500),
    );
  });

  it('includes nothing and all of it', () => {
    expect(applyRate(MAX_MINOR, parseRate(0), 'up')).toBe(0n);
    expect(applyRate(MAX_MINOR, parseRate('1.000'), 'floor')).toBe(MAX_MINOR);
  });

  it('is refused below 0 and above 1', () => {
    for (const input of ['-0.01', '1.000000001', -1, 2, 2n]) {
      expect(refusal(() => parseRate(input)).code).toBe('RATE_OUT_OF_RANGE');
    }
    expect(refusal(() => parseRate('5%')).code).toBe('INVALID_DECIMAL');
  });

  it('gives 5% of 6.56 SOL as 0.328 SOL exactly', () => {
    expect(applyRate(6_560_000_000n, parseRate('0.05'), 'floor')).toBe(328_000_000n);
  });
});
