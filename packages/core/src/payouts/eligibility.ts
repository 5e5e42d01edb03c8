import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { PayoutError } from '../errors.ts';
import { inRange } from '../money/range.ts';
import type { CheckedPayoutRules } from './rules.ts';
import { thresholdOf } from './threshold.ts';

/** What decides whether one participant is paid out in one currency. Amounts are minor units of it. */
export interface PayoutCandidate {
  readonly currency: string;
  readonly tier?: string;
  readonly active: boolean;
  readonly verified: boolean;
  /** The id of where the money would go. */
  readonly destination?: string;
  /** The balance that is free to be paid; below zero, it is a debt. */
  readonly available: bigint;
  /** Earnings that are held still; they tell when the threshold will be reached. */
  readonly held?: readonly HeldAmount[];
  /** Holds on the participant as a whole, such as after a change of destination. */
  readonly holds?: readonly PayoutHold[];
  /** The id of a payout that is under way. */
  readonly openPayout?: string;
}

/** A held part of what was earned. */
export interface HeldAmount {
  readonly amount: bigint;
  /** When it becomes available; left out where that depends on a condition. A past instant means that it is due. */
  readonly until?: Date;
}

/** A hold that stops all payouts to a participant. */
export interface PayoutHold {
  /** What it is for, as an id. */
  readonly name: string;
  /** When it ends; left out, it lasts until it is lifted. */
  readonly until?: Date;
}

/** Whether a participant is paid out, how much, and if not, everything that stands in the way. */
export type Eligibility =
  | { readonly kind: 'eligible'; readonly amount: bigint }
  | { readonly kind: 'not-eligible'; readonly reasons: readonly [IneligibleReason, ...IneligibleReason[]] };

/** One thing that stands in the way of a payout. `until` is when it will be out of the way, where that is known. */
export type IneligibleReason =
  | { readonly kind: 'debt'; readonly amount: bigint; readonly until?: Date }
  | { readonly kind: 'below_threshold'; readonly missing: bigint; readonly until?: Date }
  | { readonly kind: 'on_hold'; readonly hold: string; readonly until?: Date }
  | { readonly kind: 'inactive' }
  | { readonly kind: 'not_verified' }
  | { readonly kind: 'no_destination' }
  | { readonly kind: 'payout_open'; readonly payout: string }
  /** Money came back from this version of the destination. */
  | { readonly kind: 'destination_blocked' }
  /** More was asked for than is available. */
  | { readonly kind: 'insufficient_available'; readonly missing: bigint }
  /** The provider cannot pay it: not this currency, or not so little. */
  | { readonly kind: 'not_payable'; readonly provider: string }
  /** The directory does not know the participant. */
  | { readonly kind: 'not_known' }
  /** The rules have no answer for it: the code of the error that a request would get. */
  | { readonly kind: 'outside_rules'; readonly code: string };

/**
 * Whether a participant is paid out at an instant: the whole available balance, when it is at least the threshold and
 * nothing else stands in the way. All reasons are listed, money first.
 *
 * Even under a threshold of zero there must be something to pay.
 *
 * @throws {@link PayoutError} with code `NO_THRESHOLD`, `INVALID_ID`, `INVALID_INSTANT`, `INVALID_AMOUNT`,
 * `AMOUNT_OUT_OF_RANGE` or `INVALID_INPUT`
 *
 * @example
 * ```ts
 * import { checkPayoutRules, eligibility, STRICT_PAYOUT_REQUIREMENTS } from '@payout-engines/core';
 *
 * const rules = checkPayoutRules({
 *   thresholds: { currencies: { USD: { minimum: 5000n } } },
 *   require: STRICT_PAYOUT_REQUIREMENTS,
 * });
 * const alice = { currency: 'USD', active: true, verified: false, destination: 'acct_1', available: 4410n };
 * eligibility(alice, rules, new Date('2026-10-15T00:00:00Z'));
 * // => { kind: 'not-eligible', reasons: [{ kind: 'below_threshold', missing: 590n }, { kind: 'not_verified' }] }
 * ```
 */
export function eligibility(candidate: PayoutCandidate, rules: CheckedPayoutRules, at: Date): Eligibility {
  assertCandidate(candidate);
  assertInstant(at, 'at');
  const [first, ...others] = [
    ...moneyReasons(candidate, rules),
    ...holdReasons(candidate, at),
    ...requirementReasons(candidate, rules),
  ];
  return first === undefined
    ? { kind: 'eligible', amount: candidate.available }
    : { kind: 'not-eligible', reasons: [first, ...others] };
}

function* moneyReasons(
  candidate: PayoutCandidate,
  { thresholds }: CheckedPayoutRules,
): Generator<IneligibleReason> {
  const { available, currency, tier } = candidate;
  if (available < 0n) yield { kind: 'debt', amount: -available, ...reachedAt(candidate, 0n) };
  const declared = thresholdOf(thresholds, currency, tier);
  const threshold = declared > 0n ? declared : 1n;
  if (available < threshold) {
    yield { kind: 'below_threshold', missing: threshold - available, ...reachedAt(candidate, threshold) };
  }
}

function* holdReasons({ holds = [] }: PayoutCandidate, at: Date): Generator<IneligibleReason> {
  for (const { name, until } of holds) {
    if (until === undefined) yield { kind: 'on_hold', hold: name };
    else if (at.getTime() < until.getTime()) yield { kind: 'on_hold', hold: name, until };
  }
}

function* requirementReasons(
  candidate: PayoutCandidate,
  { require }: CheckedPayoutRules,
): Generator<IneligibleReason> {
  const { active, verified, destination, openPayout } = candidate;
  if (require.active && !active) yield { kind: 'inactive' };
  if (require.verified && !verified) yield { kind: 'not_verified' };
  if (require.destination && destination === undefined) yield { kind: 'no_destination' };
  if (require.noOpenPayout && openPayout !== undefined) yield { kind: 'payout_open', payout: openPayout };
}

/** When earnings that are held until a known date will have brought the balance up to a goal. */
function reachedAt({ available, held = [] }: PayoutCandidate, goal: bigint): { readonly until?: Date } {
  const dated = held.flatMap(({ amount, until }) => (until === undefined ? [] : [{ amount, until }]));
  let balance = available;
  for (const { amount, until } of dated.sort((left, right) => left.until.getTime() - right.until.getTime())) {
    balance += amount;
    if (balance >= goal) return { until };
  }
  return {};
}

function assertCandidate({
  currency,
  tier,
  active,
  verified,
  destination,
  available,
  held = [],
  holds = [],
  openPayout,
}: PayoutCandidate): void {
  assertId(currency, 'currency');
  if (tier !== undefined) assertId(tier, 'tier');
  if (destination !== undefined) assertId(destination, 'destination');
  if (openPayout !== undefined) assertId(openPayout, 'openPayout');
  inRange(available);
  assertFlag(active, 'active');
  assertFlag(verified, 'verified');
  for (const { amount, until } of held) {
    if (inRange(amount) < 0n)
      throw new PayoutError('INVALID_AMOUNT', { reason: 'a held amount is zero or more' });
    if (until !== undefined) assertInstant(until, 'until');
  }
  for (const { name, until } of holds) {
    assertId(name, 'hold');
    if (until !== undefined) assertInstant(until, 'until');
  }
}

/** The text "false" is true in an `if`; here it decides who is paid. */
function assertFlag(value: unknown, path: string): void {
  if (typeof value === 'boolean') return;
  throw new PayoutError('INVALID_INPUT', { issues: [{ path, reason: 'it must be true or false' }] });
}
