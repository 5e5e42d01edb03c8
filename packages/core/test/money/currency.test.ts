import * as dinero from 'dinero.js/currencies';
import { describe, expect, it } from 'vitest';
import { currency, defineCurrency, isKnownCurrency, knownCurrencyCodes } from '../../src/money/index.ts';
import { refusal } from './refusal.ts';

const DIGITAL = ['ETH', 'SOL', 'USDC'];

/** dinero.js counts these two in fifths, as people do; ISO 4217 gives both two decimal places. */
const FIFTHS = ['MGA', 'MRU'];

describe('the known currencies', () => {
  const independent = new Map(
    Object.values(dinero).map(({ code, base, exponent }) => [String(code), { base, exponent }]),
  );

  it('are those of an independent table, and three digital ones', () => {
    const known = knownCurrencyCodes().filter((code) => !DIGITAL.includes(code));
    expect(known).toEqual([...independent.keys()].sort());
    expect(known.length).toBeGreaterThan(150);
  });

  it.each([...independent].filter(([code]) => !FIFTHS.includes(code)))(
    '%s has the minor unit that table gives',
    (code, unit) => {
      if (!isKnownCurrency(code)) throw new Error(`${code} is not known`);
      expect(unit.base).toBe(10);
      expect(currency(code)).toEqual({ code, exponent: unit.exponent });
    },
  );

  it('count in hundredths what the standard does, and daily life in fifths', () => {
    for (const code of FIFTHS) expect(independent.get(code)).toEqual({ base: 5, exponent: 1 });
    expect([currency('MGA').exponent, currency('MRU').exponent]).toEqual([2, 2]);
  });

  it('keep lamports, micro-dollars and gwei', () => {
    expect([currency('SOL').exponent, currency('USDC').exponent, currency('ETH').exponent]).toEqual([
      9, 6, 9,
    ]);
  });

  it.each([
    '',
    'usd',
    'XYZ',
    'XAU',
    'toString',
    'constructor',
    '__proto__',
    'hasOwnProperty',
    ['USD'],
    undefined,
    null,
    5,
  ])('do not have %j', (code) => {
    // @ts-expect-error callers without a type checker
    expect(isKnownCurrency(code)).toBe(false);
    // @ts-expect-error callers without a type checker
    expect(refusal(() => currency(code)).code).toBe('UNKNOWN_CURRENCY');
  });
});

describe('a currency of your own', () => {
  it('has the code and exponent it was given', () => {
    expect(defineCurrency('POINTS', 0)).toEqual({ code: 'POINTS', exponent: 0 });
    expect(defineCurrency('WEI', 18)).toEqual({ code: 'WEI', exponent: 18 });
  });

  it('may repeat a known one, but not give its code another unit', () => {
    expect(defineCurrency('USD', 2)).toEqual(currency('USD'));
    expect(refusal(() => defineCurrency('USD', 3)).code).toBe('INVALID_CURRENCY');
    expect(refusal(() => defineCurrency('JPY', 2)).code).toBe('INVALID_CURRENCY');
    expect(refusal(() => defineCurrency('SOL', 18)).code).toBe('INVALID_CURRENCY');
  });

  it.each([
    '',
    'X',
    'points',
    'PO INTS',
    '1UP',
    'A'.repeat(13),
    'ÄÖ',
    'USD\n',
    '__PROTO__',
    5,
    null,
    ['POINTS'],
  ])('cannot have the code %j', (code) => {
    // @ts-expect-error callers without a type checker
    expect(refusal(() => defineCurrency(code, 0)).code).toBe('INVALID_CURRENCY');
  });

  it.each([-1, 19, 1.5, NaN, Infinity, '2', 2n, undefined])('cannot have %s decimal places', (exponent) => {
    // @ts-expect-error callers without a type checker
    expect(refusal(() => defineCurrency('POINTS', exponent)).code).toBe('INVALID_CURRENCY');
  });
});
