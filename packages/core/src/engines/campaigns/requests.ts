import type { ApprovalWindow, CampaignHold, WhenSpent } from '../../campaigns/campaign.ts';
import type { Platform } from '../../campaigns/platform.ts';
import type { HeldVerdict } from '../../campaigns/take-reading.ts';
import type { TrackingPolicy } from '../../campaigns/tracking.ts';
import type { DecimalInput } from '../../money/decimal.ts';
import type { StopSignal } from '../../ports/provider.ts';
import type { ClipFilter } from '../../ports/campaign-rows.ts';

/** What callers ask of the campaign engine. Amounts are bigint minor units of the campaign's currency. */

/** A campaign to create. The same id with the same terms is the same campaign, ever. */
export interface CreateCampaignRequest {
  readonly program: string;
  readonly id: string;
  readonly by: string;
  readonly currency: string;
  /** Minor units for 1,000 views, above zero: `1000` for 10.00 USD. */
  readonly ratePerThousand: DecimalInput;
  /** What a clip must gain before anything is paid for it. @defaultValue `0n` */
  readonly minimumViews?: bigint;
  /** The most that one clip earns. */
  readonly clipCap?: bigint;
  /** The most that one participant earns in the campaign. */
  readonly participantCap?: bigint;
  readonly platforms: readonly Platform[];
  readonly startsAt?: Date;
  /** This or `idleDays` is needed. */
  readonly endsAt?: Date;
  readonly idleDays?: number;
  /** @defaultValue `{ completion: true, days: 0 }` */
  readonly hold?: CampaignHold;
  /** Left out, a clip waits until somebody decides on it. */
  readonly approval?: ApprovalWindow;
  /** @defaultValue `'complete'` */
  readonly whenSpent?: WhenSpent;
  /** Left out, no growth is too fast. */
  readonly viewsPerHour?: bigint;
  /** @defaultValue `DEFAULT_TRACKING` */
  readonly tracking?: TrackingPolicy;
}

/** A campaign, in whatever is asked of it. */
export interface CampaignRequest {
  readonly program: string;
  readonly campaign: string;
}

/** A step of a campaign by somebody. */
export interface CampaignAction extends CampaignRequest {
  readonly by: string;
}

/** Money for a campaign. */
export interface DepositRequest extends CampaignRequest {
  /** The cause: the same key with the same amount is the same deposit, ever. */
  readonly key: string;
  readonly amount: bigint;
  /** Must be that of the campaign. */
  readonly currency: string;
}

/** Money back to whoever funded a campaign that is not running. */
export interface RefundRequest extends CampaignRequest {
  readonly key: string;
  /** Left out, all that is left. */
  readonly amount?: bigint;
}

/** Another rate, for views that are read from now on. */
export interface ChangeRateRequest extends CampaignAction {
  readonly ratePerThousand: DecimalInput;
}

/** A clip for a campaign. */
export interface SubmitClipRequest extends CampaignRequest {
  readonly participant: string;
  readonly url: string;
}

/** A step of a clip by somebody. */
export interface ClipAction {
  readonly program: string;
  readonly clip: string;
  readonly by: string;
}

/** A step of a clip that needs a reason, as an id. */
export interface ClipActionWithReason extends ClipAction {
  readonly reason: string;
}

/** What somebody says of views that came too fast. */
export interface ReviewRequest extends ClipAction {
  readonly verdict: HeldVerdict;
}

/** Counts that somebody else has read: a file, a webhook. */
export interface RecordReadingsRequest {
  readonly program: string;
  /** Booked in their order. */
  readonly readings: readonly { readonly clip: string; readonly views: bigint; readonly at: Date }[];
}

/** How far a run of the tracker is. */
export interface TrackProgress {
  /** Clips that were taken, and of them those that were read or decided on. */
  readonly taken: number;
  readonly processed: number;
}

/** One run of the tracker. */
export interface TrackOptions {
  readonly program: string;
  /** At most so many clips. @defaultValue `50` */
  readonly limit?: number;
  /** So many clips share a transaction. @defaultValue the limit, up to `1000` */
  readonly chunk?: number;
  /** How long the clips of a chunk are kept from other trackers, in milliseconds. @defaultValue `300000` */
  readonly leaseMs?: number;
  readonly onProgress?: (progress: TrackProgress) => void;
  /** Ends the run politely: what was read is booked, the rest is read by a later run. */
  readonly signal?: StopSignal;
}

/** Which clips to list. */
export interface ListClipsRequest extends Omit<ClipFilter, 'settled'> {
  readonly program: string;
  readonly after?: string;
  /** @defaultValue `100` */
  readonly limit?: number;
}
