import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eligibility, type IneligibleReason, type PayoutCandidate } from '../../src/payouts/eligibility.ts';
import { checkPayoutRules, type PayoutRules, STRICT_PAYOUT_REQUIREMENTS } from '../../src/payouts/rules.ts';
import { needsData } from '../data-folder.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const at = new Date('2026-10-15T00:00:00Z');
const inDays = (days: number): Date => new Date(at.getTime() + days * 86_400_000);

const rulesOf = (minimum: bigint): PayoutRules => ({
  thresholds: { currencies: { USD: { minimum } } },
  require: STRICT_PAYOUT_REQUIREMENTS,
});
const strict = checkPayoutRules(rulesOf(5000n));
const alice: PayoutCandidate = {
  currency: 'USD',
  active: true,
  verified: true,
  destination: 'acct_1',
  available: 5000n,
};

const maybeDay = fc.option(fc.integer({ min: -5, max: 30 }).map(inDays), { nil: undefined });
const candidate: fc.Arbitrary<PayoutCandidate> = fc
  .record({
    active: fc.boolean(),
    verified: fc.boolean(),
    destination: fc.option(fc.constant('acct_1'), { nil: undefined }),
    available: fc.bigInt({ min: -200n, max: 400n }),
    held: fc.array(fc.record({ amount: fc.bigInt({ min: 0n, max: 200n }), until: maybeDay }), {
      maxLength: 6,
    }),
    holds: fc.array(fc.record({ name: fc.constantFrom('fraud', 'destination-changed'), until: maybeDay }), {
      maxLength: 3,
    }),
    openPayout: fc.option(fc.constant('payout_1'), { nil: undefined }),
  })
  .map(({ destination, held, holds, openPayout, ...rest }) => ({
    ...rest,
    currency: 'USD',
    held: held.map(({ amount, until }) => (until === undefined ? { amount } : { amount, until })),
    holds: holds.map(({ name, until }) => (until === undefined ? { name } : { name, until })),
    ...(destination !== undefined && { destination }),
    ...(openPayout !== undefined && { openPayout }),
  }));

const requirement = fc.boolean();
const rules = fc
  .record({
    minimum: fc.bigInt({ min: 0n, max: 300n }),
    require: fc.record({
      active: requirement,
      verified: requirement,
      destination: requirement,
      noOpenPayout: requirement,
    }),
  })
  .map(({ minimum, require }) => ({ ...rulesOf(minimum), require }));

const reasonsOf = (given: PayoutCandidate, rules = strict): readonly IneligibleReason[] => {
  const result = eligibility(given, rules, at);
  return result.kind === 'eligible' ? [] : result.reasons;
};

