import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertId } from '../src/id.ts';
import { runs } from './money/property-runs.ts';
import { refusal } from './money/refusal.ts';

/** The same rule, said with Unicode properties: no controls, no lone surrogates. */
const isId = (text: string): boolean =>
  text.length >= 1 && text.length <= 255 && !/[\p{Cc}\p{Cs}]/u.test(text);

describe('an id', () => {
  it('is any well-formed text of 1 to 255 units without control characters', () => {
    const units = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({
        unit: fc.constantFrom('a', 'é', '😀', '\ud800', '\udc00', '\u{7f}', '\u{9f}', '\u{a0}'),
        maxLength: 6,
      }),
      fc
        .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 4 })
        .map((units) => String.fromCharCode(...units)),
    );
    fc.assert(
      fc.property(units, (text) => {
        if (isId(text)) assertId(text, 'participant');
        else expect(refusal(() => assertId(text, 'participant')).code).toBe('INVALID_ID');
      }),
      runs(3_000),
    );
  });

  it.each([
    ['', 'it is empty'],
    ['a'.repeat(256), 'it is longer than 255 UTF-16 units'],
    ['😀'.repeat(128), 'it is longer than 255 UTF-16 units'],
    ['a\u{0}b', 'it has a control character'],
    ['line\n', 'it has a control character'],
    ['\u{7f}', 'it has a control character'],
    ['\u{85}', 'it has a control character'],
    ['a\ud800', 'it has half a surrogate pair'],
    ['\udc00a', 'it has half a surrogate pair'],
    ['\ud800\ud800\udc00', 'it has half a surrogate pair'],
    ['😀\ude00', 'it has half a surrogate pair'],
    ['\ud800', 'it has half a surrogate pair'],
    ['\udbff', 'it has half a surrogate pair'],
    ['\udc00', 'it has half a surrogate pair'],
    ['\udfff', 'it has half a surrogate pair'],
    [42, 'it is not a string'],
    [null, 'it is not a string'],
    [undefined, 'it is not a string'],
    [{ toString: () => 'a' }, 'it is not a string'],
  ])('is refused with its reason: %#', (value, reason) => {
    const error = refusal(() => assertId(value, 'participant'));
    expect(error.details).toEqual({ field: 'participant', reason });
  });

  it.each([
    'a',
    ' ',
    '~',
    'a'.repeat(255),
    '😀',
    'é',
    '日本',
    '\ud800\udc00',
    '\udbff\udfff',
    '\ue000',
    '__proto__',
    '../..',
    "'; drop table",
    `${'😀'.repeat(127)}x`,
  ])('can be %j', (value) => {
    expect(() => assertId(value, 'participant')).not.toThrow();
  });
});
