import { describe, expect, it } from 'vitest';
import { assertEarning, type Earning, isSameEarning } from '../../src/ledger/earning.ts';
import { MAX_MINOR } from '../../src/money/range.ts';

const unheld: Earning = {
  id: 'share/p/r0/u1',
  participant: 'u1',
  currency: 'USD',
  amount: 500n,
  kind: 'share',
  subject: 'p',
  held: 500n,
  released: 0n,
  reversed: 0n,
};

const share: Earning = {
  ...unheld,
  hold: { until: new Date('2026-02-01T00:00:00.000Z'), condition: 'verified' },
};

describe('an earning', () => {
  it('stays the same while its parts change', () => {
    expect(isSameEarning(share, { ...share, held: 0n, released: 400n, reversed: 100n })).toBe(true);
    const until = new Date('2026-02-01T00:00:00.000Z');
    expect(isSameEarning(share, { ...share, hold: { until, condition: 'verified' } })).toBe(true);
  });

  it('is another when anything about its reason or its hold differs', () => {
    const others: Earning[] = [
      { ...share, participant: 'u2' },
      { ...share, currency: 'EUR' },
      { ...share, amount: 501n },
      { ...share, kind: 'referral_bonus' },
      { ...share, subject: 'q' },
      { ...share, hold: { until: new Date('2026-02-01T00:00:00.001Z'), condition: 'verified' } },
      { ...share, hold: { condition: 'verified' } },
      { ...share, hold: { until: new Date('2026-02-01T00:00:00.000Z') } },
      unheld,
    ];
    for (const other of others) expect(isSameEarning(share, other)).toBe(false);
    expect(isSameEarning(unheld, { ...unheld })).toBe(true);
  });

  it('is refused when a store could not keep it as it is', () => {
    expect(() => assertEarning(share)).not.toThrow();
    expect(() => assertEarning({ ...share, amount: MAX_MINOR, held: MAX_MINOR })).not.toThrow();
    for (const field of ['id', 'participant', 'currency', 'subject'] as const) {
      expect(() => assertEarning({ ...share, [field]: '' })).toThrow('it is empty');
    }
    for (const field of ['amount', 'held', 'released', 'reversed'] as const) {
      expect(() => assertEarning({ ...share, [field]: MAX_MINOR + 1n })).toThrow('above 2^63 - 1');
    }
    expect(() => assertEarning({ ...share, hold: { until: new Date(Number.NaN) } })).toThrow('hold');
  });
});
