import type { Campaign } from '../campaigns/campaign.ts';
import type { CampaignState } from '../campaigns/campaign-states.ts';
import type { Clip } from '../campaigns/clip.ts';
import type { ClipState } from '../campaigns/clip-states.ts';
import type { Observation } from '../campaigns/observation.ts';

/** What a participant has earned with all clips of a campaign that caps it, less what was taken back. */
export interface ParticipantSpend {
  readonly campaign: string;
  readonly participant: string;
  readonly earned: bigint;
}

/**
 * Campaigns. Everything that changes a campaign, its clips or what its participants have earned in it is done under its
 * lock: so its budget and its caps are kept however many track it at once.
 */
export interface CampaignRows {
  /** Adds campaigns. An id that is stored is refused with `IDEMPOTENCY_CONFLICT`: who adds one looks for it first. */
  add(campaigns: readonly Campaign[]): Promise<void>;
  /** Campaigns by id, in the order asked. */
  find(ids: readonly string[]): Promise<readonly (Campaign | undefined)[]>;
  /** The same, under locks held until the unit ends, which are taken in one order whatever the order asked. */
  lock(ids: readonly string[]): Promise<readonly (Campaign | undefined)[]>;
  /**
   * Stores what changes of campaigns; terms and creation stay as they are.
   *
   * @throws {@link PayoutError} with code `CAMPAIGN_NOT_FOUND`
   */
  update(campaigns: readonly Campaign[]): Promise<void>;
  /** Campaigns that are due at the instant, by time and id. Takes no lock. */
  due(query: { readonly at: Date; readonly limit: number }): Promise<readonly Campaign[]>;
  /** A page of campaigns by id, after an id. */
  list(query: {
    readonly states?: readonly CampaignState[];
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly Campaign[]>;
  /** What participants have earned in campaigns, in the order asked; zero where nothing is stored. */
  spends(
    keys: readonly { readonly campaign: string; readonly participant: string }[],
  ): Promise<readonly bigint[]>;
  /** Stores what participants have earned in campaigns. */
  putSpends(spends: readonly ParticipantSpend[]): Promise<void>;
}

/** Which clips to list: those that match all that is given. */
export interface ClipFilter {
  readonly campaign?: string;
  readonly participant?: string;
  readonly states?: readonly ClipState[];
  readonly settled?: boolean;
}

/** All clips of a campaign in one state. */
export interface ClipTotals {
  readonly state: ClipState;
  readonly count: number;
  /** The views that were gained and priced. */
  readonly views: bigint;
  readonly earned: bigint;
  readonly reversed: bigint;
}

/** Clips. They change under the lock of their campaign. */
export interface ClipRows {
  /** Adds clips. An id that is stored is refused with `IDEMPOTENCY_CONFLICT`: who adds one looks for it first. */
  add(clips: readonly Clip[]): Promise<void>;
  /** Clips by id, in the order asked. */
  find(ids: readonly string[]): Promise<readonly (Clip | undefined)[]>;
  /**
   * Stores what changes of clips; what was said at their submission stays as it is.
   *
   * @throws {@link PayoutError} with code `CLIP_NOT_FOUND`
   */
  update(clips: readonly Clip[]): Promise<void>;
  /**
   * Takes up to `limit` submitted or approved clips that are due at the instant, by time and id, and makes them due at
   * another one, so that nobody else takes them until then. Waits for nobody: what another one is just taking is left
   * out. Gives them as they were.
   */
  lease(query: { readonly at: Date; readonly until: Date; readonly limit: number }): Promise<readonly Clip[]>;
  /** A page of clips by id, after an id. */
  list(
    filter: ClipFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly Clip[]>;
  /** Totals of a campaign's clips by state, in code-unit order of the states. */
  totals(campaign: string): Promise<readonly ClipTotals[]>;
}

/** What was read of clips. Never changed. */
export interface ObservationRows {
  /** Adds observations. A number that the clip has already is refused with `IDEMPOTENCY_CONFLICT`. */
  add(observations: readonly Observation[]): Promise<void>;
  /** A page of a clip's observations, by number, after a number. */
  of(
    clip: string,
    page: { readonly after?: number; readonly limit: number },
  ): Promise<readonly Observation[]>;
}
