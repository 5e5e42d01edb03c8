import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertText } from '../../src/payouts/assert-text.ts';
import { assertWholeNumber } from '../../src/payouts/assert-whole-number.ts';
import { NOT_TEXTS } from '../money/hostile.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const unit = fc.oneof(
  fc.constantFrom('a', '\n', '\u0001', 'é', '🎉', '\u0000'),
  fc.constantFrom('\ud800', '\udbff', '\udc00', '\udfff', '\ud7ff', '\ue000'),
);

describe('a text', () => {
  it('is kept exactly when UTF-8 keeps it, and it has no character of code zero', () => {
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
        const text = units.join('');
        const kept = Buffer.from(text, 'utf8').toString('utf8') === text && !text.includes('\u0000');
        if (kept) expect(() => assertText(text, 'note')).not.toThrow();
        else expect(refusal(() => assertText(text, 'note')).code).toBe('INVALID_INPUT');
      }),
      runs(3000),
    );
  });

  it('may be as long as it is said to be, and of any length where nothing is said', () => {
    expect(() => assertText('12345', 'note', 5)).not.toThrow();
    expect(() => assertText('', 'note', 0)).not.toThrow();
    expect(() => assertText('x'.repeat(100_000), 'note')).not.toThrow();
    const error = refusal(() => assertText('123456', 'a.note', 5));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.details).toEqual({ issues: [{ path: 'a.note', reason: expect.stringContaining('5') }] });
  });

  it('is refused when it is none', () => {
    for (const value of NOT_TEXTS) {
      const error = refusal(() => assertText(value, 'note'));
      expect(error.details).toEqual({ issues: [{ path: 'note', reason: expect.stringMatching(/./) }] });
    }
  });
});

describe('a whole number', () => {
  it('is kept from the least one to the largest that JSON keeps', () => {
    for (const value of [3, 4, Number.MAX_SAFE_INTEGER]) {
      expect(() => assertWholeNumber(value, 3, 'count')).not.toThrow();
    }
    expect(() => assertWholeNumber(0, 0, 'count')).not.toThrow();
  });

  it('is refused when it is none, is below the least one, or would be rounded', () => {
    for (const value of [2, -3, 3.5, NaN, Infinity, 2 ** 53, '3', 3n, null, undefined, [3], new Number(3)]) {
      const error = refusal(() => assertWholeNumber(value, 3, 'a.count'));
      expect(error.code).toBe('INVALID_INPUT');
      expect(error.details).toEqual({ issues: [{ path: 'a.count', reason: expect.stringContaining('3') }] });
    }
  });
});
