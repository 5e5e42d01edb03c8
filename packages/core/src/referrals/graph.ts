import { assertInvariant, PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import type { Referral, ReferralGraph } from './referral.ts';

/** The referral that brought a participant, if there is one. */
export type ReferralLookup = (participant: string) => Referral | undefined;

/**
 * Builds the graph of all referrals, in time linear in their number and without recursion, however deep they go.
 *
 * A referral that comes again with the same content is ignored.
 *
 * @throws {@link PayoutError} with code `SELF_REFERRAL`, `REFERRER_ALREADY_SET`, `REFERRAL_CYCLE`,
 * `IDEMPOTENCY_CONFLICT` (the same two participants with another `since`), `INVALID_ID` or `INVALID_INSTANT`
 *
 * @example
 * ```ts
 * import { buildReferralGraph } from '@payout-engines/core';
 *
 * const since = new Date('2026-01-31T00:00:00Z');
 * const graph = buildReferralGraph([{ referrer: 'alice', referred: 'bob', since }]);
 * graph.byReferred.get('bob')?.referrer; // => 'alice'
 * ```
 */
export function buildReferralGraph(referrals: Iterable<Referral>): ReferralGraph {
  const byReferred = new Map<string, Referral>();
  for (const referral of referrals) {
    if (isNew(referral, byReferred.get(referral.referred)))
      byReferred.set(referral.referred, copyOf(referral));
  }
  assertAcyclic(byReferred);
  return { byReferred };
}

/**
 * Checks one more referral against those that exist: for a store, under the lock that adding takes.
 *
 * The walk goes up from the referrer, one lookup for each referrer above.
 *
 * @returns whether the referral is new; `false` when exactly this one exists already.
 * @throws {@link PayoutError} as {@link buildReferralGraph} does
 *
 * @example
 * ```ts
 * import { buildReferralGraph, isNewReferral } from '@payout-engines/core';
 *
 * const since = new Date('2026-01-31T00:00:00Z');
 * const { byReferred } = buildReferralGraph([{ referrer: 'alice', referred: 'bob', since }]);
 * isNewReferral({ referrer: 'bob', referred: 'carol', since }, (id) => byReferred.get(id)); // => true
 * ```
 */
export function isNewReferral(referral: Referral, lookup: ReferralLookup): boolean {
  if (!isNew(referral, lookup(referral.referred))) return false;
  const { referrer, referred } = referral;
  const walked = new Set<string>();
  for (let above: string | undefined = referrer; above !== undefined; above = lookup(above)?.referrer) {
    if (above === referred) throw cycleError([...walked, referred]);
    // A stored cycle would keep the walk, and the lock around it, for ever.
    assertInvariant(!walked.has(above), 'I27: the stored referrals have no cycle');
    walked.add(above);
  }
  return true;
}

/** Checks a referral by itself and against the one that brought the same participant. */
function isNew(referral: Referral, existing: Referral | undefined): boolean {
  const { referrer, referred, since } = referral;
  assertId(referrer, 'referrer');
  assertId(referred, 'referred');
  assertInstant(since, 'since');
  if (referrer === referred) throw new PayoutError('SELF_REFERRAL', { participant: referred });
  if (existing === undefined) return true;
  if (existing.referrer !== referrer)
    throw new PayoutError('REFERRER_ALREADY_SET', { participant: referred });
  if (existing.since.getTime() !== since.getTime()) {
    throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'referral', id: referred });
  }
  return false;
}

/** A source may fill one object again and again. */
function copyOf({ referrer, referred, since }: Referral): Referral {
  return { referrer, referred, since: new Date(since) };
}

/** Each participant is walked over once: a walk stops where an earlier one passed, and a cycle is a walk into itself. */
function assertAcyclic(byReferred: ReadonlyMap<string, Referral>): void {
  const walkOf = new Map<string, number>();
  let walk = 0;
  for (const start of byReferred.keys()) {
    walk += 1;
    let at: string | undefined = start;
    while (at !== undefined && !walkOf.has(at)) {
      walkOf.set(at, walk);
      at = byReferred.get(at)?.referrer;
    }
    if (at !== undefined && walkOf.get(at) === walk) throw cycleError(cycleThrough(at, byReferred));
  }
}

/** From a participant of a cycle up through their referrers, back to before them. */
function cycleThrough(start: string, byReferred: ReadonlyMap<string, Referral>): readonly string[] {
  const upwards = [start];
  let at = byReferred.get(start)?.referrer;
  while (at !== undefined && at !== start) {
    upwards.push(at);
    at = byReferred.get(at)?.referrer;
  }
  return upwards;
}

/** Names the participants from referrer to referred, the lowest id first, so that a cycle has one spelling. */
function cycleError(upwards: readonly string[]): PayoutError {
  const participants = upwards.toReversed();
  let lowest = 0;
  for (const [index, participant] of participants.entries()) {
    if (participant < (participants[lowest] ?? '')) lowest = index;
  }
  return new PayoutError('REFERRAL_CYCLE', {
    participants: [...participants.slice(lowest), ...participants.slice(0, lowest)],
  });
}
