import type { Account } from '../ledger/account.ts';
import type { Earning } from '../ledger/earning.ts';
import type { AccountBalance, Transfer, TransferRequest } from '../ledger/transfer.ts';
import type { Period } from '../periods/period.ts';
import type { Referral } from '../referrals/referral.ts';
import type { Interaction, ParticipantCounts } from '../scoring/interaction.ts';
import type { Participant } from './directory.ts';
import type { Notification } from './notifier.ts';

/**
 * Everything durable, behind one port. Its definition is the contract suite in `@payout-engines/core/testing`.
 *
 * - All operations take and give sets, because a million rows go through them. What is given back belongs to the caller.
 * - The input of a whole set is checked first (`INVALID_…`), then its items are decided in their order, and the first
 *   one refused is named. A refused operation leaves nothing behind, and its unit can go on.
 * - Streams give batches of any size, in no promised order. Other operations work while a stream is open, and a stream
 *   may be left before its end.
 * - What is written in one program is never seen by another.
 */
export interface Store {
  /**
   * Runs the work in one transaction of one program: all of it is kept, or, if it throws, nothing.
   *
   * The work may be run again from its start after a conflict with another transaction, so it must have no effects
   * outside the unit. It never waits for the network. Transactions do not nest.
   *
   * @throws {@link PayoutError} with code `STORE_UNAVAILABLE` when the outcome is not known; repeating is safe
   */
  transact<T>(program: string, work: (unit: UnitOfWork) => Promise<T>): Promise<T>;
}

/** One transaction of one program. Not usable after its work has ended. */
export interface UnitOfWork {
  readonly program: string;
  /** The store's clock, which all decisions about time use. */
  now(): Promise<Date>;
  readonly ledger: LedgerRows;
  readonly earnings: EarningRows;
  readonly periods: PeriodRows;
  readonly interactions: InteractionRows;
  readonly participants: ParticipantRows;
  readonly referrals: ReferralRows;
  readonly plans: PlanRows;
  readonly outbox: OutboxRows;
}

/** Transfers and the balances they make. */
export interface LedgerRows {
  /**
   * Posts a batch, all or nothing, as `decidePosting` says: idempotent by id, never below zero, capped where asked.
   * Results come in the order of the requests.
   */
  post(requests: readonly TransferRequest[]): Promise<readonly Transfer[]>;
  /** Balances in the order asked; zero for an account that has never moved. */
  balances(
    accounts: readonly { readonly account: Account; readonly currency: string }[],
  ): Promise<readonly bigint[]>;
  /** Transfers by id, in the order asked. */
  find(ids: readonly string[]): Promise<readonly (Transfer | undefined)[]>;
  /** Every transfer of the program. */
  transfers(): AsyncIterable<readonly Transfer[]>;
  /** Every balance of the program. */
  accounts(): AsyncIterable<readonly AccountBalance[]>;
}

/** Earnings, each with its own parts. */
export interface EarningRows {
  /** Adds earnings; one that is stored already with the same content is left as it is, with other content refused. */
  add(earnings: readonly Earning[]): Promise<void>;
  /** Earnings by id, in the order asked. */
  find(ids: readonly string[]): Promise<readonly (Earning | undefined)[]>;
  /** Every earning of the program. */
  all(): AsyncIterable<readonly Earning[]>;
}

/** How far a period is: taking interactions, being closed by a committed plan, or done. */
export type PeriodState = 'open' | 'closing' | 'closed';

/** A period as it is stored. */
export interface PeriodRecord extends Period {
  readonly state: PeriodState;
}

/** The periods of a program. No two of them overlap. */
export interface PeriodRows {
  /** Opens periods; one that is stored already with the same bounds is left as it is. */
  open(periods: readonly Period[]): Promise<void>;
  find(id: string): Promise<PeriodRecord | undefined>;
  /** The period under the lock that closing and recording interactions take; held until the unit ends. */
  lock(id: string): Promise<PeriodRecord | undefined>;
  setState(id: string, state: PeriodState): Promise<void>;
  /** Every period, by start. */
  all(): Promise<readonly PeriodRecord[]>;
}

