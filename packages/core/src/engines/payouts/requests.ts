import type { EarningKind } from '../../ledger/earning.ts';
import type { DecimalInput } from '../../money/decimal.ts';
import type { RoundingMode } from '../../money/rounding.ts';
import type { HoldRule } from '../../payouts/hold.ts';
import type { PayoutFilter } from '../../ports/store.ts';
import type { RunOptions } from '../run-options.ts';

/** What callers ask of the payout engine. Amounts are bigint minor units of their currency. */

/** One amount to credit: in money, or in another unit with the rate that turns it into money. */
export interface CreditRequest {
  /** The cause: the same key with the same content is the same earning, ever. */
  readonly key: string;
  readonly participant: string;
  readonly currency: string;
  readonly amount: bigint | ConvertedAmount;
  readonly kind: EarningKind;
  /** What it was earned for, as an id: an order, a clip. */
  readonly subject: string;
  /** When it was earned: what the hold's days count from. Needed with a hold of days. */
  readonly earnedAt?: Date;
  /** At most one condition. Left out, it is available at once. */
  readonly hold?: HoldRule;
  /** The earning, by its id, that this one is a bonus on, and the rate of it. */
  readonly bonusOf?: { readonly earning: string; readonly rate: DecimalInput };
}

/** An amount that was counted in another unit. */
export interface ConvertedAmount {
  readonly unit: string;
  readonly quantity: DecimalInput;
  /** Minor units of the currency for one unit. */
  readonly rate: DecimalInput;
  readonly rounding: RoundingMode;
}

/** Takes back all or part of an earning. */
export interface ReverseRequest {
  readonly program: string;
  /** The cause: a refund, a dispute. */
  readonly key: string;
  /** The id of the earning; it may arrive later. */
  readonly earning: string;
  /** Left out, all that is left of it. */
  readonly amount?: bigint;
  /** Why, as an id. */
  readonly reason: string;
}

/** Gives or takes an amount by an operator's decision. */
export interface AdjustRequest {
  readonly program: string;
  readonly key: string;
  readonly participant: string;
  readonly currency: string;
  /** Below zero, it is taken from what is available, never below zero. */
  readonly amount: bigint;
  /** Why, as an id. */
  readonly reason: string;
  readonly by: string;
}

/** Asks for a payout. */
export interface PayoutRequest {
  readonly program: string;
  /** The same key gives the same payout, ever. */
  readonly key: string;
  readonly participant: string;
  readonly currency: string;
  /** Gross. Left out, all that is available and payable. */
  readonly amount?: bigint;
  /** Who asks. @defaultValue the participant */
  readonly by?: string;
}

/** A step of one payout, by somebody. */
export interface PayoutAction {
  readonly program: string;
  readonly payout: string;
  readonly by: string;
}

/** Agrees to a payout. */
export interface ApproveAction extends PayoutAction {
  /**
   * What the approver has looked at: the digest that `explain` gave then. Left out, whatever it is now; needed once the
   * destination has changed.
   */
  readonly digest?: string;
}

/** Says that an operator has paid a payout by hand, or what paid it. */
export interface ManualCompletion extends PayoutAction {
  /** The transaction's id: no other payout has it. */
  readonly transaction: string;
  /** What really moved, where it is not what was to be paid: the difference is booked. */
  readonly amount?: bigint;
}

/** Opens a payout for everybody who is eligible. */
export interface BatchRequest {
  readonly program: string;
  readonly key: string;
  /** Left out, all currencies. */
  readonly currency?: string;
}

/** How a run of `process` goes about it. */
export interface ProcessOptions extends RunOptions {
  readonly program: string;
  /** At most so many payouts. @defaultValue no limit */
  readonly limit?: number;
  /** How many are claimed together. @defaultValue `25` */
  readonly chunk?: number;
  /** How many are under way at once. @defaultValue `5` */
  readonly concurrency?: number;
}

/** A page of payouts. */
export interface ListRequest extends PayoutFilter {
  readonly program: string;
  /** What the page before this one gave. */
  readonly cursor?: string;
  /** @defaultValue `50` */
  readonly limit?: number;
}

/** Stops new sends, or ends a stop. What is left out matches all. */
export interface StopRequest {
  readonly program: string;
  readonly provider?: string;
  readonly account?: string;
  readonly currency?: string;
  readonly reason: string;
  readonly by: string;
}

/** Says that the store was restored or failed over. */
export interface EpochRequest {
  readonly program: string;
  readonly by: string;
  readonly reason: string;
  /**
   * Since when it may have forgotten what happened: the time of the backup, or of the last commit that surely arrived.
   * Left out, ever since.
   */
  readonly since?: Date;
}
