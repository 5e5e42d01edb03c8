import type { Account } from '../ledger/account.ts';
import type { Block, BlockEntry } from '../ledger/block.ts';
import type { Earning } from '../ledger/earning.ts';
import type { AccountBalance, Transfer, TransferRequest } from '../ledger/transfer.ts';
import type { Attempt, Movement, Payout } from '../payouts/payout.ts';
import type { PayoutState } from '../payouts/states.ts';
import type { Outflow } from '../payouts/velocity.ts';
import type { Period } from '../periods/period.ts';
import type { Referral } from '../referrals/referral.ts';
import type { Interaction, ParticipantCounts } from '../scoring/interaction.ts';
import type { CampaignRows, ClipRows, ObservationRows } from './campaign-rows.ts';
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
  /**
   * Runs work that only reads in one transaction that sees the store as it was at one moment, whatever is written
   * meanwhile. A store may be without it; its streams are then read by `transact`, while nothing writes.
   */
  readonly snapshot?: <T>(program: string, work: (unit: UnitOfWork) => Promise<T>) => Promise<T>;
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
  readonly locks: LockRows;
  readonly payouts: PayoutRows;
  readonly attempts: AttemptRows;
  readonly movements: MovementRows;
  readonly batches: BatchRows;
  readonly reversals: ReversalRows;
  readonly events: EventRows;
  readonly controls: ControlRows;
  readonly blocks: BlockRows;
  readonly campaigns: CampaignRows;
  readonly clips: ClipRows;
  readonly observations: ObservationRows;
}

/**
 * Named locks of a program, held until the unit ends. They order what must not happen at once: everything that changes
 * a participant's payouts, or takes from what is available to them, is done under the participant's lock.
 */
export interface LockRows {
  /** Waits for all of the locks, taking them in one order whatever the order asked. Taking a lock again does nothing. */
  take(names: readonly string[]): Promise<void>;
  /** Takes those of the locks that nobody else holds, waiting for none, and says which they are. */
  tryTake(names: readonly string[]): Promise<readonly string[]>;
}

/** Where a page of due payouts goes on: after this time and id. */
export interface DueCursor {
  readonly dueAt: Date;
  readonly id: string;
}

/** Which payouts to list or sum up: those that match all that is given. */
export interface PayoutFilter {
  readonly states?: readonly PayoutState[];
  readonly participant?: string;
  readonly batch?: string;
  readonly currency?: string;
  readonly provider?: string;
}

/** Where a page of a list goes on: before this time and id, as lists begin with the newest. */
export interface ListCursor {
  readonly openedAt: Date;
  readonly id: string;
}

/** All payouts of one state, currency and provider. */
export interface PayoutTotals {
  readonly state: PayoutState;
  readonly currency: string;
  readonly provider: string;
  readonly count: number;
  readonly amount: bigint;
  readonly paid: bigint;
  readonly returned: bigint;
}

/** Payouts. */
export interface PayoutRows {
  /**
   * Adds payouts. An id that is stored is refused with `IDEMPOTENCY_CONFLICT`: who opens a payout looks for it first,
   * under the participant's lock.
   */
  add(payouts: readonly Payout[]): Promise<void>;
  /** Payouts by id, in the order asked. */
  find(ids: readonly string[]): Promise<readonly (Payout | undefined)[]>;
  /**
   * Stores what changes of payouts; what was said when they were opened stays as it is. A fence lower than the stored
   * one is refused with `INVARIANT_BROKEN`.
   *
   * @throws {@link PayoutError} with code `PAYOUT_NOT_FOUND` or `INVARIANT_BROKEN`
   */
  update(payouts: readonly Payout[]): Promise<void>;
  /** Payouts in one of the states that are due at the instant, by time and id, after the cursor. Takes no lock. */
  due(query: {
    readonly states: readonly PayoutState[];
    readonly at: Date;
    readonly after?: DueCursor;
    readonly limit: number;
  }): Promise<readonly Payout[]>;
  /** The participants' payouts that hold reserved money, newest first: by time, then id, both descending. */
  openOf(participants: readonly string[]): Promise<readonly Payout[]>;
  /** A page of payouts, newest first: by time, then id, both descending. */
  list(
    filter: PayoutFilter,
    page: { readonly before?: ListCursor; readonly limit: number },
  ): Promise<readonly Payout[]>;
  /** Totals by state, currency and provider, in that order. */
  summary(filter: PayoutFilter): Promise<readonly PayoutTotals[]>;
  /** Every payout of the program. */
  all(): AsyncIterable<readonly Payout[]>;
}

