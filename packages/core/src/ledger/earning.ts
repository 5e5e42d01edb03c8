import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { inRange } from '../money/range.ts';
import type { RoundingMode } from '../money/rounding.ts';

/** What must happen before a held earning becomes available. Both must pass when both are set. */
export interface Hold {
  /** The instant from which the time no longer holds it. */
  readonly until?: Date;
  /**
   * What must have happened, as a name. `verified` is met once the directory says that the participant is verified;
   * any other when a caller says so.
   */
  readonly condition?: string;
}

/** Why an amount was credited. */
export type EarningKind =
  | 'share'
  | 'referral_bonus'
  | 'sale'
  | 'bounty'
  | 'tip'
  | 'commission'
  /** Growth of a clip's views. Credited by its campaign alone. */
  | 'views'
  | 'adjustment'
  | 'other';

/** The kinds of earnings that a caller may credit. */
export const EARNING_KINDS = [
  'share',
  'referral_bonus',
  'sale',
  'bounty',
  'tip',
  'commission',
  'adjustment',
  'other',
] as const satisfies readonly EarningKind[];

/** What an earning was counted in before it was money, and how it became money. All decimals. */
export interface Conversion {
  /** The unit: `tokens`. */
  readonly unit: string;
  readonly quantity: string;
  /** Minor units of the earning's currency for one unit. */
  readonly rate: string;
  readonly rounding: RoundingMode;
}

/** The earning that a bonus hangs on: when that is reversed, so is the bonus, down to the rate of what is left. */
export interface BonusOf {
  readonly earning: string;
  readonly rate: string;
}

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
  /** Whether the hold's condition has been met. Changes, like the parts. */
  readonly fulfilled?: boolean;
  readonly bonusOf?: BonusOf;
  readonly conversion?: Conversion;
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
  if (earning.hold?.condition !== undefined) assertId(earning.hold.condition, 'condition');
  if (earning.bonusOf !== undefined) {
    assertId(earning.bonusOf.earning, 'bonusOf');
    assertId(earning.bonusOf.rate, 'rate');
  }
  if (earning.conversion !== undefined) {
    const { unit, quantity, rate } = earning.conversion;
    for (const text of [unit, quantity, rate]) assertId(text, 'conversion');
  }
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
    left.hold?.condition === right.hold?.condition &&
    left.bonusOf?.earning === right.bonusOf?.earning &&
    left.bonusOf?.rate === right.bonusOf?.rate &&
    left.conversion?.unit === right.conversion?.unit &&
    left.conversion?.quantity === right.conversion?.quantity &&
    left.conversion?.rate === right.conversion?.rate &&
    left.conversion?.rounding === right.conversion?.rounding
  );
}
