import { readFileSync } from 'node:fs';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currency, formatDecimal, MAX_MINOR, parseMoney } from '../../src/money/index.ts';
import { type ParticipantEarning, referralBonuses } from '../../src/referrals/bonuses.ts';
import { buildReferralGraph } from '../../src/referrals/graph.ts';
import type { Referral } from '../../src/referrals/referral.ts';
import { checkReferralRules, DEFAULT_REFERRAL_RULES, type ReferralRules } from '../../src/referrals/rules.ts';
import { isReferralRunning } from '../../src/referrals/running.ts';
import { needsData } from '../data-folder.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const Exact = Decimal.clone({ precision: 100 });
const since = new Date('2026-01-31T00:00:00Z');
const at = new Date('2026-10-01T00:00:00Z');
const refers = (referrer: string, referred: string): Referral => ({ referrer, referred, since });

const rate = fc
  .nat({ max: 1000 })
  .map((thousandths) => formatDecimal({ coefficient: BigInt(thousandths), scale: 3 }));

interface Case {
  readonly referrals: readonly Referral[];
  readonly earnings: readonly ParticipantEarning[];
  readonly rules: ReferralRules;
}

/** A forest of people with earnings, and any rules. */
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    people: fc.array(fc.record({ pick: fc.nat(), amount: fc.bigInt({ min: 0n, max: 10_000n }) }), {
      maxLength: 25,
    }),
    rates: fc.array(rate, { maxLength: 4 }),
    capPerReferrer: fc.option(fc.bigInt({ min: 0n, max: 3000n }), { nil: undefined }),
  })
  .map(({ people, rates, capPerReferrer }) => ({
    referrals: people.flatMap(({ pick }, index) =>
      index === 0 || pick % 4 === 0 ? [] : [refers(`p${pick % index}`, `p${index}`)],
    ),
    earnings: people.map(({ amount }, index) => ({ participant: `p${index}`, amount })),
    rules: { rates, fundedBy: 'platform', ...(capPerReferrer !== undefined && { capPerReferrer }) },
  }));

/** floor(rate × amount) by decimal.js. */
const bonusOf = (rate: string, amount: bigint): bigint =>
  BigInt(new Exact(amount.toString()).mul(rate).toDecimalPlaces(0, Decimal.ROUND_FLOOR).toFixed());