/** Attempts, by payout and number. */
export interface AttemptRows {
  /**
   * Stores attempts, replacing what changes of those that are stored. Key, request, account, environment and amount of
   * a stored attempt never change: other ones are refused with `INVARIANT_BROKEN`.
   */
  put(attempts: readonly Attempt[]): Promise<void>;
  /** All attempts of the payouts, by payout in the order asked and then by number. */
  of(payouts: readonly string[]): Promise<readonly Attempt[]>;
  /**
   * What may have left since an instant, by participant and currency: the net amounts of attempts that are open or were
   * ended after it, less those that ended without moving anything.
   */
  outflow(since: Date): Promise<readonly Outflow[]>;
  /** Every attempt of the program. */
  all(): AsyncIterable<readonly Attempt[]>;
}

/** What providers have moved, by provider and object. */
export interface MovementRows {
  /** Adds movements. A provider's object that is stored is refused with `IDEMPOTENCY_CONFLICT`. */
  add(movements: readonly Movement[]): Promise<void>;
  /** Stores how much of movements has come back. */
  update(movements: readonly Movement[]): Promise<void>;
  /** A provider's objects, in the order asked. */
  find(provider: string, objects: readonly string[]): Promise<readonly (Movement | undefined)[]>;
  /** All movements of the payouts, by payout in the order asked, then by attempt, provider and object. */
  of(payouts: readonly string[]): Promise<readonly Movement[]>;
  /** Every movement of the program. */
  all(): AsyncIterable<readonly Movement[]>;
}

/** A batch: who was looked at was frozen when it was opened, and is gone through page by page. */
export interface BatchRecord {
  readonly key: string;
  readonly openedAt: Date;
  /** The frozen request, as text. */
  readonly request: string;
  /** How many pages of candidates there are, and the next one to go through. */
  readonly pages: number;
  readonly page: number;
}

/** Batches. */
export interface BatchRows {
  /** Stores a batch and its pages of candidates. A key that is stored is refused with `IDEMPOTENCY_CONFLICT`. */
  freeze(batch: BatchRecord, pages: Iterable<string>): Promise<void>;
  find(key: string): Promise<BatchRecord | undefined>;
  /** The batch under a lock held until the unit ends. */
  lock(key: string): Promise<BatchRecord | undefined>;
  /** The candidates of a page. */
  page(key: string, page: number): Promise<string>;
  /** Stores who was left out of a page, as text, and moves on to the next page. */
  advance(key: string, page: number, leftOut: string): Promise<void>;
  /** Who was left out of a page that was gone through. */
  leftOut(key: string, page: number): Promise<string>;
}

/** A reversal of an earning as it was asked for. It is kept when its earning has not arrived yet, and applied then. */
export interface ReversalRecord {
  readonly key: string;
  readonly earning: string;
  /** Minor units; left out, all that is left of the earning. */
  readonly amount?: bigint;
  readonly reason: string;
  /** What was taken back; nothing while it waits for its earning. */
  readonly applied?: bigint;
}

/** Reversals, by their key. */
export interface ReversalRows {
  /** Stores reversals, replacing what was applied of those that are stored. */
  put(reversals: readonly ReversalRecord[]): Promise<void>;
  find(keys: readonly string[]): Promise<readonly (ReversalRecord | undefined)[]>;
  /** Those that wait for one of the earnings, by key. */
  waiting(earnings: readonly string[]): Promise<readonly ReversalRecord[]>;
}

/** Events of providers that had their effect. */
export interface EventRows {
  /** Stores ids of a provider's events, and says of each, in the order given, whether it is new. */
  add(
    provider: string,
    events: readonly { readonly id: string; readonly type: string }[],
  ): Promise<readonly boolean[]>;
}

/** A stop of new sends. */
export interface Halt {
  /** Whose sends: everything that is left out matches all. */
  readonly provider?: string;
  readonly account?: string;
  readonly currency?: string;
  /** Why, as a code. */
  readonly reason: string;
  readonly at: Date;
  /** When it ends by itself; left out, an operator ends it. */
  readonly until?: Date;
}

