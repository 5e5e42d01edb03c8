import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { parseDecimal } from '../money/decimal.ts';
import { inRange } from '../money/range.ts';
import type { Campaign, CampaignRate, CampaignTerms, CompletionReason, WhenSpent } from './campaign.ts';
import { CAMPAIGN_STATES } from './campaign-states.ts';
import type { Clip, TrackedViews } from './clip.ts';
import { CLIP_STATES } from './clip-states.ts';
import { PLATFORMS } from './platform.ts';
import { FINDINGS, type Observation } from './observation.ts';
import { pricedViews } from './priced-views.ts';
import { assertTracking } from './tracking.ts';
import { assertClipViews } from './views.ts';

const REASONS: readonly CompletionReason[] = ['spent', 'ended', 'idle', 'operator'];
const WHEN_SPENT: readonly WhenSpent[] = ['complete', 'forfeit', 'owe'];
/** Longest times: a hundred years of days, and of hours. */
const DAYS_MAX = 36_525;
const HOURS_MAX = 876_600;

/**
 * Throws unless the terms are such that a campaign can keep them and ends some day.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `INVALID_ID`, `INVALID_AMOUNT`, `AMOUNT_OUT_OF_RANGE` or
 * `INVALID_INSTANT`
 */
export function assertCampaignTerms(terms: CampaignTerms): void {
  const { startsAt, endsAt, idleDays, hold, approval, platforms } = terms;
  assertId(terms.currency, 'currency');
  assertAmount(terms.minimumViews, 'minimumViews', 0n);
  for (const path of ['clipCap', 'participantCap', 'viewsPerHour'] as const) {
    const amount = terms[path];
    if (amount !== undefined) assertAmount(amount, path, 1n);
  }
  if (platforms.length === 0) throw invalid('platforms', 'there must be one at least');
  for (const platform of platforms) assertOneOf(PLATFORMS, platform, 'platforms');
  if (new Set(platforms).size !== platforms.length) throw invalid('platforms', 'one occurs twice');
  if (startsAt !== undefined) assertInstant(startsAt, 'startsAt');
  if (endsAt !== undefined) assertInstant(endsAt, 'endsAt');
  if (startsAt !== undefined && endsAt !== undefined && endsAt.getTime() <= startsAt.getTime()) {
    throw invalid('endsAt', 'it must be after startsAt');
  }
  if (endsAt === undefined && idleDays === undefined) {
    throw invalid(
      'endsAt',
      'a campaign needs an end date or idleDays, so that what it holds is released some day',
    );
  }
  if (idleDays !== undefined) assertWhole(idleDays, 1, DAYS_MAX, 'idleDays');
  if (typeof hold.completion !== 'boolean') throw invalid('hold.completion', 'it must be true or false');
  assertWhole(hold.days, 0, DAYS_MAX, 'hold.days');
  if (approval !== undefined) {
    assertWhole(approval.hours, 0, HOURS_MAX, 'approval.hours');
    assertOneOf(['approve', 'reject'], approval.outcome, 'approval.outcome');
  }
  assertOneOf(WHEN_SPENT, terms.whenSpent, 'whenSpent');
  assertTracking(terms.tracking);
}

/**
 * Throws unless every store can keep the campaign as it is, and its budget adds up.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `INVALID_ID`, `INVALID_AMOUNT`, `AMOUNT_OUT_OF_RANGE`,
 * `INVALID_DECIMAL` or `INVALID_INSTANT`
 */
export function assertCampaign(campaign: Campaign): void {
  assertId(campaign.id, 'campaign');
  assertCampaignTerms(campaign.terms);
  assertInstant(campaign.createdAt, 'createdAt');
  assertOneOf(CAMPAIGN_STATES, campaign.state, 'state');
  assertRates(campaign.rates);
  const { deposited, refunded, spent, completedAt, reason } = campaign;
  for (const [path, amount] of Object.entries({ deposited, refunded, spent })) assertAmount(amount, path, 0n);
  if (spent + refunded > deposited) {
    throw new PayoutError('INVALID_AMOUNT', {
      reason: 'a campaign has spent and refunded more than was deposited',
    });
  }
  for (const { day, amount } of campaign.recent) {
    if (!DAY.test(day)) throw invalid('recent', 'a day is written 2026-11-27');
    inRange(amount);
  }
  assertInstant(campaign.activeAt, 'activeAt');
  assertInstant(campaign.dueAt, 'dueAt');
  if (completedAt !== undefined) assertInstant(completedAt, 'completedAt');
  if (reason !== undefined) assertOneOf(REASONS, reason, 'reason');
  if (
    (completedAt === undefined) !== (campaign.state !== 'completed') ||
    (reason === undefined) !== (completedAt === undefined)
  ) {
    throw invalid('completedAt', 'a campaign has it and a reason once it is completed');
  }
}

