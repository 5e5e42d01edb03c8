import type { Campaign, CompletionReason } from '../../campaigns/campaign.ts';
import type { Clip } from '../../campaigns/clip.ts';
import type { Observation } from '../../campaigns/observation.ts';
import type { Forecast } from '../../campaigns/spending.ts';
import type { ClipTotals } from '../../ports/campaign-rows.ts';

/** What one run of the tracker did. */
export interface TrackReport {
  /** Clips that were read or decided on. */
  readonly processed: number;
  readonly successful: number;
  readonly failed: number;
  /** Why, of each of those that failed: there was no count, or it could not be booked. */
  readonly failures: readonly { readonly clip: string; readonly reason: string }[];
  readonly earned: readonly { readonly currency: string; readonly amount: bigint }[];
  /** Campaigns that this run has ended, and why. */
  readonly completed: readonly { readonly campaign: string; readonly reason: CompletionReason }[];
  /** Whether the signal ended it before there was nothing left to do. */
  readonly stopped: boolean;
}

/** What a reading that was recorded came to. */
export interface RecordedReading {
  readonly clip: string;
  readonly finding: Observation['finding'];
  readonly reason?: string;
  readonly earned: bigint;
}

/** What taking a clip out of its campaign gave back. */
export interface Disqualification {
  readonly clip: Clip;
  /** What went back: to the budget, or to whoever funded the campaign if it has ended. */
  readonly reversed: bigint;
  /** What had been paid out already, and was left alone. */
  readonly paidOut: bigint;
}

/** A campaign in figures. */
export interface CampaignStatistics {
  readonly campaign: Campaign;
  /** What was deposited less what was refunded: what is spent and what is left. */
  readonly budget: bigint;
  readonly spent: bigint;
  readonly left: bigint;
  /** In whole percent, rounded down. */
  readonly percentSpent: bigint;
  /** By state. */
  readonly clips: readonly ClipTotals[];
  /** The views that were gained and priced. */
  readonly views: bigint;
  readonly forecast: Forecast;
}

/** Why a clip has earned what it has, so that anybody can compute it again. */
export interface ClipExplanation {
  readonly clip: Clip;
  readonly campaign: Campaign;
  /** The views by their rate. */
  readonly priced: readonly { readonly perThousand: string; readonly views: bigint }[];
  /** What they are worth, rounded down once; nothing while they are fewer than the minimum. */
  readonly worth: bigint;
  /** What of it was paid, and what was not: cut by a cap as it stands, by the budget for good, or still due. */
  readonly earned: bigint;
  readonly cutByCaps: bigint;
  readonly forfeited: bigint;
  readonly due: bigint;
  readonly reversed: bigint;
  /** Every reading, in the order of booking. */
  readonly observations: readonly Observation[];
}

/** Why a clip earns nothing now. */
export interface ClipWhyNot {
  readonly code:
    | 'not_approved'
    | 'not_tracked'
    | 'campaign_not_running'
    | 'no_growth'
    | 'below_minimum_views'
    | 'held_for_review'
    | 'clip_cap'
    | 'participant_cap'
    | 'budget_spent'
    | 'source_fails';
  /** What can be done about it, as a sentence. */
  readonly next: string;
  /** When it may change by itself. */
  readonly at?: Date;
}
