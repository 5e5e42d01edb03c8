import { describe, expect, it } from 'vitest';
import { assertEarning, type Earning, isSameEarning } from '../../src/ledger/earning.ts';
import { MAX_MINOR } from '../../src/money/range.ts';
import { refusal } from '../money/refusal.ts';

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
    expect(
      isSameEarning({ ...share, hold: { condition: 'a' } }, { ...share, hold: { condition: 'a' } }),
    ).toBe(true);
  });

  it('is another when it hangs on another earning, or was converted in another way', () => {
    const full: Earning = {
      ...share,
      bonusOf: { earning: 'e1', rate: '0.1' },
      conversion: { unit: 'tokens', quantity: '3', rate: '2', rounding: 'floor' },
    };
    expect(isSameEarning(full, structuredClone(full))).toBe(true);
    const { bonusOf, conversion } = full;
    if (bonusOf === undefined || conversion === undefined) throw new Error('it has both');
    const others: Earning[] = [
      share,
      { ...full, bonusOf: { ...bonusOf, earning: 'e2' } },
      { ...full, bonusOf: { ...bonusOf, rate: '0.2' } },
      { ...full, conversion: { ...conversion, unit: 'points' } },
      { ...full, conversion: { ...conversion, quantity: '4' } },
      { ...full, conversion: { ...conversion, rate: '3' } },
      { ...full, conversion: { ...conversion, rounding: 'up' } },
    ];
    for (const other of others) {
      expect(isSameEarning(full, other)).toBe(false);
      expect(isSameEarning(other, full)).toBe(false);
    }
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

  it('has parts that fit into it: what is held and released never exceeds it, nor does what was taken back', () => {
    const parts = (amount: bigint, held: bigint, released: bigint, reversed: bigint): Earning => ({
      ...unheld,
      ...{ amount, held, released, reversed },
    });
    for (const fit of [
      ...[parts(10n, 10n, 0n, 0n), parts(10n, 0n, 10n, 10n), parts(10n, 4n, 6n, 0n), parts(1n, 0n, 0n, 1n)],
      ...[parts(10n, 0n, 0n, 0n), parts(10n, 3n, 2n, 5n)],
    ])
      expect(() => assertEarning(fit)).not.toThrow();
    for (const misfit of [
      ...[parts(0n, 0n, 0n, 0n), parts(-1n, 0n, 0n, 0n), parts(10n, -1n, 0n, 0n), parts(10n, 0n, -1n, 0n)],
      ...[parts(10n, 11n, 0n, 0n), parts(10n, 5n, 6n, 0n), parts(10n, 0n, 0n, -1n), parts(10n, 0n, 0n, 11n)],
    ])
      expect(refusal(() => assertEarning(misfit)).code).toBe('INVALID_AMOUNT');
  });

  it('is refused by the name of what no store could keep', () => {
    const no = '';
    const conversion = { unit: 'tokens', quantity: '3', rate: '2', rounding: 'floor' } as const;
    const wrong: readonly (readonly [string, Partial<Earning>])[] = [
      ['earning', { id: no }],
      ['participant', { participant: no }],
      ['currency', { currency: no }],
      ['subject', { subject: no }],
      ['condition', { hold: { condition: no } }],
      ['bonusOf', { bonusOf: { earning: no, rate: '1' } }],
      ['rate', { bonusOf: { earning: 'e', rate: no } }],
      ['conversion', { conversion: { ...conversion, unit: no } }],
      ['conversion', { conversion: { ...conversion, quantity: no } }],
      ['conversion', { conversion: { ...conversion, rate: no } }],
    ];
    for (const [field, change] of wrong) {
      const error = refusal(() => assertEarning({ ...share, ...change }));
      expect(error.code).toBe('INVALID_ID');
      expect(error.details).toEqual({ field, reason: 'it is empty' });
    }
    expect(() =>
      assertEarning({ ...unheld, conversion, bonusOf: { earning: 'e', rate: '0.1' } }),
    ).not.toThrow();
    for (const hold of [{}, { until: new Date(0) }, { condition: 'verified' }])
      expect(() => assertEarning({ ...unheld, hold })).not.toThrow();
    expect(() => assertEarning(unheld)).not.toThrow();
  });
});
