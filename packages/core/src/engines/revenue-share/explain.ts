import { formatDecimal } from '../../money/decimal.ts';
import type { Store } from '../../ports/store.ts';
import { breakdown, type KindScore } from '../../scoring/breakdown.ts';
import { compileScoring } from '../../scoring/rules.ts';
import { findLine } from './find-line.ts';
import { ownShare } from './commit-steps.ts';
import type { LineState, PlanBonus, PlanHeader } from './plan-text.ts';
import type { PeriodRequest } from './ports.ts';

/**
 * Why a participant got this amount in a period, down to the facts. Everything in it can be computed again by someone
 * who does not trust us: points from the counts and weights, the share from the points and the pool, the pool from the
 * revenue and the rates. Amounts are decimal strings of minor units.
 */
export interface ShareExplanation {
  readonly participant: string;
  readonly period: string;
  readonly currency: string;
  /** What was credited: the share less what bonuses funded by the pool took out of it. */
  readonly amount: string;
  readonly state: LineState;
  readonly share: {
    readonly amount: string;
    readonly points: string;
    readonly ofPoints: string;
    readonly pool: string;
    readonly method: 'largest remainder';
    readonly ties: 'code-unit' | 'numeric';
  };
  readonly points: readonly KindScore[];
  readonly pool: PlanHeader['revenue'];
  readonly rates: PlanHeader['rules']['revenue'];
  /** Bonuses that this share gave to referrers. */
  readonly bonuses: readonly PlanBonus[];
  readonly bonusesFundedBy: 'platform' | 'pool' | null;
  readonly heldUntil: string | null;
  readonly digest: string;
}

/** Explains a participant's share of a committed period; `undefined` for one without interactions in it. */
export async function explainShare(
  store: Store,
  request: PeriodRequest,
  participant: string,
): Promise<ShareExplanation | undefined> {
  const { header, digest, line } = await findLine(store, request, participant);
  if (line === undefined) return undefined;
  return {
    participant,
    period: header.period.id,
    currency: header.rules.currency.code,
    amount: ownShare(header, line).toString(),
    state: line.state,
    share: {
      amount: line.share.toString(),
      points: formatDecimal({ coefficient: line.points, scale: header.scale }),
      ofPoints: header.points,
      pool: header.pool,
      method: 'largest remainder',
      ties: header.rules.idOrder,
    },
    points: breakdown(compileScoring(header.rules.scoring), line),
    pool: header.revenue,
    rates: header.rules.revenue,
    bonuses: line.bonuses,
    bonusesFundedBy: header.rules.referrals?.fundedBy ?? null,
    heldUntil: header.heldUntil,
    digest,
  };
}

/** Why a participant cannot use anything from a period, or not yet. */
export type WhyNotReason =
  | { readonly reason: 'no_interactions' }
  | { readonly reason: 'not_known'; readonly next: 'store the participant in the directory' }
  | {
      readonly reason: 'inactive';
      readonly next: 'activate the participant before the next period is planned';
    }
  | { readonly reason: 'no_points' }
  | { readonly reason: 'share_below_one_unit'; readonly points: string; readonly ofPoints: string }
  | { readonly reason: 'on_hold'; readonly until: string }
  | { readonly reason: 'not_verified'; readonly next: 'verify the participant' };

/** All reasons why nothing of a committed period is available to a participant; none when something is. */
export async function whyNotShare(
  store: Store,
  request: PeriodRequest,
  participant: string,
): Promise<readonly WhyNotReason[]> {
  const { header, line } = await findLine(store, request, participant);
  if (line === undefined) return [{ reason: 'no_interactions' }];
  if (line.state === 'unknown') {
    return [{ reason: 'not_known', next: 'store the participant in the directory' }];
  }
  if (line.state === 'inactive') {
    return [{ reason: 'inactive', next: 'activate the participant before the next period is planned' }];
  }
  if (line.points === 0n) return [{ reason: 'no_points' }];
  if (line.share === 0n) {
    const points = formatDecimal({ coefficient: line.points, scale: header.scale });
    return [{ reason: 'share_below_one_unit', points, ofPoints: header.points }];
  }
  const reasons: WhyNotReason[] = [];
  if (header.heldUntil !== null) reasons.push({ reason: 'on_hold', until: header.heldUntil });
  if (line.state === 'held_until_verified')
    reasons.push({ reason: 'not_verified', next: 'verify the participant' });
  return reasons;
}
