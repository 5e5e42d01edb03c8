import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { inRange } from '../money/range.ts';

/** What must happen before a held earning becomes available. Both must pass when both are set. */
export interface Hold {
  /** The instant from which the time no longer holds it. */
  readonly until?: Date;
  /** A condition of the participant that must be met. */
  readonly condition?: 'verified';
}

/** Why an amount was credited. */
export type EarningKind = 'share' | 'referral_bonus';

/**
 * An amount credited to a participant. Its credit is the transfer of the same id.
 *
 * `held`, `released` and `reversed` are its own parts in minor units; they change together with transfers, so that the
 * held parts of a participant's earnings add up to the participant's `held` account.
 */
export interface Earning {
  readonly id: string;
  readonly participant: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly kind: EarningKind;
  /** What it was earned for: a period. */
  readonly subject: string;
  readonly held: bigint;
  readonly released: bigint;
  readonly reversed: bigint;
  readonly hold?: Hold;
}

/**
 * Throws `INVALID_ID`, `AMOUNT_OUT_OF_RANGE`, `INVALID_AMOUNT` or `INVALID_INSTANT` unless the earning's parts fit into
 * it and every store can keep it as it is.
 */
export function assertEarning(earning: Earning): void {
  assertId(earning.id, 'earning');
  assertId(earning.participant, 'participant');
  assertId(earning.currency, 'currency');
  assertId(earning.subject, 'subject');
  for (const part of [earning.amount, earning.held, earning.released, earning.reversed]) inRange(part);
  const { amount, held, released, reversed } = earning;
  if (
    amount <= 0n ||
    held < 0n ||
    released < 0n ||
    held + released > amount ||
    reversed < 0n ||
    reversed > amount
  ) {
    throw new PayoutError('INVALID_AMOUNT', { reason: 'the parts of an earning do not fit into it' });
  }
  if (earning.hold?.until !== undefined) assertInstant(earning.hold.until, 'hold');
}

/** Whether two earnings with one id were credited for the same reason. Never compares parts that change. */
export function isSameEarning(left: Earning, right: Earning): boolean {
  return (
    left.participant === right.participant &&
    left.currency === right.currency &&
    left.amount === right.amount &&
    left.kind === right.kind &&
    left.subject === right.subject &&
    left.hold?.until?.getTime() === right.hold?.until?.getTime() &&
    left.hold?.condition === right.hold?.condition
  );
}
