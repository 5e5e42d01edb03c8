import { PayoutError } from '../errors.ts';
import { coefficientAt, compareDecimals, type DecimalInput, type ExactDecimal } from '../money/decimal.ts';
import { MAX_MINOR } from '../money/range.ts';
import { parseRate } from '../money/rate.ts';

/** What a referrer gets of what the participants they brought earn. */
export interface ReferralRules {
  /** Rates from 0 to 1: the first for the direct referrer, the second for that one's referrer, and so on. */
  readonly rates: readonly DecimalInput[];
  /** Who bears the bonuses: the platform, or the referred participant's own share of the pool. */
  readonly fundedBy: 'platform' | 'pool';
  /** The most one referrer gets in one calculation, in minor units. Left out, there is no cap. */
  readonly capPerReferrer?: bigint;
  /** How many calendar months a referral earns. Left out, it has no end. */
  readonly months?: number;
}

/** 5% to the direct referrer, borne by the platform, without cap and end. */
export const DEFAULT_REFERRAL_RULES = {
  rates: ['0.05'],
  fundedBy: 'platform',
} as const satisfies ReferralRules;

/** Rules that were checked, with their rates read: what {@link referralBonuses} works with. */
export interface CheckedReferralRules {
  readonly rates: readonly ExactDecimal[];
  readonly capPerReferrer: bigint | undefined;
  readonly months: number | undefined;
}

/** How far up a bonus can go. */
const LEVELS_MAX = 32;

/** A hundred years. */
const MONTHS_MAX = 1200;

const ONE: ExactDecimal = { coefficient: 1n, scale: 0 };

type Issue = { readonly path: string; readonly reason: string };

/**
 * Checks referral rules. Rates that the pool bears must not add up to more than 1.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, naming every rule that is not valid
 *
 * @example
 * ```ts
 * import { checkReferralRules, DEFAULT_REFERRAL_RULES } from '@payout-engines/core';
 *
 * checkReferralRules(DEFAULT_REFERRAL_RULES).rates; // => [{ coefficient: 5n, scale: 2 }]
 * ```
 */
export function checkReferralRules(rules: ReferralRules): CheckedReferralRules {
  if (typeof rules !== 'object' || rules === null || !isArray(rules.rates)) {
    throw new PayoutError('INVALID_INPUT', {
      issues: [{ path: 'rates', reason: 'it must be an array of rates' }],
    });
  }
  const issues: Issue[] = [];
  const { rates: inputs, fundedBy, capPerReferrer, months } = rules;
  if (inputs.length > LEVELS_MAX) issues.push({ path: 'rates', reason: `more than ${LEVELS_MAX} levels` });
  const rates = inputs
    .slice(0, LEVELS_MAX)
    .flatMap((input, level) => readRate(input, `rates[${level}]`, issues));
  if (fundedBy !== 'platform' && fundedBy !== 'pool') {
    issues.push({ path: 'fundedBy', reason: 'it must be platform or pool' });
  }
  if (fundedBy === 'pool' && compareDecimals(sum(rates), ONE) > 0) {
    issues.push({ path: 'rates', reason: 'rates borne by the pool must not add up to more than 1' });
  }
  if (capPerReferrer !== undefined && !isCap(capPerReferrer)) {
    issues.push({ path: 'capPerReferrer', reason: 'it must be a bigint of minor units from 0 to 2^63 - 1' });
  }
  if (months !== undefined && !(Number.isInteger(months) && months >= 1 && months <= MONTHS_MAX)) {
    issues.push({ path: 'months', reason: `it must be a whole number from 1 to ${MONTHS_MAX}` });
  }
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  return { rates, capPerReferrer, months };
}

function readRate(input: DecimalInput, path: string, issues: Issue[]): readonly ExactDecimal[] {
  try {
    return [parseRate(input)];
  } catch (error) {
    if (!PayoutError.is(error)) throw error;
    issues.push({ path, reason: 'it must be a decimal string, or a whole number, from 0 to 1' });
    return [];
  }
}

function sum(rates: readonly ExactDecimal[]): ExactDecimal {
  let scale = 0;
  for (const rate of rates) if (rate.scale > scale) scale = rate.scale;
  let coefficient = 0n;
  for (const rate of rates) coefficient += coefficientAt(rate, scale);
  return { coefficient, scale };
}

function isCap(value: unknown): boolean {
  return typeof value === 'bigint' && value >= 0n && value <= MAX_MINOR;
}

/** Narrows nothing: `Array.isArray` makes `any[]` of a readonly array. */
function isArray(value: unknown): boolean {
  return Array.isArray(value);
}