describe('a participant', () => {
  it('is paid the whole balance, or told each thing in the way once and nothing else', () => {
    fc.assert(
      fc.property(candidate, rules, (given, rules) => {
        const { minimum } = rules.thresholds.currencies['USD'] ?? { minimum: 0n };
        const { require } = rules;
        const blocking = (given.holds ?? []).filter(({ until }) => until === undefined || until > at).length;
        const expected = [
          ...(given.available < 0n ? ['debt'] : []),
          ...(given.available < minimum || given.available <= 0n ? ['below_threshold'] : []),
          ...Array.from({ length: blocking }, () => 'on_hold'),
          ...(require.active && !given.active ? ['inactive'] : []),
          ...(require.verified && !given.verified ? ['not_verified'] : []),
          ...(require.destination && given.destination === undefined ? ['no_destination'] : []),
          ...(require.noOpenPayout && given.openPayout !== undefined ? ['payout_open'] : []),
        ];
        const result = eligibility(given, checkPayoutRules(rules), at);
        if (expected.length === 0) expect(result).toEqual({ kind: 'eligible', amount: given.available });
        else
          expect(result.kind === 'eligible' ? [] : result.reasons.map(({ kind }) => kind)).toEqual(expected);
      }),
      runs(1_000),
    );
  });

  it('reaches the threshold with what is missing, and not with one unit less', () => {
    fc.assert(
      fc.property(candidate, rules, (given, rules) => {
        const checked = checkPayoutRules(rules);
        const missing = reasonsOf(given, checked).find(
          (reason) => reason.kind === 'below_threshold',
        )?.missing;
        fc.pre(missing !== undefined);
        const kinds = (available: bigint): readonly string[] =>
          reasonsOf({ ...given, available }, checked).map(({ kind }) => kind);
        expect(missing).toBeGreaterThan(0n);
        expect(kinds(given.available + missing)).not.toContain('below_threshold');
        expect(kinds(given.available + missing - 1n)).toContain('below_threshold');
      }),
      runs(300),
    );
  });

  it('is told the first day on which released earnings bring the balance to the threshold', () => {
    fc.assert(
      fc.property(candidate, rules, (given, rules) => {
        const reason = reasonsOf(given, checkPayoutRules(rules)).find(
          ({ kind }) => kind === 'below_threshold',
        );
        fc.pre(reason?.kind === 'below_threshold');
        const balanceOn = (day: Date): bigint =>
          (given.held ?? []).reduce(
            (sum, { amount, until }) => (until !== undefined && until <= day ? sum + amount : sum),
            given.available,
          );
        const goal = given.available + reason.missing;
        const days = (given.held ?? []).flatMap(({ until }) =>
          until === undefined ? [] : [until.getTime()],
        );
        const first = days
          .sort((left, right) => left - right)
          .find((day) => balanceOn(new Date(day)) >= goal);
        expect(reason.until?.getTime()).toBe(first);
      }),
      runs(300),
    );
  });

  it('with exactly the threshold is eligible, with one unit less is not', () => {
    expect(eligibility(alice, strict, at)).toEqual({ kind: 'eligible', amount: 5000n });
    expect(eligibility({ ...alice, available: 4999n }, strict, at)).toEqual({
      kind: 'not-eligible',
      reasons: [{ kind: 'below_threshold', missing: 1n }],
    });
  });

  it('with nothing is not paid nothing, even under a threshold of zero', () => {
    const free = checkPayoutRules(rulesOf(0n));
    expect(reasonsOf({ ...alice, available: 0n }, free)).toEqual([{ kind: 'below_threshold', missing: 1n }]);
    expect(reasonsOf({ ...alice, available: 1n }, free)).toEqual([]);
  });

  it('is told everything at once', () => {
    const given: PayoutCandidate = {
      currency: 'USD',
      active: false,
      verified: false,
      available: -1470n,
      held: [{ amount: 2000n, until: inDays(3) }, { amount: 4470n, until: inDays(9) }, { amount: 9000n }],
      holds: [
        { name: 'destination-changed', until: inDays(2) },
        { name: 'fraud' },
        { name: 'old', until: at },
      ],
      openPayout: 'payout_1',
    };
    expect(reasonsOf(given)).toEqual([
      { kind: 'debt', amount: 1470n, until: inDays(3) },
      { kind: 'below_threshold', missing: 6470n, until: inDays(9) },
      { kind: 'on_hold', hold: 'destination-changed', until: inDays(2) },
      { kind: 'on_hold', hold: 'fraud' },
      { kind: 'inactive' },
      { kind: 'not_verified' },
      { kind: 'no_destination' },
      { kind: 'payout_open', payout: 'payout_1' },
    ]);
  });

  it('needs the threshold of their own tier and currency', () => {
    const rules = checkPayoutRules({
      thresholds: {
        currencies: { USD: { minimum: 5000n, tiers: { gold: 100n } }, JPY: { minimum: 500n } },
      },
      require: STRICT_PAYOUT_REQUIREMENTS,
    });
    expect(reasonsOf({ ...alice, available: 100n, tier: 'gold' }, rules)).toEqual([]);
    expect(reasonsOf({ ...alice, available: 100n, tier: 'silver' }, rules)).toEqual([
      { kind: 'below_threshold', missing: 4900n },
    ]);
    expect(reasonsOf({ ...alice, available: 500n, currency: 'JPY' }, rules)).toEqual([]);
    expect(refusal(() => reasonsOf({ ...alice, currency: 'EUR' }, rules)).code).toBe('NO_THRESHOLD');
  });

  it('of a published example is paid four commissions together, and three not', (ctx) => {
    const {
      vectors,
    }: {
      vectors: {
        minimum_payout_minor?: number;
        approved?: number;
        each_minor?: number;
        expected_total_minor?: number;
        new_commission_minor?: number;
      }[];
    } = JSON.parse(readFileSync(needsData(ctx, 'worked-examples/tolt-commission-lifecycle.json'), 'utf8'));
    const period = vectors.find(({ minimum_payout_minor }) => minimum_payout_minor !== undefined);
    const { minimum_payout_minor = 0, approved = 0, each_minor = 0, expected_total_minor = 0 } = period ?? {};
    const rules = checkPayoutRules(rulesOf(BigInt(minimum_payout_minor)));
    const each = BigInt(each_minor);
    expect(eligibility({ ...alice, available: BigInt(approved) * each }, rules, at)).toEqual({
      kind: 'eligible',
      amount: BigInt(expected_total_minor),
    });
    expect(reasonsOf({ ...alice, available: BigInt(approved - 1) * each }, rules)).toEqual([
      { kind: 'below_threshold', missing: 590n },
    ]);
    // A refund after payment is a debt that the next commissions net against.
    const refund = BigInt(
      vectors.find(({ new_commission_minor }) => new_commission_minor !== undefined)?.new_commission_minor ??
        0,
    );
    expect(reasonsOf({ ...alice, available: refund }, rules).map(({ kind }) => kind)).toEqual([
      'debt',
      'below_threshold',
    ]);
    expect(reasonsOf({ ...alice, available: refund + BigInt(approved + 1) * each }, rules)).toEqual([]);
  });

  it.each([
    [{ currency: '' }, 'INVALID_ID'],
    [{ tier: '' }, 'INVALID_ID'],
    [{ destination: '' }, 'INVALID_ID'],
    [{ destination: null }, 'INVALID_ID'],
    [{ openPayout: '' }, 'INVALID_ID'],
    [{ active: 'false' }, 'INVALID_INPUT'],
    [{ verified: undefined }, 'INVALID_INPUT'],
    [{ available: 5000 }, 'INVALID_AMOUNT'],
    [{ available: NaN }, 'INVALID_AMOUNT'],
    [{ available: 2n ** 63n }, 'AMOUNT_OUT_OF_RANGE'],
    [{ held: [{ amount: -1n }] }, 'INVALID_AMOUNT'],
    [{ held: [{ amount: 1 }] }, 'INVALID_AMOUNT'],
    [{ held: [{ amount: 1n, until: new Date(NaN) }] }, 'INVALID_INSTANT'],
    [{ holds: [{ name: '' }] }, 'INVALID_ID'],
    [{ holds: [{ name: 'fraud', until: new Date(NaN) }] }, 'INVALID_INSTANT'],
  ])('is refused for %#', (change, code) => {
    // @ts-expect-error callers without a type checker
    expect(refusal(() => eligibility({ ...alice, ...change }, strict, at)).code).toBe(code);
  });

  it('is not judged at an instant that does not exist', () => {
    expect(refusal(() => eligibility(alice, strict, new Date(NaN))).code).toBe('INVALID_INSTANT');
  });
});

describe('payout rules', () => {
  const { thresholds } = rulesOf(1n);

  it.each([
    [{ thresholds, require: { active: true, verified: true, destination: true } }, ['require.noOpenPayout']],
    [{ thresholds, require: { ...STRICT_PAYOUT_REQUIREMENTS, verified: 'no' } }, ['require.verified']],
    [{ thresholds }, ['require']],
    [
      { thresholds: { currencies: { USD: { minimum: -1n } } }, require: null },
      ['thresholds.currencies.USD.minimum', 'require'],
    ],
    [{ require: STRICT_PAYOUT_REQUIREMENTS }, ['thresholds.currencies']],
    [null, ['']],
    ['strict', ['']],
  ])('are refused with the path of each problem: %#', (rules, paths) => {
    // @ts-expect-error callers without a type checker
    const error = refusal(() => checkPayoutRules(rules));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.details).toMatchObject({ issues: paths.map((path) => ({ path })) });
  });
});
