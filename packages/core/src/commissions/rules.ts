import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { type DecimalInput, type ExactDecimal, formatDecimal } from '../money/decimal.ts';
import { MAX_MINOR } from '../money/range.ts';
import { parseRate } from '../money/rate.ts';
import { ROUNDING_MODES, type RoundingMode } from '../money/rounding.ts';

/** Rules in their order: the first one that a sale matches pays it, and no other. */
export interface CommissionRules {
  readonly rules: readonly CommissionRule[];
  /** How a commission that is not whole becomes whole. Rounded once for each sale, over all of its parts. */
  readonly rounding: RoundingMode;
}

/** Which sales a rule is for, and what it pays. */
export interface CommissionRule {
  /** Its name, unique among the rules: what the earning says it was paid by. */
  readonly id: string;
  /** Left out, it is for every sale. */
  readonly when?: CommissionCondition;
  readonly pays: CommissionPay;
}

/** What a sale must be like. All that is given must hold. */
export interface CommissionCondition {
  /** The sale is of one of these kinds: a plan, a product, first or renewal. */
  readonly kinds?: readonly string[];
  /** The sale is brought by one of these participants. */
  readonly participants?: readonly string[];
  /** The sale is at least so large, in minor units. */
  readonly least?: bigint;
  /** The sale is smaller than this, in minor units. */
  readonly below?: bigint;
}

/** What a rule pays for a sale. */
export type CommissionPay =
  /** A rate of the sale, from 0 to 1. */
  | { readonly kind: 'rate'; readonly rate: DecimalInput }
  /** The same for each sale, in minor units. */
  | { readonly kind: 'fixed'; readonly amount: bigint }
  | CommissionTiers;

/** A rate that depends on how much was sold. */
export interface CommissionTiers {
  readonly kind: 'tiers';
  /**
   * What the tiers are about: the size of this `sale`, or the `amount` or the `count` of what the participant has sold,
   * in the window that the caller counts over.
   */
  readonly by: 'sale' | 'amount' | 'count';
  /**
   * - `whole`: one rate for the whole sale, that of the tier which is reached with this sale included.
   * - `marginal`: each part of the sale at the rate of the tier that it falls in, so that no sale is worth less because
   *   it crosses a limit. A sale counted by `count` is one part: it falls in the tier of the sales before it.
   */
  readonly apply: 'whole' | 'marginal';
  /** Ascending, the first from 0. */
  readonly tiers: readonly CommissionTier[];
}

/** One tier: from so much on, minor units or sales. */
export interface CommissionTier {
  readonly from: bigint;
  readonly rate: DecimalInput;
}

/** Rules that were checked, with their rates read. */
export interface CheckedCommissionRules {
  readonly rules: readonly CheckedCommissionRule[];
  readonly rounding: RoundingMode;
}

export interface CheckedCommissionRule extends Omit<CommissionRule, 'pays'> {
  readonly pays: CheckedPay;
}

export type CheckedPay =
  | { readonly kind: 'fixed'; readonly amount: bigint }
  | (Omit<CommissionTiers, 'tiers'> & { readonly tiers: readonly CheckedTier[] });

export interface CheckedTier {
  readonly from: bigint;
  readonly rate: ExactDecimal;
  /** The rate in its one spelling. */
  readonly text: string;
}

type Issue = { readonly path: string; readonly reason: string };

/** More than anyone can read through. */
const RULES_MAX = 1_000;

/**
 * Checks commission rules.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, naming every rule that is not valid
 */
export function checkCommissionRules(input: CommissionRules): CheckedCommissionRules {
  const issues: Issue[] = [];
  const rules = isList(input?.rules) ? input.rules : [];
  if (rules.length === 0 || rules.length > RULES_MAX) {
    issues.push({ path: 'rules', reason: `it must be a list of 1 to ${RULES_MAX} rules` });
  }
  if (!ROUNDING_MODES.some((mode) => mode === input?.rounding)) {
    issues.push({ path: 'rounding', reason: `it must be one of ${ROUNDING_MODES.join(', ')}` });
  }
  const ids = new Set<string>();
  const checked = rules.slice(0, RULES_MAX).flatMap((rule, index) => {
    const path = `rules[${index}]`;
    if (!isObject(rule) || !isObject(rule.pays)) {
      issues.push({ path, reason: 'it must be a rule with an id and what it pays' });
      return [];
    }
    checkId(rule.id, `${path}.id`, issues);
    if (ids.has(rule.id)) issues.push({ path: `${path}.id`, reason: 'another rule has it too' });
    ids.add(rule.id);
    if (rule.when !== undefined) checkCondition(rule.when, `${path}.when`, issues);
    return checkPay(rule.pays, `${path}.pays`, issues).map((pays) => ({ ...rule, pays }));
  });
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  return { rules: checked, rounding: input.rounding };
}

