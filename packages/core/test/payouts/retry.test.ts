import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  checkRetryPolicy,
  DEFAULT_RETRY_POLICY,
  type RetryPolicy,
} from '../../src/payouts/retry.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const WORD_MAX = 4_294_967_295;
const LIMIT = 2_147_483_647;
const wait = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: LIMIT }));

const policy: fc.Arbitrary<RetryPolicy> = fc.tuple(wait, wait).map(([left, right]) => ({
  ...DEFAULT_RETRY_POLICY,
  firstMs: Math.min(left, right),
  longestMs: Math.max(left, right),
}));
const random = fc.oneof(fc.nat({ max: WORD_MAX }), fc.constantFrom(0, WORD_MAX, 2 ** 31));
const tries = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: LIMIT }));

/** The wait without chance, by a bigint. */
function whole({ firstMs, longestMs }: RetryPolicy, tries: number): number {
  const doubled = BigInt(firstMs) << BigInt(Math.min(tries - 1, 64));
  return doubled < BigInt(longestMs) ? Number(doubled) : longestMs;
}

describe('a backoff', () => {
  it('is a whole number from half of the doubled wait to the whole of it, and never above the longest', () => {
    fc.assert(
      fc.property(policy, tries, random, (policy, tries, random) => {
        const full = whole(policy, tries);
        const ms = backoffMs(policy, tries, random);
        expect(Number.isSafeInteger(ms)).toBe(true);
        expect(ms * 2).toBeGreaterThanOrEqual(full);
        expect(ms).toBeLessThanOrEqual(full);
      }),
      runs(3000),
    );
  });

  it('is longer for a larger chance, and spread over the half', () => {
    fc.assert(
      fc.property(policy, tries, random, random, (policy, tries, left, right) => {
        const [low, high] = [Math.min(left, right), Math.max(left, right)];
        expect(backoffMs(policy, tries, low)).toBeLessThanOrEqual(backoffMs(policy, tries, high));
        const half = whole(policy, tries) / 2;
        const share = backoffMs(policy, tries, high) - half;
        // Each of 16 bits of chance may lose less than a millisecond.
        expect(Math.abs(share - (half * high) / 2 ** 32)).toBeLessThan(17 + half / 2 ** 16);
      }),
      runs(3000),
    );
  });

  it('doubles from the first wait to the longest', () => {
    const rule = { ...DEFAULT_RETRY_POLICY, firstMs: 1024, longestMs: 10_000 };
    expect([1, 2, 3, 4, 5, 6].map((tries) => backoffMs(rule, tries, 0))).toEqual([
      ...[512, 1024, 2048, 4096, 5000, 5000],
    ]);
    expect(backoffMs(rule, 1, 2 ** 31)).toBe(768);
    expect(backoffMs(rule, 1, 2 ** 30)).toBe(640);
    expect(backoffMs({ ...rule, firstMs: 131_072, longestMs: 131_072 }, 1, WORD_MAX)).toBe(131_071);
    expect(backoffMs({ ...rule, firstMs: 1, longestMs: 1 }, 1, 0)).toBe(1);
  });

  it('of the longest waits there are stays a whole number above zero', () => {
    const rule = { ...DEFAULT_RETRY_POLICY, firstMs: LIMIT - 1, longestMs: LIMIT };
    expect(backoffMs(rule, 2, WORD_MAX)).toBeGreaterThan(2_147_400_000);
    expect(backoffMs(rule, LIMIT, 0)).toBe(1_073_741_824);
  });
});

describe('a retry policy', () => {
  it('is kept as it is, at its bounds too', () => {
    expect(checkRetryPolicy(DEFAULT_RETRY_POLICY)).toEqual(DEFAULT_RETRY_POLICY);
    const least = { firstMs: 1, longestMs: 1, triesMax: 1, refusedMs: 1, attemptsMax: 1 };
    expect(checkRetryPolicy(least)).toEqual(least);
    const most = { firstMs: LIMIT, longestMs: LIMIT, triesMax: LIMIT, refusedMs: LIMIT, attemptsMax: LIMIT };
    expect(checkRetryPolicy(most)).toEqual(most);
  });

  it('of the library tries for up to five days before a person must look, and a refused payout daily for a month', () => {
    const { triesMax, attemptsMax, refusedMs } = DEFAULT_RETRY_POLICY;
    let longest = 0;
    for (let tries = 1; tries < triesMax; tries += 1)
      longest += backoffMs(DEFAULT_RETRY_POLICY, tries, WORD_MAX);
    expect(Math.round(longest / 86_400_000)).toBe(5);
    // An hour less than a day: what a daily run saw refused is due again at the next one.
    expect([attemptsMax, refusedMs]).toEqual([30, 23 * 3_600_000]);
    expect(backoffMs(DEFAULT_RETRY_POLICY, 1, 0)).toBe(15_000);
  });

  const fields = ['firstMs', 'longestMs', 'triesMax', 'refusedMs', 'attemptsMax'] as const;
  it.each(
    fields.flatMap((field) =>
      [0, -1, 1.5, NaN, Infinity, LIMIT + 1, '5', undefined].map((value) => [field, value]),
    ),
  )('is refused where %s is %s', (field, value) => {
    // @ts-expect-error callers without a type checker
    const error = refusal(() => checkRetryPolicy({ ...DEFAULT_RETRY_POLICY, [field]: value }));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.details).toEqual({ issues: [{ path: field, reason: expect.stringMatching(/./) }] });
  });

  it('is refused where the longest wait is below the first', () => {
    const error = refusal(() => checkRetryPolicy({ ...DEFAULT_RETRY_POLICY, firstMs: 10, longestMs: 9 }));
    expect(error.details).toEqual({ issues: [{ path: 'longestMs', reason: expect.stringMatching(/./) }] });
    expect(checkRetryPolicy({ ...DEFAULT_RETRY_POLICY, firstMs: 10, longestMs: 10 }).firstMs).toBe(10);
  });
});