/** What operators and broken promises have stopped, and the store's epoch. */
export interface Controls {
  /** Raised by an operator after the store was restored or failed over: what it says may be older than what happened. */
  readonly epoch: number;
  readonly halts: readonly Halt[];
  /** When the epoch was last raised, and since when the store may have forgotten what happened. */
  readonly restored?: { readonly at: Date; readonly since: Date };
}

/** The controls of the program: epoch 0 and no halts until some are stored. */
export interface ControlRows {
  read(): Promise<Controls>;
  /** The controls under a lock held until the unit ends. */
  lock(): Promise<Controls>;
  put(controls: Controls): Promise<void>;
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

/** A place in a block, and what is stored now under the id of the transfer that was sealed there. */
export interface SealedTransfer extends BlockEntry {
  /** The number of the block. */
  readonly block: number;
  /** Left out where nothing is stored, or nothing that a ledger could have written. */
  readonly stored?: Transfer;
}

/** Blocks of sealed transfers. They are added and never change, and a transfer is in one of them at most. */
export interface BlockRows {
  /** The last block. Who adds the next one takes a lock first and reads this second. */
  last(): Promise<Block | undefined>;
  /**
   * Transfers that are in no block, by id in the store's order, after an id. Waits for nobody: what another transaction
   * commits later is told to whoever asks later.
   */
  unsealed(query: { readonly after?: string; readonly limit: number }): Promise<readonly Transfer[]>;
  /**
   * Adds a block and its entries, in their order.
   *
   * @throws {@link PayoutError} with code `IDEMPOTENCY_CONFLICT` when a block has the number, or the transfer of an
   * entry, already
   */
  add(block: Block, entries: readonly BlockEntry[]): Promise<void>;
  /** Every block of the program, by number. */
  all(): AsyncIterable<readonly Block[]>;
  /** Every entry of every block, by number of the block and in the order given. */
  entries(): AsyncIterable<readonly SealedTransfer[]>;
}

/** Earnings, each with its own parts. */
export interface EarningRows {
  /** Adds earnings; one that is stored already with the same content is left as it is, with other content refused. */
  add(earnings: readonly Earning[]): Promise<void>;
  /** Earnings by id, in the order asked. */
  find(ids: readonly string[]): Promise<readonly (Earning | undefined)[]>;
  /** Every earning of the program. */
  all(): AsyncIterable<readonly Earning[]>;
  /** Stores `held`, `released`, `reversed` and `fulfilled` of earnings; the rest of them stays as it is. */
  update(earnings: readonly Earning[]): Promise<void>;
  /**
   * Earnings with a held part whose time is over at the instant: by the time (none first) and id, after the cursor. Among
   * them are those that wait for a condition.
   */
  due(query: {
    readonly at: Date;
    readonly after?: { readonly until?: Date; readonly id: string };
    readonly limit: number;
  }): Promise<readonly Earning[]>;
  /** Earnings of the participants that have a held part, by id. */
  heldOf(participants: readonly string[]): Promise<readonly Earning[]>;
  /** The bonuses that hang on the earnings, by id. */
  bonusesOf(earnings: readonly string[]): Promise<readonly Earning[]>;
  /** What a participant has earned in all, by currency: amounts, and what was reversed of them. */
  totalsOf(
    participant: string,
  ): Promise<readonly { readonly currency: string; readonly amount: bigint; readonly reversed: bigint }[]>;
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
  /**
   * Stores participants, replacing those that exist. A destination whose id, version or provider is not that of the
   * participant's last one gets the store's time as its `since`, whatever was given; the first one gets none, and one
   * that stays the same keeps its own.
   */
  put(participants: readonly Participant[]): Promise<void>;
  /** Participants by id, in the order asked. */
  find(ids: readonly string[]): Promise<readonly (Participant | undefined)[]>;
  /** Blocks versions of destinations: money came back from there. Blocking one again does nothing. */
  block(destinations: readonly BlockedDestination[]): Promise<void>;
  /** Which of the destinations are blocked, in the order asked. */
  areBlocked(destinations: readonly BlockedDestination[]): Promise<readonly boolean[]>;
}

/** A version of a destination at a provider. */
export interface BlockedDestination {
  readonly provider: string;
  readonly id: string;
  readonly version: number;
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
