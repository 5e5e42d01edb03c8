import { PayoutError } from '../errors.ts';
import { idProblem } from '../id.ts';
import { assertInstant } from '../instant.ts';

/** How long an earning is held: days, conditions, or both; it is released when all of them are over. */
export interface HoldRule {
  /** Days of 24 hours from the instant it was earned; zero for none. */
  readonly days: number;
  /** Names of what must have happened, such as `views-verified`. Left out, nothing must. */
  readonly conditions?: readonly string[];
}

/** A hundred years. */
const DAYS_MAX = 36_525;
const CONDITIONS_MAX = 100;
const DAY_MS = 86_400_000;

/**
 * Throws unless a hold rule is valid.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, naming everything that is not valid
 */
export function assertHoldRule(rule: HoldRule): void {
  if (typeof rule !== 'object' || rule === null) {
    throw new PayoutError('INVALID_INPUT', {
      issues: [{ path: '', reason: 'it must be an object with days' }],
    });
  }
  const issues: { readonly path: string; readonly reason: string }[] = [];
  const { days, conditions = [] } = rule;
  if (!Number.isInteger(days) || days < 0 || days > DAYS_MAX) {
    issues.push({ path: 'days', reason: `it must be a whole number from 0 to ${DAYS_MAX}` });
  }
  if (!Array.isArray(conditions) || conditions.length > CONDITIONS_MAX) {
    issues.push({ path: 'conditions', reason: `it must be an array of at most ${CONDITIONS_MAX} names` });
  } else {
    for (const [index, condition] of conditions.entries()) {
      const problem = idProblem(condition);
      if (problem !== undefined) issues.push({ path: `conditions[${index}]`, reason: problem });
    }
  }
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
}

/**
 * The instant from which the days of a hold are over. Its conditions, if it has any, may hold it longer.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `INVALID_INSTANT`
 *
 * @example
 * ```ts
 * import { releaseAt } from '@payout-engines/core';
 *
 * releaseAt({ days: 7 }, new Date('2012-12-21T00:00:00Z')).toISOString(); // => '2012-12-28T00:00:00.000Z'
 * ```
 */
export function releaseAt(rule: HoldRule, earnedAt: Date): Date {
  assertHoldRule(rule);
  assertInstant(earnedAt, 'earnedAt');
  const release = new Date(earnedAt.getTime() + rule.days * DAY_MS);
  assertInstant(release, 'the release');
  return release;
}

/**
 * Whether an earning's hold is over at an instant: from {@link releaseAt} on, when every condition is met.
 *
 * @param met the conditions that are met; names that the rule does not have are ignored.
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `INVALID_INSTANT`
 *
 * @example
 * ```ts
 * import { isReleased } from '@payout-engines/core';
 *
 * const rule = { days: 7, conditions: ['views-verified'] };
 * const earnedAt = new Date('2012-12-21T00:00:00Z');
 * isReleased(rule, earnedAt, new Date('2012-12-28T00:00:00Z'), new Set()); // => false
 * ```
 */
export function isReleased(rule: HoldRule, earnedAt: Date, at: Date, met: ReadonlySet<string>): boolean {
  assertInstant(at, 'at');
  if (at.getTime() < releaseAt(rule, earnedAt).getTime()) return false;
  return (rule.conditions ?? []).every((condition) => met.has(condition));
}
