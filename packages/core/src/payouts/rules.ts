import { PayoutError } from '../errors.ts';
import { readThresholds, type RuleIssue, type ThresholdRules, type Thresholds } from './threshold.ts';

/** Who is paid out. */
export interface PayoutRules {
  readonly thresholds: ThresholdRules;
  readonly require: PayoutRequirements;
}

/** What a participant needs besides enough money. Each is chosen; none is assumed. */
export interface PayoutRequirements {
  /** Taking part in the program. */
  readonly active: boolean;
  /** A verified identity. */
  readonly verified: boolean;
  /** A destination; a program whose operators pay by hand may do without. */
  readonly destination: boolean;
  /** No other payout under way. */
  readonly noOpenPayout: boolean;
}

/** Active, verified, with a destination, one payout at a time. */
export const STRICT_PAYOUT_REQUIREMENTS = {
  active: true,
  verified: true,
  destination: true,
  noOpenPayout: true,
} as const satisfies PayoutRequirements;

/** Payout rules that were checked: what {@link eligibility} works with. */
export interface CheckedPayoutRules {
  readonly thresholds: Thresholds;
  readonly require: PayoutRequirements;
}

const REQUIREMENTS = [
  'active',
  'verified',
  'destination',
  'noOpenPayout',
] as const satisfies readonly (keyof PayoutRequirements)[];

/**
 * Checks payout rules once, for any number of participants.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, naming every rule that is not valid
 */
export function checkPayoutRules(rules: PayoutRules): CheckedPayoutRules {
  if (typeof rules !== 'object' || rules === null) {
    throw new PayoutError('INVALID_INPUT', { issues: [{ path: '', reason: 'it must be an object' }] });
  }
  const issues: RuleIssue[] = [];
  const thresholds = readThresholds(rules.thresholds, 'thresholds.', issues);
  const require = readRequirements(rules.require, issues);
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  return { thresholds, require };
}

function readRequirements(require: PayoutRequirements, issues: RuleIssue[]): PayoutRequirements {
  if (typeof require !== 'object' || require === null) {
    issues.push({ path: 'require', reason: 'it must be an object' });
    return STRICT_PAYOUT_REQUIREMENTS;
  }
  for (const requirement of REQUIREMENTS) {
    if (typeof require[requirement] !== 'boolean') {
      issues.push({ path: `require.${requirement}`, reason: 'it must be true or false' });
    }
  }
  const { active, verified, destination, noOpenPayout } = require;
  return { active, verified, destination, noOpenPayout };
}
