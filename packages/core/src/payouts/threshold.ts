import { PayoutError } from '../errors.ts';
import { idProblem } from '../id.ts';
import { MAX_MINOR } from '../money/range.ts';

/** The least that is paid out, by currency and then by tier. */
export interface ThresholdRules {
  /** By currency code. */
  readonly currencies: Readonly<Record<string, Threshold>>;
  /** For all other currencies. Left out, a currency without a threshold is refused: there is no invisible zero. */
  readonly otherCurrencies?: Threshold;
}

/** The threshold of one currency, in its minor units. Zero pays any amount above nothing. */
export interface Threshold {
  /** For participants without a tier, and for tiers that are not named. */
  readonly minimum: bigint;
  /** By tier. */
  readonly tiers?: Readonly<Record<string, bigint>>;
}

/** Thresholds that were checked: what {@link thresholdOf} looks up in. */
export interface Thresholds {
  readonly currencies: ReadonlyMap<string, CheckedThreshold>;
  readonly otherCurrencies: CheckedThreshold | undefined;
}

/** One currency's threshold, checked. */
export interface CheckedThreshold {
  readonly minimum: bigint;
  readonly tiers: ReadonlyMap<string, bigint>;
}

/** A problem of a rule object, as `INVALID_INPUT` carries it. */
export type RuleIssue = { readonly path: string; readonly reason: string };

/**
 * The least amount, in minor units, that is paid out in a currency to a participant of a tier.
 *
 * @throws {@link PayoutError} with code `NO_THRESHOLD` when the rules name neither the currency nor one for others
 *
 * @example
 * ```ts
 * import { checkThresholds, thresholdOf } from '@payout-engines/core';
 *
 * const thresholds = checkThresholds({ currencies: { USD: { minimum: 1000n, tiers: { gold: 100n } } } });
 * thresholdOf(thresholds, 'USD', 'gold'); // => 100n
 * ```
 */
export function thresholdOf(thresholds: Thresholds, currency: string, tier?: string): bigint {
  const threshold = thresholds.currencies.get(currency) ?? thresholds.otherCurrencies;
  if (threshold === undefined) throw new PayoutError('NO_THRESHOLD', { currency });
  return (tier === undefined ? undefined : threshold.tiers.get(tier)) ?? threshold.minimum;
}

/**
 * Checks thresholds once, for any number of lookups.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, naming everything that is not valid
 */
export function checkThresholds(rules: ThresholdRules): Thresholds {
  const issues: RuleIssue[] = [];
  const thresholds = readThresholds(rules, '', issues);
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  return thresholds;
}

/** Reads thresholds that stand at a path of a larger rule object; problems are added to its issues. */
export function readThresholds(rules: ThresholdRules, path: string, issues: RuleIssue[]): Thresholds {
  const currencies = new Map<string, CheckedThreshold>();
  if (!isRecord(rules) || !isRecord(rules.currencies)) {
    issues.push({ path: `${path}currencies`, reason: 'it must be an object by currency' });
    return { currencies, otherCurrencies: undefined };
  }
  for (const [position, [code, threshold]] of Object.entries(rules.currencies).entries()) {
    const problem = idProblem(code);
    if (problem !== undefined) issues.push({ path: `${path}currencies[${position}]`, reason: problem });
    else currencies.set(code, readThreshold(threshold, `${path}currencies.${code}`, issues));
  }
  const { otherCurrencies: others } = rules;
  return {
    currencies,
    otherCurrencies:
      others === undefined ? undefined : readThreshold(others, `${path}otherCurrencies`, issues),
  };
}

function readThreshold(threshold: Threshold, path: string, issues: RuleIssue[]): CheckedThreshold {
  const tiers = new Map<string, bigint>();
  if (!isRecord(threshold)) {
    issues.push({ path, reason: 'it must be an object with a minimum' });
    return { minimum: MAX_MINOR, tiers };
  }
  const { minimum, tiers: inputs = {} } = threshold;
  if (!isThreshold(minimum)) issues.push({ path: `${path}.minimum`, reason: NOT_AN_AMOUNT });
  if (!isRecord(inputs)) {
    issues.push({ path: `${path}.tiers`, reason: 'it must be an object by tier' });
    return { minimum, tiers };
  }
  for (const [position, [tier, amount]] of Object.entries(inputs).entries()) {
    const problem = idProblem(tier) ?? (isThreshold(amount) ? undefined : NOT_AN_AMOUNT);
    if (problem !== undefined) issues.push({ path: `${path}.tiers[${position}]`, reason: problem });
    tiers.set(tier, amount);
  }
  return { minimum, tiers };
}

const NOT_AN_AMOUNT = 'it must be a bigint of minor units, from 0 to 2^63 - 1';

function isThreshold(value: unknown): boolean {
  return typeof value === 'bigint' && value >= 0n && value <= MAX_MINOR;
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
