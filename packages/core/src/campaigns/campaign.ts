import type { Platform } from './platform.ts';
import type { CampaignState } from './campaign-states.ts';
import type { DailySpend } from './spending.ts';
import type { TrackingPolicy } from './tracking.ts';

/** Why a campaign ended: its budget was spent, its end date passed, nothing grew for too long, or an operator said so. */
export type CompletionReason = 'spent' | 'ended' | 'idle' | 'operator';

/** What happens to a clip on which nobody has decided in time. */
export interface ApprovalWindow {
  /** Hours from its submission. */
  readonly hours: number;
  readonly outcome: 'approve' | 'reject';
}

/** How long what is earned in a campaign is held; it is released when both are over. */
export interface CampaignHold {
  /** Whether until the campaign completes. */
  readonly completion: boolean;
  /** Days of 24 hours from when it was earned; zero for none. */
  readonly days: number;
}

/** What becomes of views that the budget no longer covers. */
export type WhenSpent =
  /** The campaign completes with the last unit of its budget. */
  | 'complete'
  /** It waits for a deposit; views that were counted meanwhile are never paid. */
  | 'forfeit'
  /** It waits for a deposit, which pays for them. */
  | 'owe';

/** What a campaign promises. Frozen when it is created; only its rate can change, for new views. */
export interface CampaignTerms {
  readonly currency: string;
  /** What a clip must gain before anything is paid for it; then all of its views are. */
  readonly minimumViews: bigint;
  /** The most that one clip earns, in minor units. */
  readonly clipCap?: bigint;
  /** The most that one participant earns with all clips of the campaign. */
  readonly participantCap?: bigint;
  readonly platforms: readonly Platform[];
  readonly startsAt?: Date;
  readonly endsAt?: Date;
  /** Days without any growth after which it ends. Every campaign has this or an end date. */
  readonly idleDays?: number;
  readonly hold: CampaignHold;
  readonly approval?: ApprovalWindow;
  readonly whenSpent: WhenSpent;
  /** Faster growth than this is held for a person to look at. */
  readonly viewsPerHour?: bigint;
  readonly tracking: TrackingPolicy;
}

/** A rate, and from when on it is that of new views. */
export interface CampaignRate {
  /** Minor units for 1,000 views, as a decimal. */
  readonly perThousand: string;
  /** Readings taken from then on are priced with it. */
  readonly from: Date;
  readonly by: string;
}

/** A campaign as it is stored. Its budget is `deposited − refunded`, and that is `spent` plus what is left, always. */
export interface Campaign {
  readonly id: string;
  readonly terms: CampaignTerms;
  readonly createdAt: Date;

  readonly state: CampaignState;
  /** In the order of their instants: the first is the one it began with. */
  readonly rates: readonly CampaignRate[];
  readonly deposited: bigint;
  readonly refunded: bigint;
  /** What its clips have earned, less what was taken back from them. */
  readonly spent: bigint;
  /** What was spent on each of the last days that something was spent on, oldest first. */
  readonly recent: readonly DailySpend[];
  /** When a view was last gained; until then, when it was created. */
  readonly activeAt: Date;
  /** When somebody must look at it: it may have ended, or its clips are still to be settled. */
  readonly dueAt: Date;
  readonly completedAt?: Date;
  readonly reason?: CompletionReason;
}

/** What the budget of a campaign has left. */
export function budgetLeft({ deposited, refunded, spent }: Campaign): bigint {
  return deposited - refunded - spent;
}