/** What recording a batch of interactions did. */
export interface InteractionReceipt {
  /** Newly stored. */
  readonly recorded: number;
  /** Stored before with the same content. */
  readonly duplicates: number;
  /** Of those recorded, how many came after their period was closed and went to the first open one. */
  readonly late: number;
}

/** Interactions, each counted once by its id and a member of exactly one period. */
export interface InteractionRows {
  /**
   * Records a batch, all or nothing. Which period an interaction belongs to is decided here, under the lock that
   * closing takes: the one that contains it, or, if that is closed, the first open one after it.
   *
   * @throws {@link PayoutError} with code `OUTSIDE_EVERY_PERIOD` or `IDEMPOTENCY_CONFLICT`
   */
  record(interactions: readonly Interaction[]): Promise<InteractionReceipt>;
  /** The counts of a period, each participant once. */
  counts(period: string): AsyncIterable<readonly ParticipantCounts[]>;
  /** How many interactions belong to the period. */
  total(period: string): Promise<number>;
}

/** Participants as the default Directory keeps them. */
export interface ParticipantRows {
  /** Stores participants, replacing those that exist. */
  put(participants: readonly Participant[]): Promise<void>;
  /** Participants by id, in the order asked. */
  find(ids: readonly string[]): Promise<readonly (Participant | undefined)[]>;
}

/** Who invited whom. The graph has no cycle. */
export interface ReferralRows {
  /**
   * Adds referrals under the lock of the program's graph; one that is stored already is left as it is.
   *
   * @throws {@link PayoutError} with code `SELF_REFERRAL`, `REFERRER_ALREADY_SET` or `REFERRAL_CYCLE`
   */
  add(referrals: readonly Referral[]): Promise<void>;
  /** The referrals of those who were referred, in the order asked. */
  find(referred: readonly string[]): Promise<readonly (Referral | undefined)[]>;
}

/** The steps that commit takes through a frozen plan, in order. */
export type CommitStep = 'pool' | 'shares' | 'bonuses' | 'notifications' | 'done';

/** A committed plan: frozen before its first effect, and how far its effects are. */
export interface PlanRecord {
  readonly period: string;
  readonly revision: number;
  readonly digest: string;
  /** The canonical header, which the digest covers together with all pages. */
  readonly header: string;
  readonly pages: number;
  readonly step: CommitStep;
  /** The next page of the step. */
  readonly page: number;
}

/** Frozen plans. Their texts never change once stored; only the progress does. */
export interface PlanRows {
  /** Stores a plan and its pages. A period has one plan a revision, ever. */
  freeze(plan: PlanRecord, pages: Iterable<string>): Promise<void>;
  /** The latest plan of the period, under a lock held until the unit ends. */
  lock(period: string): Promise<PlanRecord | undefined>;
  find(period: string): Promise<PlanRecord | undefined>;
  page(period: string, revision: number, page: number): Promise<string>;
  advance(period: string, revision: number, step: CommitStep, page: number): Promise<void>;
}

/** Notifications waiting to be delivered, stored in the transaction of what they tell. */
export interface OutboxRows {
  /** Adds notifications; one whose id is stored already is left as it is, delivered or not. */
  add(notifications: readonly Notification[]): Promise<void>;
  /** Leases up to `limit` undelivered notifications that no one else holds, until `leaseMs` from now. Waits for nobody. */
  lease(limit: number, leaseMs: number): Promise<readonly Notification[]>;
  /** Marks notifications as delivered. */
  delivered(ids: readonly string[]): Promise<void>;
  /** How many are stored, and how many of them are not delivered. */
  counts(): Promise<{ readonly stored: number; readonly undelivered: number }>;
}
