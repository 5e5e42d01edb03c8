import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idProblem } from '../../src/id.ts';
import { derivedId, escapedPart } from '../../src/ledger/derived-id.ts';
import { runs } from './arbitraries.ts';

/** Parts made of what escaping is made of, so that those that nearly meet are many. */
const part = fc
  .array(fc.constantFrom('/', '%', '2', '5', 'F', 'f', '%2F', '%25', '%252F', '', 'u', '🎉'), {
    maxLength: 5,
  })
  .map((units) => units.join(''));

const parts = fc.array(part, { minLength: 1, maxLength: 4 });

describe('an id derived from its cause', () => {
  it('is never that of another cause', () => {
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const same = JSON.stringify(left) === JSON.stringify(right);
        expect(derivedId(...left) === derivedId(...right)).toBe(same);
      }),
      runs(3000),
    );
  });

  it('is never that of another cause in a crowd of short ones', () => {
    const units = ['', '/', '%', '%2F', '%25', '2F', 'a'];
    const lists: string[][] = units.flatMap((a) => [
      [a],
      ...units.flatMap((b) => [[a, b], ...units.map((c) => [a, b, c])]),
    ]);
    expect(new Set(lists.map((list) => derivedId(...list))).size).toBe(lists.length);
  });

  it('tells its parts again', () => {
    fc.assert(
      fc.property(parts, (list) => {
        const read = derivedId(...list)
          .split('/')
          .map((text) => text.replaceAll('%2F', '/').replaceAll('%25', '%'));
        expect(read).toEqual(list);
      }),
      runs(1000),
    );
  });

  it('is readable where nothing needs escaping', () => {
    expect(derivedId('share', '2026-10-01', 'r0', 'u42')).toBe('share/2026-10-01/r0/u42');
    expect(derivedId('share', 'a/b', '100%')).toBe('share/a%2Fb/100%25');
    expect(escapedPart('100%/2')).toBe('100%25%2F2');
  });

  it('is an id, however long the ids are that it is made of', () => {
    const long = ['x'.repeat(255), `${'x'.repeat(254)}y`, '/'.repeat(255), '🎉'.repeat(127)];
    const ids = long.flatMap((a) => long.map((b) => derivedId('referral_bonus', '2026-10-01', 'r0', a, b)));
    for (const id of ids) expect(idProblem(id)).toBeUndefined();
    expect(new Set(ids).size).toBe(ids.length);
    // 'a/' and 253 more are exactly as long as an id may be; one more is not.
    expect(derivedId('a', 'x'.repeat(253))).toBe(`a/${'x'.repeat(253)}`);
    expect(derivedId('a', 'x'.repeat(254))).toMatch(/^%[0-9a-f]{64}$/);
  });

  it('cannot be forged by a part that looks like a shortened one', () => {
    const short = derivedId('a', 'x'.repeat(254));
    expect(derivedId(short)).not.toBe(short);
  });
});
