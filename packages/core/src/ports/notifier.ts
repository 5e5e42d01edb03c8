import type { CompletionReason } from '../campaigns/campaign.ts';
import type { PayoutState } from '../payouts/states.ts';

/** Something to tell a participant or the operators. Amounts are decimal strings; bodies hold nothing but what is told. */
export type Notification =
  | ShareNotification
  | BonusNotification
  | PayoutNotification
  | EarningNotification
  | CampaignNotification
  | ClipNotification
  | OperatorNotification;

/** What a participant earned in a period, with the breakdown of the score. */
export interface ShareNotification {
  /** Also the dedupe key: a notifier may see a notification more than once. */
  readonly id: string;
  readonly kind: 'share';
  readonly participant: string;
  readonly period: string;
  readonly currency: string;
  /** Minor units. */
  readonly amount: string;
  readonly state: 'held' | 'available';
  readonly points: string;
  readonly breakdown: readonly { readonly kind: string; readonly counted: number; readonly points: string }[];
}

/** A bonus that a referrer earned from one referred participant. */
export interface BonusNotification {
  readonly id: string;
  readonly kind: 'referral_bonus';
  /** The referrer. */
  readonly participant: string;
  readonly period: string;
  readonly currency: string;
  /** Minor units. */
  readonly amount: string;
  readonly state: 'held' | 'available';
  readonly referred: string;
  readonly level: number;
}

/** What became of a payout. */
export interface PayoutNotification {
  readonly id: string;
  readonly kind: 'payout';
  readonly participant: string;
  readonly payout: string;
  /** The state that the payout is in now. */
  readonly state: PayoutState;
  readonly currency: string;
  /** Minor units: what leaves the balance, the fee, and what is back. */
  readonly amount: string;
  readonly fee: string;
  readonly returned: string;
  /** Why, as a code. */
  readonly reason?: string;
  /** What an operator said. */
  readonly note?: string;
}

/** What became of an earning: credited, released, or reversed in whole or in part. */
export interface EarningNotification {
  readonly id: string;
  readonly kind: 'earning';
  readonly participant: string;
  readonly earning: string;
  readonly event: 'credited' | 'released' | 'reversed' | 'adjusted';
  readonly currency: string;
  /** Minor units. An adjustment that takes something away has a minus. */
  readonly amount: string;
  readonly state: 'held' | 'available';
  readonly reason?: string;
}

/** How much of a campaign's budget is spent, or that it has ended: for whoever pays for it. */
export interface CampaignNotification {
  readonly id: string;
  readonly kind: 'campaign';
  readonly campaign: string;
  /** It is for no participant. */
  readonly participant?: never;
  readonly event: 'alert' | 'completed';
  readonly currency: string;
  /** Minor units: what was deposited less what was refunded, and what of it is spent. */
  readonly budget: string;
  readonly spent: string;
  /** The part of the budget that was reached, of an alert. */
  readonly percent?: number;
  /** Why it has ended. */
  readonly reason?: CompletionReason;
}

/** What became of a clip, for its participant; `held` is for the operators, who have to look at it. */
export interface ClipNotification {
  readonly id: string;
  readonly kind: 'clip';
  readonly participant: string;
  readonly campaign: string;
  readonly clip: string;
  readonly event: 'approved' | 'rejected' | 'disqualified' | 'completed' | 'held';
  readonly currency: string;
  /** Minor units: what it has earned, less what was taken back. */
  readonly amount: string;
  readonly reason?: string;
}

/** What an operator must know, or has done. */
export interface OperatorNotification {
  readonly id: string;
  readonly kind: 'operator';
  /** What it is about, as a code: `needs_review`, `halted`, `duplicate_payment`, `difference`, an action. */
  readonly event: string;
  readonly payout?: string;
  readonly participant?: string;
  /** Who did it. */
  readonly by?: string;
  readonly reason?: string;
  readonly note?: string;
}

/** Delivers notifications, at least once each. Resolves when all of the batch are delivered. */
export interface Notifier {
  deliver(notifications: readonly Notification[]): Promise<void>;
}
