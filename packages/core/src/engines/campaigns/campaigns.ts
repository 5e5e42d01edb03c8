import type { Campaign } from '../../campaigns/campaign.ts';
import type { Clip } from '../../campaigns/clip.ts';
import type { Forecast } from '../../campaigns/spending.ts';
import type { StopSignal } from '../../ports/provider.ts';
import { deposit, refund } from './budget.ts';
import { approveClip, rejectClip, submitClip, withdrawClip } from './clips.ts';
import { campaignContext, type CampaignPorts } from './context.ts';
import { createCampaign } from './create.ts';
import { disqualifyClip } from './disqualify.ts';
import { explainClip, findCampaign, forecast, listClips, statisticsOf, whyNotEarning } from './explain.ts';
import type {
  CampaignAction,
  CampaignRequest,
  ChangeRateRequest,
  ClipAction,
  ClipActionWithReason,
  CreateCampaignRequest,
  DepositRequest,
  ListClipsRequest,
  RecordReadingsRequest,
  RefundRequest,
  ReviewRequest,
  SubmitClipRequest,
  TrackOptions,
} from './requests.ts';
import type {
  CampaignStatistics,
  ClipExplanation,
  ClipWhyNot,
  Disqualification,
  RecordedReading,
  TrackReport,
} from './results.ts';
import { reviewViews } from './review.ts';
import { changeRate, completeCampaign, pauseCampaign, resumeCampaign } from './steps.ts';
import { recordReadings, trackClips } from './track.ts';

/**
 * Views in, earnings out, never a unit over budget. Commands throw typed errors and then have changed nothing; all can be
 * repeated.
 */
export interface Campaigns {
  // campaigns
  create(request: CreateCampaignRequest): Promise<Campaign>;
  /** The first deposit starts a campaign. */
  deposit(request: DepositRequest): Promise<Campaign>;
  /** What is left goes back; of a running campaign, nothing does. */
  refund(request: RefundRequest): Promise<Campaign>;
  /** Nothing is read or paid until it is resumed; what grows meanwhile is paid then. */
  pause(action: CampaignAction): Promise<Campaign>;
  resume(action: CampaignAction): Promise<Campaign>;
  /** Ends it: final amounts are frozen, what was held is released, and everyone is told. */
  complete(action: CampaignAction): Promise<Campaign>;
  /** Views that are read from now on are priced anew; those that were read stay as they are. */
  changeRate(request: ChangeRateRequest): Promise<Campaign>;

  // clips
  /** The same content, however its address is spelled, is one clip; from another participant it is refused. */
  submitClip(request: SubmitClipRequest): Promise<Clip>;
  /** Reads its views now: they are its baseline. Refused with `BASELINE_UNKNOWN` where they cannot be read. */
  approveClip(action: ClipAction & { readonly signal?: StopSignal }): Promise<Clip>;
  rejectClip(action: ClipActionWithReason): Promise<Clip>;
  /** It keeps what it has earned, and is tracked no more. */
  withdrawClip(action: ClipAction): Promise<Clip>;
  /** What has not been paid out goes back: to the budget, or to the funder once the campaign has ended. */
  disqualifyClip(action: ClipActionWithReason): Promise<Disqualification>;
  /** Ends the hold of views that came too fast. */
  reviewViews(request: ReviewRequest): Promise<Clip>;

  // readings
  /**
   * Reads the clips that are due and pays for their growth; ends campaigns whose time is over; decides on clips on which
   * nobody has in time. Call it every few minutes, from as many places as you like.
   */
  track(options: TrackOptions): Promise<TrackReport>;
  /** Books counts that somebody else has read, all or none, in their order. */
  record(request: RecordReadingsRequest): Promise<readonly RecordedReading[]>;

  // questions
  campaign(request: CampaignRequest): Promise<Campaign>;
  clips(request: ListClipsRequest): Promise<readonly Clip[]>;
  statistics(request: CampaignRequest): Promise<CampaignStatistics>;
  forecast(request: CampaignRequest): Promise<Forecast>;
  explain(request: { readonly program: string; readonly clip: string }): Promise<ClipExplanation>;
  whyNot(request: { readonly program: string; readonly clip: string }): Promise<readonly ClipWhyNot[]>;
}

/**
 * The campaign engine over its ports.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`
 *
 * @example
 * ```ts
 * import { campaigns, memoryStore } from '@payout-engines/core';
 *
 * let views = 1_000n;
 * const engine = campaigns({
 *   store: memoryStore(),
 *   sources: [
 *     {
 *       id: 'mine',
 *       platforms: ['youtube'],
 *       batchSize: 50,
 *       views: async (queries) => queries.map(() => ({ kind: 'counted', views })),
 *     },
 *   ],
 * });
 * const [program, campaign, by] = ['clips', 'launch', 'olga'];
 * await engine.create({
 *   program, id: campaign, by, currency: 'USD', ratePerThousand: 1000, platforms: ['youtube'], idleDays: 14,
 * });
 * await engine.deposit({ program, campaign, key: 'd1', amount: 10_000n, currency: 'USD' });
 * const url = 'https://youtu.be/jNQXAC9IVRw';
 * const { id: clip } = await engine.submitClip({ program, campaign, participant: 'ann', url });
 * await engine.approveClip({ program, clip, by });
 *
 * views = 5_000n;
 * const at = new Date(Date.now());
 * const [booked] = await engine.record({ program, readings: [{ clip, views, at }] });
 * booked?.earned; // => 4000n
 * ```
 */
export function campaigns(ports: CampaignPorts): Campaigns {
  const context = campaignContext(ports);
  return {
    create: (request) => createCampaign(context, request),
    deposit: (request) => deposit(context, request),
    refund: (request) => refund(context, request),
    pause: (action) => pauseCampaign(context, action),
    resume: (action) => resumeCampaign(context, action),
    complete: (action) => completeCampaign(context, action),
    changeRate: (request) => changeRate(context, request),
    submitClip: (request) => submitClip(context, request),
    approveClip: (action) => approveClip(context, action),
    rejectClip: (action) => rejectClip(context, action),
    withdrawClip: (action) => withdrawClip(context, action),
    disqualifyClip: (action) => disqualifyClip(context, action),
    reviewViews: (request) => reviewViews(context, request),
    track: (options) => trackClips(context, options),
    record: (request) => recordReadings(context, request),
    campaign: (request) => findCampaign(context, request),
    clips: (request) => listClips(context, request),
    statistics: (request) => statisticsOf(context, request),
    forecast: (request) => forecast(context, request),
    explain: (request) => explainClip(context, request),
    whyNot: (request) => whyNotEarning(context, request),
  };
}
