import type { Account } from '../../ledger/account.ts';
import type { Earning } from '../../ledger/earning.ts';
import type { TransferRequest } from '../../ledger/transfer.ts';
import type { Attempt, Movement, Payout } from '../../payouts/payout.ts';
import type { PayoutState } from '../../payouts/states.ts';
import type { Period } from '../../periods/period.ts';
import type { Participant } from '../../ports/directory.ts';
import type { Notification } from '../../ports/notifier.ts';
import type {
  BatchRecord,
  BlockedDestination,
  CommitStep,
  Controls,
  DueCursor,
  ListCursor,
  PayoutFilter,
  PeriodState,
  PlanRecord,
  ReversalRecord,
} from '../../ports/store.ts';
import type { Referral } from '../../referrals/referral.ts';
import type { Interaction } from '../../scoring/interaction.ts';
import type { StateIds } from '../store/state.ts';

/** One call of one operation of the port, as data. */
export type StoreOperation =
  | { readonly kind: 'post'; readonly requests: readonly TransferRequest[] }
  | {
      readonly kind: 'read balances';
      readonly accounts: readonly { readonly account: Account; readonly currency: string }[];
    }
  | { readonly kind: 'find transfers'; readonly ids: readonly string[] }
  | { readonly kind: 'add earnings'; readonly earnings: readonly Earning[] }
  | { readonly kind: 'find earnings'; readonly ids: readonly string[] }
  | { readonly kind: 'open periods'; readonly periods: readonly Period[] }
  | { readonly kind: 'find period'; readonly id: string }
  | { readonly kind: 'lock period'; readonly id: string }
  | { readonly kind: 'set state'; readonly id: string; readonly state: PeriodState }
  | { readonly kind: 'record'; readonly interactions: readonly Interaction[] }
  | { readonly kind: 'count'; readonly period: string }
  | { readonly kind: 'put participants'; readonly participants: readonly Participant[] }
  | { readonly kind: 'find participants'; readonly ids: readonly string[] }
  | { readonly kind: 'add referrals'; readonly referrals: readonly Referral[] }
  | { readonly kind: 'find referrals'; readonly referred: readonly string[] }
  | { readonly kind: 'freeze'; readonly plan: PlanRecord; readonly pages: readonly string[] }
  | {
      readonly kind: 'advance';
      readonly period: string;
      readonly revision: number;
      readonly step: CommitStep;
      readonly page: number;
    }
  | {
      readonly kind: 'read page';
      readonly period: string;
      readonly revision: number;
      readonly page: number;
    }
  | { readonly kind: 'find plan'; readonly period: string }
  | { readonly kind: 'lock plan'; readonly period: string }
  | { readonly kind: 'notify'; readonly notifications: readonly Notification[] }
  /** Leases once for no time, or again and again for an hour until nothing is left: the order is the store's. */
  | { readonly kind: 'lease'; readonly limit: number; readonly drain: boolean }
  | { readonly kind: 'deliver'; readonly ids: readonly string[] }
  | { readonly kind: 'change earnings'; readonly earnings: readonly Earning[] }
  | {
      readonly kind: 'due earnings';
      readonly at: Date;
      readonly after?: { readonly until?: Date; readonly id: string };
      readonly limit: number;
    }
  | { readonly kind: 'held earnings'; readonly participants: readonly string[] }
  | { readonly kind: 'bonuses'; readonly earnings: readonly string[] }
  | { readonly kind: 'open payouts'; readonly payouts: readonly Payout[] }
  | { readonly kind: 'change payouts'; readonly payouts: readonly Payout[] }
  | { readonly kind: 'find payouts'; readonly ids: readonly string[] }
  | {
      readonly kind: 'due payouts';
      readonly states: readonly PayoutState[];
      readonly at: Date;
      readonly after?: DueCursor;
      readonly limit: number;
    }
  | { readonly kind: 'payouts of'; readonly participants: readonly string[] }
  | {
      readonly kind: 'list payouts';
      readonly filter: PayoutFilter;
      readonly before?: ListCursor;
      readonly limit: number;
    }
  /** Leaves out those whose payout is not stored: what a store does with them is its own. */
  | { readonly kind: 'put attempts'; readonly attempts: readonly Attempt[] }
  | { readonly kind: 'find attempts'; readonly payouts: readonly string[]; readonly since: Date }
  /** Leaves out those whose payout is not stored. */
  | { readonly kind: 'add movements'; readonly movements: readonly Movement[] }
  | { readonly kind: 'change movements'; readonly movements: readonly Movement[] }
  | { readonly kind: 'find movements'; readonly payouts: readonly string[] }
  | { readonly kind: 'freeze batch'; readonly batch: BatchRecord; readonly pages: readonly string[] }
  | { readonly kind: 'advance batch'; readonly key: string; readonly page: number; readonly leftOut: string }
  | { readonly kind: 'find batch'; readonly key: string }
  | { readonly kind: 'put reversals'; readonly reversals: readonly ReversalRecord[] }
  | { readonly kind: 'waiting reversals'; readonly earnings: readonly string[] }
  | { readonly kind: 'add events'; readonly provider: string; readonly ids: readonly string[] }
  | { readonly kind: 'put controls'; readonly controls: Controls }
  | { readonly kind: 'block'; readonly destinations: readonly BlockedDestination[] }
  | { readonly kind: 'take locks'; readonly names: readonly string[] }
  | { readonly kind: 'read state'; readonly ids: StateIds };

/** One transaction: an operation, or several in one, which is thrown away at its end if `fails`. */
export type StoreCommand =
  | StoreOperation
  | { readonly kind: 'transaction'; readonly operations: readonly StoreOperation[]; readonly fails: boolean };