describe('referral bonuses', () => {
  it('are each rate of what the referred earned, rounded down, up the chain of referrers', () => {
    fc.assert(
      fc.property(anyCase, ({ referrals, earnings, rules: { rates } }) => {
        const referrerOf = new Map(referrals.map(({ referrer, referred }) => [referred, referrer]));
        const expected = earnings.flatMap(({ participant, amount }) => {
          const chain: string[] = [];
          for (let id = referrerOf.get(participant); id !== undefined; id = referrerOf.get(id))
            chain.push(id);
          return chain.slice(0, rates.length).flatMap((referrer, index) => {
            const bonus = bonusOf(String(rates[index]), amount);
            return bonus === 0n ? [] : [{ referrer, referred: participant, level: index + 1, amount: bonus }];
          });
        });
        const key = (bonus: (typeof expected)[number]): string => `${bonus.referred} ${bonus.level}`;
        expected.sort((left, right) => (key(left) < key(right) ? -1 : 1));
        expect(
          referralBonuses(earnings, buildReferralGraph(referrals), { rates, fundedBy: 'platform' }, at),
        ).toEqual(expected);
      }),
      runs(300),
    );
  });

  it('do not depend on the order of earnings or referrals, cap or no cap', () => {
    const shuffled = anyCase.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray([...given.earnings], { minLength: given.earnings.length }),
        fc.shuffledSubarray([...given.referrals], { minLength: given.referrals.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([{ earnings, referrals, rules }, otherEarnings, otherReferrals]) => {
        expect(referralBonuses(otherEarnings, buildReferralGraph(otherReferrals), rules, at)).toEqual(
          referralBonuses(earnings, buildReferralGraph(referrals), rules, at),
        );
      }),
      runs(200),
    );
  });

  it('give a referrer the smaller of the cap and what there is without it', () => {
    fc.assert(
      fc.property(anyCase, ({ earnings, referrals, rules }) => {
        const graph = buildReferralGraph(referrals);
        const totals = (rules: ReferralRules): ReadonlyMap<string, bigint> => {
          const totals = new Map<string, bigint>();
          for (const { referrer, amount } of referralBonuses(earnings, graph, rules, at)) {
            expect(amount).toBeGreaterThan(0n);
            totals.set(referrer, (totals.get(referrer) ?? 0n) + amount);
          }
          return totals;
        };
        const { capPerReferrer = MAX_MINOR, rates, fundedBy } = rules;
        const capped = totals(rules);
        for (const [referrer, total] of totals({ rates, fundedBy })) {
          expect(capped.get(referrer) ?? 0n).toBe(total < capPerReferrer ? total : capPerReferrer);
        }
      }),
      runs(300),
    );
  });

  it('borne by the pool are never more than what was earned', () => {
    fc.assert(
      fc.property(anyCase, ({ earnings, referrals, rules }) => {
        const total = rules.rates.reduce<Decimal>((sum, rate) => sum.add(String(rate)), new Exact(0));
        const pool: ReferralRules = { ...rules, fundedBy: 'pool' };
        if (total.gt(1)) {
          expect(refusal(() => checkReferralRules(pool)).code).toBe('INVALID_INPUT');
          return;
        }
        const bonuses = referralBonuses(earnings, buildReferralGraph(referrals), pool, at);
        for (const { participant, amount } of earnings) {
          const taken = bonuses
            .filter(({ referred }) => referred === participant)
            .reduce((sum, bonus) => sum + bonus.amount, 0n);
          expect(taken <= amount).toBe(true);
        }
      }),
      runs(300),
    );
  });

  it('use a cap up in code-unit order of the referred ids', () => {
    const graph = buildReferralGraph([
      refers('boss', 'b'),
      refers('boss', 'a'),
      refers('boss', 'B'),
      refers('boss', 'ä'),
    ]);
    const earnings = ['ä', 'a', 'b', 'B'].map((participant) => ({ participant, amount: 1000n }));
    const rules: ReferralRules = { rates: ['0.05'], fundedBy: 'platform', capPerReferrer: 120n };
    expect(
      referralBonuses(earnings, graph, rules, at).map(({ referred, amount }) => [referred, amount]),
    ).toEqual([
      ['B', 50n],
      ['a', 50n],
      ['b', 20n],
    ]);
  });

  it('are 0.3280 SOL on a seventh of 45.92 SOL', () => {
    const sol = currency('SOL');
    const share = parseMoney('45.92', sol).minor / 7n;
    expect(share).toBe(parseMoney('6.5600', sol).minor);
    const bonuses = referralBonuses(
      [{ participant: 'bob', amount: share }],
      buildReferralGraph([refers('alice', 'bob')]),
      DEFAULT_REFERRAL_RULES,
      at,
    );
    expect(bonuses).toEqual([
      { referrer: 'alice', referred: 'bob', level: 1, amount: parseMoney('0.3280', sol).minor },
    ]);
  });

  it('are the published 5% of a payout', (ctx) => {
    const {
      vectors,
    }: { vectors: { id: string; payout_minor: number; percent: string; expected_minor: number }[] } =
      JSON.parse(readFileSync(needsData(ctx, 'worked-examples/tiers.json'), 'utf8'));
    const example = vectors.find(({ id }) => id === 'tune-5pct-referral-on-payout');
    if (example === undefined) throw new Error('the example is gone');
    const rate = new Exact(example.percent).div(100).toFixed();
    const bonuses = referralBonuses(
      [{ participant: 'bob', amount: BigInt(example.payout_minor) }],
      buildReferralGraph([refers('alice', 'bob')]),
      { rates: [rate], fundedBy: 'platform' },
      at,
    );
    expect(bonuses.map(({ amount }) => amount)).toEqual([BigInt(example.expected_minor)]);
  });

  it('end a chain at the first referral that does not run', () => {
    const old = new Date('2025-01-01T00:00:00Z');
    const graph = buildReferralGraph([
      { referrer: 'top', referred: 'middle', since: old },
      refers('middle', 'earner'),
    ]);
    const rules: ReferralRules = { rates: ['0.05', '0.02'], fundedBy: 'platform', months: 12 };
    const earnings = [{ participant: 'earner', amount: 1000n }];
    expect(referralBonuses(earnings, graph, rules, at).map(({ referrer }) => referrer)).toEqual(['middle']);
    expect(referralBonuses(earnings, graph, rules, new Date('2026-01-30T00:00:00Z'))).toEqual([]);
  });

  it('are paid to no one for participants without a referrer, for nothing, and under no rates', () => {
    const graph = buildReferralGraph([refers('alice', 'bob')]);
    const earnings = [
      { participant: 'alice', amount: 1000n },
      { participant: 'bob', amount: 0n },
    ];
    expect(referralBonuses(earnings, graph, DEFAULT_REFERRAL_RULES, at)).toEqual([]);
    expect(referralBonuses([], graph, DEFAULT_REFERRAL_RULES, at)).toEqual([]);
    expect(
      referralBonuses([{ participant: 'bob', amount: 1000n }], graph, { rates: [], fundedBy: 'pool' }, at),
    ).toEqual([]);
  });

  it('refuse a participant who comes twice, and what is no earning', () => {
    const graph = buildReferralGraph([refers('alice', 'bob')]);
    const codeFor = (...earnings: unknown[]): string =>
      // @ts-expect-error callers without a type checker
      refusal(() => referralBonuses(earnings, graph, DEFAULT_REFERRAL_RULES, at)).code;
    const bob = { participant: 'bob', amount: 1n };
    expect(codeFor(bob, bob)).toBe('DUPLICATE_PARTICIPANT');
    expect(codeFor({ ...bob, amount: -1n })).toBe('INVALID_AMOUNT');
    expect(codeFor({ ...bob, amount: 1 })).toBe('INVALID_AMOUNT');
    expect(codeFor({ ...bob, amount: 2n ** 63n })).toBe('AMOUNT_OUT_OF_RANGE');
    expect(codeFor({ ...bob, participant: '' })).toBe('INVALID_ID');
    expect(refusal(() => referralBonuses([bob], graph, DEFAULT_REFERRAL_RULES, new Date(NaN))).code).toBe(
      'INVALID_INSTANT',
    );
  });
});

