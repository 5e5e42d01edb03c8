import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  currency,
  defineCurrency,
  formatMoney,
  MAX_MINOR,
  MIN_MINOR,
  money,
  type Money,
  parseMoney,
  subtract,
  sum,
} from '../../src/money/index.ts';
import { HOSTILE_TEXTS, NOT_TEXTS } from './hostile.ts';
import { runs } from './property-runs.ts';
import { refusal } from './refusal.ts';

const Exact = Decimal.clone({ precision: 80, toExpNeg: -80, toExpPos: 80 });
const usd = currency('USD');
const anyMinor = fc.bigInt({ min: MIN_MINOR, max: MAX_MINOR });
const anyCurrency = fc
  .integer({ min: 0, max: 18 })
  .map((exponent) => defineCurrency(`X${exponent}`, exponent));

describe('an amount as people write it', () => {
  it('reads back as it was written, whatever the currency', () => {
    fc.assert(
      fc.property(anyCurrency, anyMinor, (currency, minor) => {
        expect(parseMoney(formatMoney(money(currency, minor)), currency)).toEqual({ currency, minor });
      }),
      runs(500),
    );
  });

  it('is written with all places of its currency, as decimal.js writes it', () => {
    fc.assert(
      fc.property(anyCurrency, anyMinor, (currency, minor) => {
        const expected = new Exact(minor.toString()).div(new Exact(10).pow(currency.exponent));
        expect(formatMoney(money(currency, minor))).toBe(expected.toFixed(currency.exponent));
      }),
      runs(500),
    );
  });

  it('may leave places out, and is refused with more than its currency has', () => {
    fc.assert(
      fc.property(
        anyCurrency,
        fc.nat({ max: 8 }),
        fc.integer({ min: 1, max: 20 }),
        (currency, whole, places) => {
          const text = `${whole}.${'0'.repeat(places - 1)}7`;
          if (places > currency.exponent) {
            expect(refusal(() => parseMoney(text, currency)).code).toBe('INVALID_AMOUNT');
            return;
          }
          const expected = new Exact(text).mul(new Exact(10).pow(currency.exponent)).toFixed(0);
          expect(parseMoney(text, currency).minor.toString()).toBe(expected);
        },
      ),
      runs(500),
    );
  });

  it.each(HOSTILE_TEXTS.map((text) => [text.slice(0, 12), text]))('refuses %j', (_, text) => {
    expect(refusal(() => parseMoney(text, usd)).code).toBe('INVALID_AMOUNT');
  });

  it('is refused when it is no text at all', () => {
    for (const value of NOT_TEXTS) {
      // @ts-expect-error callers without a type checker
      expect(refusal(() => parseMoney(value, usd)).code).toBe('INVALID_AMOUNT');
    }
  });

  it('reads 19.99 as 1999 cents, which floating point makes 1998', () => {
    expect(parseMoney('19.99', usd).minor).toBe(1999n);
  });

  it('has no negative zero', () => {
    expect(formatMoney(parseMoney('-0.00', usd))).toBe('0.00');
  });

  it('is refused beyond 64 bits, not wrapped', () => {
    expect(parseMoney('92233720368547758.07', usd).minor).toBe(MAX_MINOR);
    expect(refusal(() => parseMoney('92233720368547758.08', usd)).code).toBe('AMOUNT_OUT_OF_RANGE');
    expect(refusal(() => parseMoney('10', defineCurrency('X18', 18))).code).toBe('AMOUNT_OUT_OF_RANGE');
  });
});

describe('sums of one currency', () => {
  const amounts = fc.array(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), { maxLength: 20 });

  it('are exact, or refused where they leave 64 bits', () => {
    fc.assert(
      fc.property(anyMinor, anyMinor, (left, right) => {
        for (const [call, expected] of [
          [add, left + right],
          [subtract, left - right],
        ] as const) {
          const run = (): Money => call(money(usd, left), money(usd, right));
          if (BigInt.asIntN(64, expected) === expected) expect(run().minor).toBe(expected);
          else expect(refusal(run).code).toBe('AMOUNT_OUT_OF_RANGE');
        }
      }),
      runs(500),
    );
  });

  it('do not depend on order, and a part beyond 64 bits on the way does no harm', () => {
    fc.assert(
      fc.property(amounts, (minors) => {
        const expected = minors.reduce((total, minor) => total + minor, 0n);
        const run = (): Money =>
          sum(
            usd,
            minors.map((minor) => money(usd, minor)),
          );
        if (BigInt.asIntN(64, expected) === expected) expect(run().minor).toBe(expected);
        else expect(refusal(run).code).toBe('AMOUNT_OUT_OF_RANGE');
      }),
      runs(300),
    );
  });

  it('of nothing are zero', () => {
    expect(sum(usd, [])).toEqual(money(usd, 0n));
  });

  it('compare as the integers do', () => {
    fc.assert(
      fc.property(anyMinor, anyMinor, (left, right) => {
        const expected = left < right ? -1 : left > right ? 1 : 0;
        expect(Math.sign(compare(money(usd, left), money(usd, right)))).toBe(expected);
      }),
      runs(200),
    );
  });
});

describe('two currencies', () => {
  const dollar: Money = money(usd, 1n);
  const euro: Money = money(currency('EUR'), 1n);

  it.each([
    ['add', () => add(dollar, euro)],
    ['subtract', () => subtract(dollar, euro)],
    ['compare', () => compare(dollar, euro)],
    ['sum', () => sum(dollar.currency, [dollar, euro])],
  ])('never meet in %s', (_, call) => {
    const error = refusal(call);
    expect(error.code).toBe('CURRENCY_MISMATCH');
    expect(error.details).toEqual({ left: 'USD', right: 'EUR' });
  });

  it('are two even under one code, when their minor units differ', () => {
    const coarse: Money = { currency: { code: 'USD', exponent: 0 }, minor: 1n };
    expect(refusal(() => add(dollar, coarse)).code).toBe('CURRENCY_MISMATCH');
  });
});
