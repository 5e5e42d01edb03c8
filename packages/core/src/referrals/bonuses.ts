import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { inRange } from '../money/range.ts';
import { applyRate } from '../money/rate.ts';
import type { ReferralGraph } from './referral.ts';
import { checkReferralRules, type ReferralRules } from './rules.ts';
import { isReferralRunning } from './running.ts';

/** What one participant earned, in minor units. */
export interface ParticipantEarning {
  readonly participant: string;
  readonly amount: bigint;
}

/** What a referrer gets because a participant they brought, at some level, earned. */
export interface ReferralBonus {
  readonly referrer: string;
  readonly referred: string;
  /** 1 for the direct referrer, 2 for that one's referrer, and so on. */
  readonly level: number;
  /** Minor units, above zero. */
  readonly amount: bigint;
}

/**
 * The bonuses on what participants earned: for each level, its rate of the earning, rounded down.
 *
 * A chain of referrers ends at the first referral that does not run at `at`. A cap per referrer is used up in
 * code-unit order of the referred ids, so that the result, sorted by referred id and level, does not depend on the
 * order of the earnings. Bonuses of zero are left out. Bonuses borne by the pool are at most what was earned.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` (rules), `DUPLICATE_PARTICIPANT`, `INVALID_AMOUNT`,
 * `AMOUNT_OUT_OF_RANGE`, `INVALID_ID` or `INVALID_INSTANT`
 *
 * @example
 * ```ts
 * import { buildReferralGraph, DEFAULT_REFERRAL_RULES, referralBonuses } from '@payout-engines/core';
 *
 * const since = new Date('2026-01-31T00:00:00Z');
 * const graph = buildReferralGraph([{ referrer: 'alice', referred: 'bob', since }]);
 * const earnings = [{ participant: 'bob', amount: 6_560_000_000n }];
 * referralBonuses(earnings, graph, DEFAULT_REFERRAL_RULES, new Date('2026-10-01T00:00:00Z'));
 * // => [{ referrer: 'alice', referred: 'bob', level: 1, amount: 328000000n }]
 * ```
 */
export function referralBonuses(
  earnings: Iterable<ParticipantEarning>,
  graph: ReferralGraph,
  rules: ReferralRules,
  at: Date,
): readonly ReferralBonus[] {
  const { rates, capPerReferrer, months } = checkReferralRules(rules);
  assertInstant(at, 'at');
  const granted = new Map<string, bigint>();
  const bonuses: ReferralBonus[] = [];
  for (const { participant: referred, amount: earned } of referredEarnings(earnings, graph)) {
    let below = referred;
    for (const [index, rate] of rates.entries()) {
      const referral = graph.byReferred.get(below);
      if (referral === undefined || !isReferralRunning(referral, months, at)) break;
      const { referrer } = referral;
      const before = granted.get(referrer) ?? 0n;
      const amount = atMost(applyRate(earned, rate, 'floor'), capPerReferrer, before);
      if (amount > 0n) {
        if (capPerReferrer !== undefined) granted.set(referrer, before + amount);
        bonuses.push({ referrer, referred, level: index + 1, amount });
      }
      below = referrer;
    }
  }
  return bonuses;
}

/** The checked earnings of participants who have a referrer, in code-unit order of their ids. */
function referredEarnings(
  earnings: Iterable<ParticipantEarning>,
  graph: ReferralGraph,
): readonly ParticipantEarning[] {
  const seen = new Set<string>();
  const referred: ParticipantEarning[] = [];
  for (const { participant, amount } of earnings) {
    assertId(participant, 'participant');
    if (inRange(amount) < 0n)
      throw new PayoutError('INVALID_AMOUNT', { reason: 'an earning is zero or more' });
    // A bonus is rounded once for all that was earned; twice in two parts it could be a unit less.
    if (seen.has(participant)) throw new PayoutError('DUPLICATE_PARTICIPANT', { participant });
    seen.add(participant);
    if (graph.byReferred.has(participant)) referred.push({ participant, amount });
  }
  return referred.sort((left, right) => (left.participant < right.participant ? -1 : 1));
}

function atMost(amount: bigint, cap: bigint | undefined, before: bigint): bigint {
  if (cap === undefined || amount <= cap - before) return amount;
  return cap - before;
}
