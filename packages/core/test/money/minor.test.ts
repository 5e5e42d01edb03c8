import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMinor, inRange, MAX_MINOR, MIN_MINOR, parseMinor } from '../../src/money/index.ts';
import { HOSTILE_TEXTS, NOT_TEXTS } from './hostile.ts';
import { runs } from './property-runs.ts';
import { refusal } from './refusal.ts';

const anyMinor = fc.bigInt({ min: MIN_MINOR, max: MAX_MINOR });

describe('an amount on the wire', () => {
  it('reads back as it was written, over all 64 bits', () => {
    fc.assert(
      fc.property(anyMinor, (minor) => {
        expect(parseMinor(formatMinor(minor))).toBe(minor);
      }),
      runs(500),
    );
  });

  it('has one spelling only: what is read is written as it was', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'-0123456789'), minLength: 0, maxLength: 21 });
    fc.assert(
      fc.property(digits, (text) => {
        const isCanonical = /^-?[0-9]+$/.test(text) && BigInt(text).toString() === text;
        const fits = isCanonical && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
        if (fits) expect(formatMinor(parseMinor(text))).toBe(text);
        else
          expect(['INVALID_AMOUNT', 'AMOUNT_OUT_OF_RANGE']).toContain(refusal(() => parseMinor(text)).code);
      }),
      runs(2_000),
    );
  });

  it('is refused when any other text is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (/^(0|-?[1-9][0-9]*)$/.test(text)) return;
        expect(refusal(() => parseMinor(text)).code).toBe('INVALID_AMOUNT');
      }),
      runs(500),
    );
  });

  it.each([...HOSTILE_TEXTS, '-0', '1.0', '0.0'].map((text) => [text.slice(0, 12), text]))(
    'refuses %j',
    (_, text) => {
      expect(refusal(() => parseMinor(text)).code).toBe('INVALID_AMOUNT');
    },
  );

  it('is refused when it is no text at all, a JSON number included', () => {
    for (const value of NOT_TEXTS) {
      // @ts-expect-error callers without a type checker
      expect(refusal(() => parseMinor(value)).code).toBe('INVALID_AMOUNT');
    }
  });

  it('keeps 2^53 + 1, which a JS number does not', () => {
    expect(parseMinor('9007199254740993')).toBe(2n ** 53n + 1n);
  });

  it('ends exactly at the edges of a signed 64-bit integer', () => {
    expect(parseMinor('9223372036854775807')).toBe(2n ** 63n - 1n);
    expect(parseMinor('-9223372036854775808')).toBe(-(2n ** 63n));
    expect(refusal(() => parseMinor('9223372036854775808')).code).toBe('AMOUNT_OUT_OF_RANGE');
    expect(refusal(() => parseMinor('-9223372036854775809')).code).toBe('AMOUNT_OUT_OF_RANGE');
    expect(refusal(() => formatMinor(2n ** 63n)).code).toBe('AMOUNT_OUT_OF_RANGE');
    expect(inRange(MAX_MINOR)).toBe(MAX_MINOR);
    expect(inRange(MIN_MINOR)).toBe(MIN_MINOR);
  });

  it('is never a JS number, NaN included, which no comparison catches', () => {
    for (const value of [NaN, Infinity, 0.5, 1, '1', undefined, null]) {
      // @ts-expect-error callers without a type checker
      expect(refusal(() => inRange(value)).code).toBe('INVALID_AMOUNT');
    }
  });

  it('is not repeated by the error that refuses it', () => {
    const error = refusal(() => parseMinor('4111-1111-1111-1111'));
    expect(`${error.message}${JSON.stringify(error.details)}`).not.toContain('4111');
  });
});
