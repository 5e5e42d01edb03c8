import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commissionLeft, commissions, type Sale, type SoldBefore } from '../../src/commissions/commission.ts';
import {
  checkCommissionRules,
  type CommissionPay,
  type CommissionRules,
} from '../../src/commissions/rules.ts';
import { MAX_MINOR, ROUNDING_MODES } from '../../src/money/index.ts';
import { needsData } from '../data-folder.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
/** Rates of at most two places, so that the tests can reckon with whole hundredths. */
const hundredths = fc.nat({ max: 100 });
const rateOf = (count: number) => (count === 100 ? '1' : `0.${count.toString().padStart(2, '0')}`);
const tiers = fc
  .uniqueArray(fc.bigInt({ min: 1n, max: 10n ** 9n }), { maxLength: 5 })
  .chain((limits) =>
    fc.tuple(
      fc.constant(limits.sort((one, other) => (one < other ? -1 : 1))),
      fc.array(hundredths, { minLength: limits.length + 1, maxLength: limits.length + 1 }),
    ),
  )
  .map(([limits, rates]) => [0n, ...limits].map((from, index) => ({ from, hundredths: rates[index] ?? 0 })));
type Tiers = typeof tiers extends fc.Arbitrary<infer T> ? T : never;

const written = (all: Tiers) => all.map(({ from, hundredths }) => ({ from, rate: rateOf(hundredths) }));
const tiered = (
  all: Tiers,
  by: 'sale' | 'amount' | 'count',
  apply: 'whole' | 'marginal',
): CommissionRules => ({
  rules: [{ id: 'tiers', pays: { kind: 'tiers', by, apply, tiers: written(all) } }],
  rounding: 'floor',
});
const only = (pays: CommissionPay): CommissionRules => ({ rules: [{ id: 'only', pays }], rounding: 'floor' });
const pay = (rules: CommissionRules, sale: Partial<Sale>, before?: SoldBefore) =>
  commissions(rules).of({ participant: 'ada', amount: 0n, ...sale }, before);
const hundredthsAt = (all: Tiers, at: bigint) =>
  BigInt(all.filter(({ from }) => from <= at).at(-1)?.hundredths ?? 0);