describe('referral rules', () => {
  it.each([
    [{ rates: ['1.01'], fundedBy: 'platform' }, ['rates[0]']],
    [{ rates: ['-0.01', 0.05, 'NaN'], fundedBy: 'platform' }, ['rates[0]', 'rates[1]', 'rates[2]']],
    [{ rates: ['0.6', '0.41'], fundedBy: 'pool' }, ['rates']],
    [{ rates: Array.from({ length: 33 }, () => 0), fundedBy: 'platform' }, ['rates']],
    [{ rates: ['0.05'] }, ['fundedBy']],
    [{ rates: ['0.05'], fundedBy: 'users' }, ['fundedBy']],
    [{ rates: ['0.05'], fundedBy: 'pool', capPerReferrer: -1n, months: 0 }, ['capPerReferrer', 'months']],
    [{ rates: ['0.05'], fundedBy: 'pool', capPerReferrer: 5, months: 1.5 }, ['capPerReferrer', 'months']],
    [
      { rates: ['0.05'], fundedBy: 'pool', capPerReferrer: 2n ** 63n, months: NaN },
      ['capPerReferrer', 'months'],
    ],
    [{ rates: ['0.05'], fundedBy: 'pool', months: '12' }, ['months']],
    [{ rates: '0.05', fundedBy: 'pool' }, ['rates']],
    [null, ['rates']],
  ])('are refused with the path of each problem: %#', (rules, paths) => {
    // @ts-expect-error callers without a type checker
    const error = refusal(() => checkReferralRules(rules));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.details).toMatchObject({ issues: paths.map((path) => ({ path })) });
    // @ts-expect-error callers without a type checker
    expect(refusal(() => referralBonuses([], buildReferralGraph([]), rules, at)).code).toBe('INVALID_INPUT');
  });

  it('borne by the pool may add up to exactly 1, borne by the platform to more', () => {
    expect(checkReferralRules({ rates: ['0.5', '0.25', '0.250'], fundedBy: 'pool' }).rates).toHaveLength(3);
    expect(checkReferralRules({ rates: ['0.6', '0.6'], fundedBy: 'platform' }).rates).toHaveLength(2);
  });
});

describe('a referral', () => {
  it('runs from its beginning to strictly before its limit, whatever the dates', () => {
    const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2050-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60 }), (since, months) => {
        const referral = { referrer: 'alice', referred: 'bob', since };
        // Independent: try the same day, then the days before it, until the month has one.
        const month = since.getUTCMonth() + months;
        let limit = new Date(NaN);
        for (let date = since.getUTCDate(); Number.isNaN(limit.getTime()); date--) {
          const tried = new Date(
            Date.UTC(since.getUTCFullYear(), month, date) +
              (((since.getTime() % 86_400_000) + 86_400_000) % 86_400_000),
          );
          if (tried.getUTCMonth() === month % 12) limit = tried;
        }
        expect(isReferralRunning(referral, months, new Date(since.getTime() - 1))).toBe(false);
        expect(isReferralRunning(referral, months, since)).toBe(true);
        expect(isReferralRunning(referral, months, new Date(limit.getTime() - 1))).toBe(true);
        expect(isReferralRunning(referral, months, limit)).toBe(false);
        expect(isReferralRunning(referral, undefined, limit)).toBe(true);
      }),
      runs(1_000),
    );
  });

  it.each([
    ['2026-01-31T10:00:00Z', 1, '2026-02-28T10:00:00Z'],
    ['2024-01-31T10:00:00Z', 1, '2024-02-29T10:00:00Z'],
    ['2024-02-29T00:00:00Z', 12, '2025-02-28T00:00:00Z'],
    ['2026-11-30T23:59:59.999Z', 3, '2027-02-28T23:59:59.999Z'],
    ['2026-01-15T00:00:00Z', 12, '2027-01-15T00:00:00Z'],
  ])('from %s for %i months ends at %s', (from, months, end) => {
    const referral = { referrer: 'alice', referred: 'bob', since: new Date(from) };
    expect(isReferralRunning(referral, months, new Date(Date.parse(end) - 1))).toBe(true);
    expect(isReferralRunning(referral, months, new Date(end))).toBe(false);
  });
});
