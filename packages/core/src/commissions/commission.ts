import { PayoutError } from '../errors.ts';
import { inRange } from '../money/range.ts';
import { divide, type RoundingMode } from '../money/rounding.ts';
import {
  checkCommissionRules,
  type CheckedCommissionRule,
  type CheckedTier,
  type CommissionRules,
} from './rules.ts';

/** A sale that somebody brought. */
export interface Sale {
  readonly participant: string;
  /** Minor units of what commissions are paid on, zero or more: without tax and shipping, if they are not. */
  readonly amount: bigint;
  /** What was sold, by any name that the rules know. */
  readonly kind?: string;
}

/** What a participant had sold before a sale, in the window that tiers are counted over: a month, a year, for ever. */
export interface SoldBefore {
  /** Minor units. */
  readonly amount: bigint;
  readonly count: bigint;
}

/** A part of a sale and the rate that it was paid at. */
export interface CommissionPart {
  /** Minor units of the sale. */
  readonly of: bigint;
  /** A decimal. */
  readonly rate: string;
}

/**
 * A commission with what it was computed from: to be kept with its earning as it is. Rules that change, and sales that
 * come later, change nothing in it.
 */
export interface Commission {
  /** The rule that paid it. */
  readonly rule: string;
  /** The sale that it was paid on. */
  readonly sale: bigint;
  readonly amount: bigint;
  /** The parts of the sale, which add up to it; none where the rule pays a fixed amount. */
  readonly parts: readonly CommissionPart[];
  readonly rounding: RoundingMode;
}

/** Computes commissions by rules that were checked once. */
export interface Commissions {
  /**
   * The commission on a sale, by the first rule that it matches; `undefined` when it matches none. Sold before is
   * nothing where it is left out.
   *
   * @throws {@link PayoutError} with code `INVALID_INPUT` or `AMOUNT_OUT_OF_RANGE`
   */
  of(sale: Sale, before?: SoldBefore): Commission | undefined;
}

/**
 * Commissions by rules: in their order, the first that a sale matches, at a rate, a fixed amount, or the rates of
 * tiers, marginal or on the whole sale.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, naming every rule that is not valid
 *
 * @example
 * ```ts
 * import { commissions } from '@payout-engines/core';
 *
 * const tiers = [
 *   { from: 0n, rate: '0.7' },
 *   { from: 10_000_000n, rate: '0.5' },
 * ];
 * const partner = commissions({
 *   rules: [{ id: 'partner', pays: { kind: 'tiers', by: 'amount', apply: 'marginal', tiers } }],
 *   rounding: 'floor',
 * });
 * partner.of({ participant: 'ada', amount: 12_000_000n })?.amount; // => 8000000n
 * ```
 */
export function commissions(rules: CommissionRules): Commissions {
  const checked = checkCommissionRules(rules);
  return {
    of: (sale, before = NOTHING) => {
      assertAmount(sale?.amount, 'sale.amount');
      assertAmount(before?.amount, 'before.amount');
      assertAmount(before?.count, 'before.count');
      const rule = checked.rules.find((one) => matches(one, sale));
      return rule === undefined ? undefined : paidBy(rule, sale, before, checked.rounding);
    },
  };
}

/**
 * What is left of a commission when so much of its sale, in all, was refunded: in proportion, by the rates it was paid
 * at. All of it for nothing refunded, nothing for all; and because it is computed from the total, refunds in many parts
 * leave what one refund of their sum leaves. What was paid on, or reversed, is for the caller to take off.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `AMOUNT_OUT_OF_RANGE`
 *
 * @example
 * ```ts
 * import { commissionLeft, commissions } from '@payout-engines/core';
 *
 * const rules = { rules: [{ id: 'all', pays: { kind: 'rate', rate: '0.3' } }], rounding: 'floor' } as const;
 * const commission = commissions(rules).of({ participant: 'ada', amount: 4_900n });
 * commission?.amount; // => 1470n
 * commission && commissionLeft(commission, 1_000n); // => 1170n
 * ```
 */
export function commissionLeft({ sale, amount }: Commission, refunded: bigint): bigint {
  assertAmount(sale, 'sale');
  assertAmount(amount, 'amount');
  assertAmount(refunded, 'refunded');
  if (refunded > sale) throw invalid('refunded', 'it is more than the sale');
  // Down: a unit that nobody can divide is not kept from the one whose sale was taken back.
  return refunded === 0n ? amount : divide(amount * (sale - refunded), sale, 'floor');
}

const NOTHING: SoldBefore = { amount: 0n, count: 0n };

function matches({ when }: CheckedCommissionRule, { participant, amount, kind }: Sale): boolean {
  if (when === undefined) return true;
  const { kinds, participants, least, below } = when;
  return (
    (kinds === undefined || (kind !== undefined && kinds.includes(kind))) &&
    (participants === undefined || participants.includes(participant)) &&
    (least === undefined || amount >= least) &&
    (below === undefined || amount < below)
  );
}

function paidBy(
  { id: rule, pays }: CheckedCommissionRule,
  { amount: sale }: Sale,
  before: SoldBefore,
  rounding: RoundingMode,
): Commission {
  if (pays.kind === 'fixed') return { rule, sale, amount: pays.amount, parts: [], rounding };
  const { by, apply, tiers } = pays;
  const start = by === 'sale' ? 0n : before[by];
  const parts =
    apply === 'marginal' && by !== 'count'
      ? cut(tiers, inRange(start), inRange(start + sale))
      : [
          {
            of: sale,
            tier: tierAt(tiers, apply === 'marginal' ? start : start + (by === 'count' ? 1n : sale)),
          },
        ];
  return {
    rule,
    sale,
    amount: worth(parts, rounding),
    parts: parts.map(({ of, tier }) => ({ of, rate: tier.text })),
    rounding,
  };
}

interface Part {
  readonly of: bigint;
  readonly tier: CheckedTier;
}

/** What lies from `start` up to `end`, by the tiers that it falls in. */
function cut(tiers: readonly CheckedTier[], start: bigint, end: bigint): readonly Part[] {
  const parts = tiers.flatMap((tier, index) => {
    const next = tiers[index + 1]?.from ?? end;
    const from = tier.from > start ? tier.from : start;
    const to = next < end ? next : end;
    return to > from ? [{ of: to - from, tier }] : [];
  });
  // A sale of nothing is one part of nothing.
  return parts.length > 0 ? parts : [{ of: 0n, tier: tierAt(tiers, start) }];
}

/** The tier that is reached at so much. The first is from 0, so there always is one. */
function tierAt(tiers: readonly CheckedTier[], at: bigint): CheckedTier {
  const reached = tiers.findLast(({ from }) => from <= at);
  if (reached === undefined) throw invalid('tiers', 'the first must be from 0');
  return reached;
}

/** The sum of the parts at their rates, rounded once. */
function worth(parts: readonly Part[], rounding: RoundingMode): bigint {
  let scale = 0;
  for (const { tier } of parts) if (tier.rate.scale > scale) scale = tier.rate.scale;
  let sum = 0n;
  for (const { of, tier } of parts) {
    sum += of * tier.rate.coefficient * 10n ** BigInt(scale - tier.rate.scale);
  }
  return inRange(divide(sum, 10n ** BigInt(scale), rounding));
}

function assertAmount(amount: unknown, path: string): void {
  if (typeof amount !== 'bigint' || amount < 0n) throw invalid(path, 'it must be a bigint, zero or more');
  inRange(amount);
}

function invalid(path: string, reason: string): PayoutError {
  return new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}
