import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertHoldRule, isReleased, releaseAt } from '../../src/payouts/hold.ts';
import { needsData } from '../data-folder.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const NONE: ReadonlySet<string> = new Set();
const earnedAt = new Date('2026-03-28T12:00:00Z');

describe('a hold', () => {
  it('by days is over from its release on, and never before', () => {
    const dates = fc.date({ min: new Date('1990-01-01'), max: new Date('2050-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, fc.nat({ max: 3650 }), (earnedAt, days) => {
        const release = new Date(earnedAt);
        release.setUTCDate(release.getUTCDate() + days);
        expect(releaseAt({ days }, earnedAt)).toEqual(release);
        expect(isReleased({ days }, earnedAt, release, NONE)).toBe(true);
        expect(isReleased({ days }, earnedAt, new Date(release.getTime() - 1), NONE)).toBe(false);
      }),
      runs(300),
    );
  });

  it('once over stays over, whatever time passes and whatever else is met', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 60 }),
        fc.nat({ max: 90 }),
        fc.subarray(['a', 'b', 'c']),
        fc.subarray(['a', 'b', 'c', 'd']),
        (days, later, conditions, met) => {
          const rule = { days, conditions };
          const at = releaseAt({ days: later }, earnedAt);
          const expected = later >= days && conditions.every((condition) => met.includes(condition));
          expect(isReleased(rule, earnedAt, at, new Set(met))).toBe(expected);
          if (expected)
            expect(
              isReleased(rule, earnedAt, new Date(at.getTime() + 86_400_000), new Set([...met, 'e'])),
            ).toBe(true);
        },
      ),
      runs(300),
    );
  });

  it('of no days and no conditions is over at once', () => {
    expect(isReleased({ days: 0 }, earnedAt, earnedAt, NONE)).toBe(true);
  });

  it('by days and by condition needs both', () => {
    const rule = { days: 7, conditions: ['views-verified'] };
    const week = releaseAt(rule, earnedAt);
    expect(isReleased(rule, earnedAt, week, NONE)).toBe(false);
    expect(isReleased(rule, earnedAt, earnedAt, new Set(['views-verified']))).toBe(false);
    expect(isReleased(rule, earnedAt, week, new Set(['views-verified']))).toBe(true);
  });

  it.each([
    [{ days: -1 }, ['days']],
    [{ days: 1.5 }, ['days']],
    [{ days: NaN }, ['days']],
    [{ days: Infinity }, ['days']],
    [{ days: '7' }, ['days']],
    [{}, ['days']],
    [{ days: 36_526 }, ['days']],
    [{ days: 7, conditions: [''] }, ['conditions[0]']],
    [{ days: 7, conditions: ['a', 5] }, ['conditions[1]']],
    [{ days: 7, conditions: 'verified' }, ['conditions']],
    [{ days: 7, conditions: Array.from({ length: 101 }, () => 'a') }, ['conditions']],
    [null, ['']],
    [undefined, ['']],
  ])('is refused with the path of each problem: %#', (rule, paths) => {
    // @ts-expect-error callers without a type checker
    const error = refusal(() => assertHoldRule(rule));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.details).toMatchObject({ issues: paths.map((path) => ({ path })) });
    // @ts-expect-error callers without a type checker
    expect(refusal(() => isReleased(rule, earnedAt, earnedAt, NONE)).code).toBe('INVALID_INPUT');
  });

  it('is refused for what is no instant', () => {
    expect(refusal(() => releaseAt({ days: 7 }, new Date(NaN))).code).toBe('INVALID_INSTANT');
    expect(refusal(() => isReleased({ days: 7 }, earnedAt, new Date(NaN), NONE)).code).toBe(
      'INVALID_INSTANT',
    );
    expect(refusal(() => releaseAt({ days: 7 }, new Date('9999-12-30T00:00:00Z'))).code).toBe(
      'INVALID_INSTANT',
    );
  });

  it('of 30 days keeps a published commission until its delay ends', (ctx) => {
    const { vectors }: { vectors: { day?: number; event?: string }[] } = JSON.parse(
      readFileSync(needsData(ctx, 'worked-examples/tolt-commission-lifecycle.json'), 'utf8'),
    );
    const dayOf = (name: string): number => vectors.find(({ event }) => event === name)?.day ?? NaN;
    const rule = { days: dayOf('delay ends') };
    const on = (name: string): Date => releaseAt({ days: dayOf(name) }, earnedAt);
    expect(isReleased(rule, earnedAt, on('refund while unpaid'), NONE)).toBe(false);
    expect(isReleased(rule, earnedAt, on('delay ends'), NONE)).toBe(true);
    expect(isReleased(rule, earnedAt, on('payout'), NONE)).toBe(true);
  });

  it('of 7 days leaves out of a published payout what is still held', (ctx) => {
    const {
      params,
      amounts,
    }: {
      params: { delay_days: number };
      amounts: { unpaid: [string, number][]; payout_date: string; expected_minor: number }[];
    } = JSON.parse(readFileSync(needsData(ctx, 'worked-examples/gumroad-payout-schedule.json'), 'utf8'));
    expect(amounts.length).toBeGreaterThan(0);
    for (const { unpaid, payout_date, expected_minor } of amounts) {
      const released = unpaid.filter(([earned]) =>
        isReleased({ days: params.delay_days }, new Date(earned), new Date(payout_date), NONE),
      );
      expect(released.reduce((sum, [, minor]) => sum + minor, 0)).toBe(expected_minor);
    }
  });
});
