import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MINOR } from '../../src/money/range.ts';
import { frozenRequest, readFrozenRequest, type RequestContent } from '../../src/payouts/frozen-request.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });

const content: fc.Arbitrary<RequestContent> = fc.record(
  {
    program: text,
    payout: text,
    attempt: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    key: text,
    participant: text,
    destination: fc.record({ id: text, version: fc.maxSafeNat() }),
    currency: text,
    amount: fc.bigInt({ min: -MAX_MINOR - 1n, max: MAX_MINOR }),
    account: text,
    environment: fc.constantFrom('live', 'test'),
  },
  {
    requiredKeys: [
      ...(['program', 'payout', 'attempt', 'key', 'participant', 'currency'] as const),
      ...(['amount', 'account', 'environment'] as const),
    ],
  },
);

const FROZEN = ['acme', 'p1', 2, 'k', 'u1', ['acct_1', 3], 'USD', '9007199254740993', 'platform', 'live'];

describe('a frozen request', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(content, (content) => {
        expect(readFrozenRequest({ request: frozenRequest(content) })).toEqual(content);
      }),
      runs(2000),
    );
  });

  it('is the same text for the same content, and another for any other (I6)', () => {
    fc.assert(
      fc.property(content, content, (left, right) => {
        expect(frozenRequest({ ...left })).toBe(frozenRequest(left));
        const reordered = Object.fromEntries(Object.entries(left).reverse());
        // @ts-expect-error the same content, its fields in another order
        expect(frozenRequest(reordered)).toBe(frozenRequest(left));
        if (frozenRequest(left) === frozenRequest(right)) expect(left).toEqual(right);
      }),
      runs(500),
    );
  });

  it('has one form, which every stored attempt is in', () => {
    const read = readFrozenRequest({ request: JSON.stringify(FROZEN) });
    expect(read).toStrictEqual({
      ...{ program: 'acme', payout: 'p1', attempt: 2, key: 'k', participant: 'u1' },
      destination: { id: 'acct_1', version: 3 },
      ...{ currency: 'USD', amount: 9_007_199_254_740_993n, account: 'platform', environment: 'live' },
    });
    expect(frozenRequest(read)).toBe(JSON.stringify(FROZEN));
  });

  it.each([
    ...FROZEN.map((_field, position) => [position, {}] as const),
    ...[0, 1, 3, 4, 6, 8].map((position) => [position, 5] as const),
    ...([
      [2, '2'],
      [5, 'acct_1'],
      [5, 7],
      [5, ['acct_1']],
      [5, [1, 3]],
      [5, ['acct_1', '3']],
    ] as const),
    ...([
      [7, 5],
      [9, 'Live'],
      [9, ''],
      [9, null],
    ] as const),
  ])('is refused where field %i is %j', (position, value) => {
    const broken = JSON.stringify(FROZEN.with(position, value as never));
    expect(refusal(() => readFrozenRequest({ request: broken })).code).toBe('INVARIANT_BROKEN');
  });

  it('is refused where it is no array, or its amount is no amount', () => {
    for (const request of ['{}', 'null', '5', '"acme"', '[]', '{"length":10}']) {
      expect(refusal(() => readFrozenRequest({ request })).code).toBe('INVARIANT_BROKEN');
    }
    for (const amount of ['', '1.5', '0x10', ' 1', (MAX_MINOR + 1n).toString()]) {
      const request = JSON.stringify(FROZEN.with(7, amount));
      expect(refusal(() => readFrozenRequest({ request })).code).toMatch(
        /^(INVALID_AMOUNT|AMOUNT_OUT_OF_RANGE)$/,
      );
    }
    expect(() => readFrozenRequest({ request: '[' })).toThrow(SyntaxError);
  });
});