describe('a commission', () => {
  it('is made of parts that add up to the sale, and never more than the sale', () => {
    fc.assert(
      fc.property(
        tiers,
        amounts,
        amounts,
        fc.constantFrom('sale', 'amount', 'count'),
        fc.constantFrom('whole', 'marginal'),
        (all, sold, amount, by, apply) => {
          const paid = pay(tiered(all, by, apply), { amount }, { amount: sold, count: sold });
          expect(paid?.parts.reduce((sum, { of }) => sum + of, 0n)).toBe(amount);
          expect(paid !== undefined && paid.amount >= 0n && paid.amount <= amount).toBe(true);
        },
      ),
      runs(200),
    );
  });

  it('on the whole sale is its one rate, of the tier that is reached with the sale', () => {
    fc.assert(
      fc.property(tiers, amounts, amounts, (all, sold, amount) => {
        const before = { amount: sold, count: sold };
        const whole = (by: 'sale' | 'amount' | 'count', at: bigint) =>
          expect(pay(tiered(all, by, 'whole'), { amount }, before)?.amount).toBe(
            (amount * hundredthsAt(all, at)) / 100n,
          );
        whole('sale', amount);
        whole('amount', sold + amount);
        whole('count', sold + 1n);
      }),
      runs(200),
    );
  });

  it('by marginal tiers is the same for one sale and for the parts of it, to a unit for each rounding', () => {
    fc.assert(
      fc.property(tiers, fc.array(amounts, { minLength: 1, maxLength: 8 }), amounts, (all, sales, sold) => {
        const rules = commissions(tiered(all, 'amount', 'marginal'));
        const total = sales.reduce((sum, sale) => sum + sale, 0n);
        const at = (amount: bigint) => ({ amount, count: 0n });
        const once = rules.of({ participant: 'ada', amount: total }, at(sold))?.amount ?? -1n;
        let before = sold;
        let step = 0n;
        for (const amount of sales) {
          step += rules.of({ participant: 'ada', amount }, at(before))?.amount ?? 0n;
          before += amount;
        }
        expect(step <= once && once - step < BigInt(sales.length)).toBe(true);
        // Where no rounding is needed there is none.
        const exact = sales.map((sale) => sale * 100n);
        const scaled = commissions(
          tiered(
            all.map((tier) => ({ ...tier, from: tier.from * 100n })),
            'amount',
            'marginal',
          ),
        );
        let exactBefore = 0n;
        let exactStep = 0n;
        for (const amount of exact) {
          exactStep += scaled.of({ participant: 'ada', amount }, at(exactBefore))?.amount ?? 0n;
          exactBefore += amount;
        }
        expect(exactStep).toBe(scaled.of({ participant: 'ada', amount: exactBefore })?.amount);
      }),
      runs(100),
    );
  });

  it('by marginal tiers never pays less for a larger sale', () => {
    fc.assert(
      fc.property(tiers, amounts, amounts, (all, amount, more) => {
        for (const by of ['sale', 'amount'] as const) {
          const of = (sale: bigint) => pay(tiered(all, by, 'marginal'), { amount: sale })?.amount ?? -1n;
          expect(of(amount + more) >= of(amount)).toBe(true);
        }
      }),
      runs(100),
    );
  });

  it('is paid by the first rule that the sale matches, and by no other', () => {
    const rules: CommissionRules = {
      rules: [
        { id: 'renewals', when: { kinds: ['renewal'] }, pays: { kind: 'rate', rate: '0.1' } },
        {
          id: 'friends',
          when: { participants: ['ada'], least: 1_000n },
          pays: { kind: 'rate', rate: '0.5' },
        },
        { id: 'small', when: { below: 500n }, pays: { kind: 'fixed', amount: 25n } },
        { id: 'large', when: { least: 10_000n }, pays: { kind: 'rate', rate: '0.3' } },
      ],
      rounding: 'half-even',
    };
    const ruleOf = (sale: Partial<Sale>) => pay(rules, sale)?.rule;
    expect(ruleOf({ kind: 'renewal', amount: 5n })).toBe('renewals');
    expect(ruleOf({ amount: 1_000n })).toBe('friends');
    expect(ruleOf({ amount: 999n })).toBeUndefined();
    expect(ruleOf({ amount: 499n })).toBe('small');
    expect(ruleOf({ amount: 500n })).toBeUndefined();
    expect(ruleOf({ participant: 'bob', amount: 10_000n })).toBe('large');
    expect(ruleOf({ participant: 'bob', amount: 9_999n, kind: 'first' })).toBeUndefined();
  });

  it('carries what it was computed from, so that later rules change nothing in it', () => {
    const tiers = [
      { from: 0n, rate: '0.10' },
      { from: 10_000n, rate: '0.2' },
    ];
    const paid = pay(
      only({ kind: 'tiers', by: 'amount', apply: 'marginal', tiers }),
      { amount: 3_000n },
      { amount: 9_000n, count: 1n },
    );
    expect(paid).toEqual({
      rule: 'only',
      sale: 3_000n,
      amount: 500n,
      parts: [
        { of: 1_000n, rate: '0.1' },
        { of: 2_000n, rate: '0.2' },
      ],
      rounding: 'floor',
    });
    expect(
      JSON.parse(
        JSON.stringify(paid, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
      ),
    ).toMatchObject({
      rule: 'only',
      amount: '500',
    });
  });

  it('is rounded once, by the named mode', () => {
    const tiers = [
      { from: 0n, rate: '0.5' },
      { from: 1n, rate: '0.5' },
    ];
    const pays: CommissionPay = { kind: 'tiers', by: 'sale', apply: 'marginal', tiers };
    // Half of 1 and half of 2, each rounded down, would be 1 and not 1.5.
    expect(pay({ rules: [{ id: 'one', pays }], rounding: 'up' }, { amount: 3n })?.amount).toBe(2n);
    expect(pay({ rules: [{ id: 'one', pays }], rounding: 'half-even' }, { amount: 3n })?.amount).toBe(2n);
    expect(pay({ rules: [{ id: 'one', pays }], rounding: 'floor' }, { amount: 3n })?.amount).toBe(1n);
  });

  it('of a refunded sale is what one refund of the sum leaves, however many there were', () => {
    fc.assert(
      fc.property(
        amounts,
        hundredths,
        fc.array(fc.nat({ max: 100 }), { maxLength: 6 }),
        (amount, rate, shares) => {
          const paid = pay(only({ kind: 'rate', rate: rateOf(rate) }), { amount });
          if (paid === undefined) throw new Error('the only rule is for every sale');
          let refunded = 0n;
          let left = paid.amount;
          for (const share of shares) {
            refunded += ((amount - refunded) * BigInt(share)) / 100n;
            const now = commissionLeft(paid, refunded);
            expect(now <= left && now >= 0n).toBe(true);
            left = now;
          }
          expect(commissionLeft(paid, 0n)).toBe(paid.amount);
          if (amount > 0n) expect(commissionLeft(paid, amount)).toBe(0n);
        },
      ),
      runs(200),
    );
  });

  it('is refused for what is no sale, and for a refund of more than the sale', () => {
    const rules = commissions(only({ kind: 'rate', rate: '0.1' }));
    for (const sale of [{ amount: -1n }, { amount: 1 }, { amount: '1' }, {}, null]) {
      // @ts-expect-error callers without TypeScript exist
      expect(refusal(() => rules.of(sale)).code).toBe('INVALID_INPUT');
    }
    expect(refusal(() => rules.of({ participant: 'ada', amount: MAX_MINOR + 1n })).code).toBe(
      'AMOUNT_OUT_OF_RANGE',
    );
    expect(refusal(() => rules.of({ participant: 'ada', amount: 1n }, { amount: -1n, count: 0n })).code).toBe(
      'INVALID_INPUT',
    );
    const paid = rules.of({ participant: 'ada', amount: 10n });
    expect(refusal(() => paid && commissionLeft(paid, 11n)).code).toBe('INVALID_INPUT');
    expect(refusal(() => paid && commissionLeft(paid, -1n)).code).toBe('INVALID_INPUT');
    const by = commissions(tiered([{ from: 0n, hundredths: 1 }], 'amount', 'marginal'));
    expect(
      refusal(() => by.of({ participant: 'ada', amount: 1n }, { amount: MAX_MINOR, count: 0n })).code,
    ).toBe('AMOUNT_OUT_OF_RANGE');
  });
});

describe('commission rules', () => {
  const rate = { kind: 'rate', rate: '0.1' };
  const tier = (tiers: unknown) => ({ kind: 'tiers', by: 'amount', apply: 'whole', tiers });
  const one = (pays: unknown, more = {}) => ({ rules: [{ id: 'a', pays, ...more }], rounding: 'floor' });

  const WRONG: readonly (readonly [unknown, string])[] = [
    [null, 'rules'],
    [{ rules: [], rounding: 'floor' }, 'rules'],
    [{ rules: [{ id: 'a', pays: rate }] }, 'rounding'],
    [{ rules: [{ id: 'a', pays: rate }], rounding: 'nearest' }, 'rounding'],
    [{ rules: [null], rounding: 'floor' }, 'rules[0]'],
    [{ rules: [{ id: 'a' }], rounding: 'floor' }, 'rules[0]'],
    [{ rules: [{ id: '', pays: rate }], rounding: 'floor' }, 'rules[0].id'],
    [
      {
        rules: [
          { id: 'a', pays: rate },
          { id: 'a', pays: rate },
        ],
        rounding: 'floor',
      },
      'rules[1].id',
    ],
    [one({ kind: 'rate', rate: '1.1' }), 'rules[0].pays[0].rate'],
    [one({ kind: 'rate', rate: 0.1 }), 'rules[0].pays[0].rate'],
    [one({ kind: 'rate', rate: '-0.1' }), 'rules[0].pays[0].rate'],
    [one({ kind: 'fixed', amount: -1n }), 'rules[0].pays.amount'],
    [one({ kind: 'fixed', amount: 5 }), 'rules[0].pays.amount'],
    [one({ kind: 'gift' }), 'rules[0].pays.kind'],
    [one(tier([])), 'rules[0].pays.tiers'],
    [one(tier([{ from: 1n, rate: '0.1' }])), 'rules[0].pays.tiers[0].from'],
    [
      one(
        tier([
          { from: 0n, rate: '0.1' },
          { from: 0n, rate: '0.2' },
        ]),
      ),
      'rules[0].pays.tiers[1].from',
    ],
    [
      one(
        tier([
          { from: 0n, rate: '0.1' },
          { from: 5n, rate: '2' },
        ]),
      ),
      'rules[0].pays.tiers[1].rate',
    ],
    [one(tier([null])), 'rules[0].pays.tiers[0].from'],
    [one({ ...tier([{ from: 0n, rate: '0.1' }]), by: 'week' }), 'rules[0].pays.by'],
    [one({ ...tier([{ from: 0n, rate: '0.1' }]), apply: 'some' }), 'rules[0].pays.apply'],
    [one(rate, { when: 7 }), 'rules[0].when'],
    [one(rate, { when: { kinds: [] } }), 'rules[0].when.kinds'],
    [one(rate, { when: { participants: [''] } }), 'rules[0].when.participants[0]'],
    [one(rate, { when: { least: -1n } }), 'rules[0].when.least'],
    [one(rate, { when: { least: 5n, below: 5n } }), 'rules[0].when.below'],
  ];

  it.each(WRONG.map(([rules, path], index) => ({ rules, path, index })))(
    'name what is wrong: $path ($index)',
    ({ rules, path }) => {
      // @ts-expect-error callers without TypeScript exist
      const { code, details } = refusal(() => checkCommissionRules(rules));
      expect(code).toBe('INVALID_INPUT');
      expect('issues' in details && details.issues.map((issue) => issue.path)).toContain(path);
    },
  );

  it('take every mode of rounding', () => {
    for (const rounding of ROUNDING_MODES) {
      expect(checkCommissionRules({ ...only({ kind: 'rate', rate: 1 }), rounding }).rounding).toBe(rounding);
    }
  });
});

describe('commissions that others have published', () => {
  interface Vector {
    readonly id: string;
    readonly rate_minor: number;
    readonly count: number;
    readonly payout_minor: number;
    readonly percent: string;
    readonly expected_minor: number;
    readonly amount_minor: number;
    readonly cumulative_before_minor: number;
    readonly orders: readonly {
      readonly amount_minor: number;
      readonly expected_minor: number;
      readonly expected_rate?: string;
    }[];
  }
  const vectors = (ctx: Parameters<typeof needsData>[0]): ReadonlyMap<string, Vector> =>
    new Map(
      (
        JSON.parse(readFileSync(needsData(ctx, 'worked-examples/tiers.json'), 'utf8')).vectors as Vector[]
      ).map((vector) => [vector.id, vector]),
    );
  const vector = (ctx: Parameters<typeof needsData>[0], id: string): Vector => {
    const found = vectors(ctx).get(id);
    if (found === undefined) throw new Error(`no example ${id}`);
    return found;
  };

  it('agree with TUNE: a fixed amount for each referral, and 5% of a payout', (ctx) => {
    const flat = vector(ctx, 'tune-flat-referral');
    const each = pay(only({ kind: 'fixed', amount: BigInt(flat.rate_minor) }), { amount: 0n })?.amount ?? 0n;
    expect(each * BigInt(flat.count)).toBe(BigInt(flat.expected_minor));
    const referral = vector(ctx, 'tune-5pct-referral-on-payout');
    expect(referral.percent).toBe('5');
    expect(pay(only({ kind: 'rate', rate: '0.05' }), { amount: BigInt(referral.payout_minor) })?.amount).toBe(
      BigInt(referral.expected_minor),
    );
  });

  it('agree with Refersion: the tier that is reached with the order, on the whole order', (ctx) => {
    const { orders } = vector(ctx, 'refersion-rolling-window');
    const pays: CommissionPay = {
      kind: 'tiers',
      by: 'amount',
      apply: 'whole',
      tiers: [
        { from: 0n, rate: 0 },
        { from: 10_000n, rate: '0.15' },
      ],
    };
    let amount = 0n;
    for (const [index, order] of orders.entries()) {
      const paid = pay(only(pays), { amount: BigInt(order.amount_minor) }, { amount, count: BigInt(index) });
      expect(paid?.amount).toBe(BigInt(order.expected_minor));
      expect(Number(paid?.parts[0]?.rate) * 100).toBe(Number(order.expected_rate));
      amount += BigInt(order.amount_minor);
    }
  });

  it('agree with Refersion by count: none up to the ninth, 10% from the tenth, 15% from the 21st, 17% from the 31st', (ctx) => {
    expect(vector(ctx, 'refersion-by-count').id).toBeDefined();
    const pays: CommissionPay = {
      kind: 'tiers',
      by: 'count',
      apply: 'whole',
      tiers: [
        { from: 0n, rate: 0 },
        { from: 10n, rate: '0.1' },
        { from: 21n, rate: '0.15' },
        { from: 31n, rate: '0.17' },
      ],
    };
    const nth = (count: bigint) =>
      pay(only(pays), { amount: 10_000n }, { amount: 0n, count: count - 1n })?.amount;
    expect([1n, 9n, 10n, 20n, 21n, 30n, 31n, 500n].map(nth)).toEqual([
      0n,
      0n,
      1_000n,
      1_000n,
      1_500n,
      1_500n,
      1_700n,
      1_700n,
    ]);
  });

  it('agree with Everflow: 10% for the first 100 conversions, 20% for those after', (ctx) => {
    expect(vector(ctx, 'everflow-100').id).toBeDefined();
    const tiers = [
      { from: 0n, rate: '0.1' },
      { from: 100n, rate: '0.2' },
    ];
    const nth = (count: bigint) =>
      pay(
        only({ kind: 'tiers', by: 'count', apply: 'marginal', tiers }),
        { amount: 5_000n },
        { amount: 0n, count: count - 1n },
      )?.amount;
    expect([1n, 99n, 100n, 101n, 102n].map(nth)).toEqual([500n, 500n, 500n, 1_000n, 1_000n]);
  });

  it('agree with Twitch: 70% up to $100,000 in a year, 50% after', (ctx) => {
    const twitch = vector(ctx, 'twitch-partner-plus-2023');
    const tiers = [
      { from: 0n, rate: '0.7' },
      { from: 10_000_000n, rate: '0.5' },
    ];
    const before = { amount: BigInt(twitch.cumulative_before_minor), count: 0n };
    expect(
      pay(
        only({ kind: 'tiers', by: 'amount', apply: 'marginal', tiers }),
        { amount: BigInt(twitch.amount_minor) },
        before,
      )?.amount,
    ).toBe(BigInt(twitch.expected_minor));
  });

  it('agree with bands by the size of the order', (ctx) => {
    const pays: CommissionPay = {
      kind: 'tiers',
      by: 'sale',
      apply: 'whole',
      tiers: [
        { from: 0n, rate: '0.1' },
        { from: 5_000n, rate: '0.15' },
        { from: 10_000n, rate: '0.2' },
      ],
    };
    for (const order of vector(ctx, 'per-order-bands').orders) {
      expect(pay(only(pays), { amount: BigInt(order.amount_minor) })?.amount).toBe(
        BigInt(order.expected_minor),
      );
    }
  });

  it('agree with the life of a commission at Tolt: nothing left when it is refunded, before it is paid or after', (ctx) => {
    interface Step {
      readonly event?: string;
      readonly amount_minor?: number;
      readonly new_commission_minor?: number;
      readonly minimum_payout_minor?: number;
      readonly approved?: number;
      readonly expected_total_minor?: number;
    }
    const steps: readonly Step[] = JSON.parse(
      readFileSync(needsData(ctx, 'worked-examples/tolt-commission-lifecycle.json'), 'utf8'),
    ).vectors;
    const step = (event: string) => steps.find((one) => one.event === event);
    const paid = pay(only({ kind: 'rate', rate: '0.3' }), { amount: 4_900n });
    if (paid === undefined) throw new Error('the only rule is for every sale');
    expect(paid.amount).toBe(BigInt(step('created')?.amount_minor ?? -1));
    expect(paid.amount).toBe(BigInt(step('payout')?.amount_minor ?? -1));
    expect(commissionLeft(paid, 4_900n)).toBe(BigInt(step('refund while unpaid')?.amount_minor ?? -1));
    expect(commissionLeft(paid, 4_900n) - paid.amount).toBe(
      BigInt(step('refund after paid')?.new_commission_minor ?? 1),
    );
    const period = steps.find((one) => one.approved !== undefined);
    const total = paid.amount * BigInt(period?.approved ?? 0);
    expect(total).toBe(BigInt(period?.expected_total_minor ?? -1));
    expect(total >= BigInt(period?.minimum_payout_minor ?? total + 1n)).toBe(true);
  });
});