/** The rates of a campaign: above zero, and in the order of their instants. */
function assertRates(rates: readonly CampaignRate[]): void {
  if (rates.length === 0) throw invalid('rates', 'there must be one at least');
  let before = -Infinity;
  for (const { perThousand, from, by } of rates) {
    if (parseDecimal(perThousand).coefficient <= 0n) throw invalid('rates', 'a rate must be above zero');
    assertInstant(from, 'from');
    assertId(by, 'by');
    if (from.getTime() < before) throw invalid('rates', 'they must be in the order of their instants');
    before = from.getTime();
  }
}

/**
 * Throws unless every store can keep the clip as it is, and its numbers can be those of a clip.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `INVALID_ID`, `INVALID_AMOUNT`, `AMOUNT_OUT_OF_RANGE` or
 * `INVALID_INSTANT`
 */
export function assertClip(clip: Clip): void {
  assertId(clip.id, 'clip');
  assertId(clip.campaign, 'campaign');
  assertId(clip.participant, 'participant');
  assertOneOf(PLATFORMS, clip.platform, 'platform');
  assertId(clip.content, 'content');
  assertId(clip.url, 'url');
  assertInstant(clip.submittedAt, 'submittedAt');
  assertOneOf(CLIP_STATES, clip.state, 'state');
  if (clip.views !== undefined) assertTrackedViews(clip.views);
  if (clip.approvedAt !== undefined) assertInstant(clip.approvedAt, 'approvedAt');
  if ((clip.views === undefined) !== (clip.approvedAt === undefined)) {
    throw invalid('approvedAt', 'a clip has views from its approval on');
  }
  for (const path of ['steps', 'observations', 'falls', 'tries'] as const) {
    assertWhole(clip[path], 0, Number.MAX_SAFE_INTEGER, path);
  }
  const { earned, forfeited, reversed } = clip;
  for (const [path, amount] of Object.entries({ earned, forfeited, reversed }))
    assertAmount(amount, path, 0n);
  if (reversed > earned)
    throw new PayoutError('INVALID_AMOUNT', { reason: 'more of a clip is taken back than it has earned' });
  assertInstant(clip.dueAt, 'dueAt');
  if (typeof clip.settled !== 'boolean') throw invalid('settled', 'it must be true or false');
  if (clip.reason !== undefined) assertId(clip.reason, 'reason');
  if (clip.decidedBy !== undefined) assertId(clip.decidedBy, 'decidedBy');
  assertInstant(clip.updatedAt, 'updatedAt');
}

function assertTrackedViews(views: TrackedViews): void {
  assertClipViews(views);
  assertInstant(views.raisedAt, 'raisedAt');
  for (const { rate, views: priced } of views.priced) {
    assertWhole(rate, 0, RATES_MAX, 'priced');
    assertAmount(priced, 'priced', 1n);
  }
  if (pricedViews(views.priced) > views.highWater - views.baseline) {
    throw invalid('priced', 'more views are priced than were gained');
  }
  if (views.held !== undefined) {
    assertAmount(views.held.views, 'held', 0n);
    assertInstant(views.held.since, 'held');
  }
}

/** As many rates as one campaign may have had. */
export const RATES_MAX = 1000;

/**
 * Throws unless every store can keep the observation as it is.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `INVALID_ID`, `INVALID_AMOUNT`, `AMOUNT_OUT_OF_RANGE` or
 * `INVALID_INSTANT`
 */
export function assertObservation(observation: Observation): void {
  assertId(observation.clip, 'clip');
  assertWhole(observation.number, 1, Number.MAX_SAFE_INTEGER, 'number');
  assertInstant(observation.at, 'at');
  assertOneOf(FINDINGS, observation.finding, 'finding');
  if (observation.views !== undefined) assertAmount(observation.views, 'views', 0n);
  if (observation.reason !== undefined) assertId(observation.reason, 'reason');
  assertWhole(observation.rate, 0, RATES_MAX, 'rate');
  const { growth, earned, cutByClip, cutByParticipant, cutByBudget } = observation;
  for (const [path, amount] of Object.entries({ growth, earned, cutByClip, cutByParticipant, cutByBudget })) {
    assertAmount(amount, path, 0n);
  }
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function assertAmount(amount: unknown, path: string, least: bigint): void {
  if (typeof amount !== 'bigint' || amount < least)
    throw invalid(path, `it must be a bigint, ${least} or more`);
  inRange(amount);
}

function assertWhole(value: unknown, least: number, most: number, path: string): void {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw invalid(path, `it must be a whole number from ${least} to ${most}`);
}

function assertOneOf(words: readonly string[], value: unknown, path: string): void {
  if (typeof value === 'string' && words.includes(value)) return;
  throw invalid(path, 'it is not one of the known ones');
}

function invalid(path: string, reason: string): PayoutError {
  return new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}