function checkCondition(when: CommissionCondition, path: string, issues: Issue[]): void {
  if (!isObject(when)) {
    issues.push({ path, reason: 'it must be a condition' });
    return;
  }
  const { kinds, participants, least, below } = when;
  for (const [name, ids] of [
    ['kinds', kinds],
    ['participants', participants],
  ] as const) {
    if (ids === undefined) continue;
    if (!isList(ids) || ids.length === 0)
      issues.push({ path: `${path}.${name}`, reason: 'it must be a list of ids' });
    else for (const [index, id] of ids.entries()) checkId(id, `${path}.${name}[${index}]`, issues);
  }
  for (const [name, amount] of [
    ['least', least],
    ['below', below],
  ] as const) {
    if (amount !== undefined && !isAmount(amount))
      issues.push({ path: `${path}.${name}`, reason: NO_AMOUNT });
  }
  if (isAmount(least) && isAmount(below) && below <= least) {
    issues.push({
      path: `${path}.below`,
      reason: 'no sale is at least as large as one and smaller than the other',
    });
  }
}

function checkPay(pays: CommissionPay, path: string, issues: Issue[]): readonly CheckedPay[] {
  switch (pays.kind) {
    case 'fixed':
      if (isAmount(pays.amount)) return [{ kind: 'fixed', amount: pays.amount }];
      issues.push({ path: `${path}.amount`, reason: NO_AMOUNT });
      return [];
    case 'rate':
      // One rate is one tier from 0 on.
      return checkTiers([{ from: 0n, rate: pays.rate }], path, issues).map((tiers) => ({
        kind: 'tiers',
        by: 'sale',
        apply: 'whole',
        tiers,
      }));
    case 'tiers': {
      const { kind, by, apply } = pays;
      if (!['sale', 'amount', 'count'].includes(by)) {
        issues.push({ path: `${path}.by`, reason: 'it must be sale, amount or count' });
      }
      if (!['whole', 'marginal'].includes(apply)) {
        issues.push({ path: `${path}.apply`, reason: 'it must be whole or marginal' });
      }
      return checkTiers(pays.tiers, `${path}.tiers`, issues).map((tiers) => ({ kind, by, apply, tiers }));
    }
    default:
      issues.push({ path: `${path}.kind`, reason: 'it must be rate, fixed or tiers' });
      return [];
  }
}

function checkTiers(
  tiers: readonly CommissionTier[],
  path: string,
  issues: Issue[],
): readonly (readonly CheckedTier[])[] {
  if (!isList(tiers) || tiers.length === 0 || tiers.length > RULES_MAX) {
    issues.push({ path, reason: `it must be a list of 1 to ${RULES_MAX} tiers` });
    return [];
  }
  const checked: CheckedTier[] = [];
  let before: bigint | undefined;
  for (const [index, tier] of tiers.entries()) {
    const from: unknown = isObject(tier) ? tier.from : undefined;
    if (!isAmount(from) || (before === undefined ? from !== 0n : from <= before)) {
      issues.push({
        path: `${path}[${index}].from`,
        reason: 'the first must be 0n, and each above the one before it',
      });
      return [];
    }
    before = from;
    const rate = readRate(tier.rate, `${path}[${index}].rate`, issues);
    if (rate !== undefined) checked.push({ from, rate, text: formatDecimal(rate) });
  }
  return [checked];
}

function readRate(input: DecimalInput, path: string, issues: Issue[]): ExactDecimal | undefined {
  try {
    return parseRate(input);
  } catch (error) {
    if (!PayoutError.is(error)) throw error;
    issues.push({ path, reason: 'it must be a decimal string, or a whole number, from 0 to 1' });
    return undefined;
  }
}

function checkId(id: unknown, path: string, issues: Issue[]): void {
  try {
    assertId(id, path);
  } catch (error) {
    if (!PayoutError.is(error, 'INVALID_ID')) throw error;
    issues.push({ path, reason: error.details.reason });
  }
}

const NO_AMOUNT = 'it must be a bigint of minor units from 0 to 2^63 - 1';

function isAmount(value: unknown): value is bigint {
  return typeof value === 'bigint' && value >= 0n && value <= MAX_MINOR;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Narrows nothing: `Array.isArray` makes `any[]` of a readonly array. */
function isList(value: unknown): boolean {
  return Array.isArray(value);
}
