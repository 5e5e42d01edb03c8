import { percentSpent } from '../../campaigns/alerts.ts';
import { budgetLeft, type Campaign } from '../../campaigns/campaign.ts';
import { clipEarning } from '../../campaigns/clip-earning.ts';
import type { Clip } from '../../campaigns/clip.ts';
import type { Observation } from '../../campaigns/observation.ts';
import { pricedViews, worthOf } from '../../campaigns/priced-views.ts';
import { type Forecast, forecastSpend } from '../../campaigns/spending.ts';
import { PayoutError } from '../../errors.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { campaignOfSchema, clipOfSchema, listClipsSchema } from '../../schemas/campaign-requests.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import type { CampaignContext } from './context.ts';
import type { CampaignRequest, ListClipsRequest } from './requests.ts';
import type { CampaignStatistics, ClipExplanation, ClipWhyNot } from './results.ts';

/** How many observations are read at once. */
const PAGE = 1000;

/** A campaign as it stands. See `Campaigns.campaign`. */
export async function findCampaign({ store }: CampaignContext, input: CampaignRequest): Promise<Campaign> {
  const { program, campaign } = parseInput(campaignOfSchema, input);
  return store.transact(program, (unit) => campaignOf(unit, campaign));
}

/** A campaign in figures. See `Campaigns.statistics`. */
export async function statisticsOf(
  { store }: CampaignContext,
  input: CampaignRequest,
): Promise<CampaignStatistics> {
  const { program, campaign: id } = parseInput(campaignOfSchema, input);
  return store.transact(program, async (unit) => {
    const campaign = await campaignOf(unit, id);
    const clips = await unit.clips.totals(id);
    const budget = campaign.deposited - campaign.refunded;
    return {
      campaign,
      budget,
      spent: campaign.spent,
      left: budgetLeft(campaign),
      percentSpent: percentSpent(campaign.spent, budget),
      clips,
      views: clips.reduce((sum, { views }) => sum + views, 0n),
      forecast: forecastOf(campaign, await unit.now()),
    };
  });
}

/** How long the budget lasts. See `Campaigns.forecast`. */
export async function forecast({ store }: CampaignContext, input: CampaignRequest): Promise<Forecast> {
  const { program, campaign } = parseInput(campaignOfSchema, input);
  return store.transact(program, async (unit) =>
    forecastOf(await campaignOf(unit, campaign), await unit.now()),
  );
}

function forecastOf(campaign: Campaign, at: Date): Forecast {
  return forecastSpend({
    recent: campaign.recent,
    left: budgetLeft(campaign),
    since: campaign.createdAt,
    at,
  });
}

/** A page of clips. See `Campaigns.clips`. */
export async function listClips(
  { store }: CampaignContext,
  input: ListClipsRequest,
): Promise<readonly Clip[]> {
  const { program, after, limit = 100, ...filter } = parseInput(listClipsSchema, input);
  return store.transact(program, (unit) =>
    unit.clips.list(filter, { limit, ...(after === undefined ? {} : { after }) }),
  );
}

/** Why a clip has earned what it has. See `Campaigns.explain`. */
export async function explainClip(
  { store }: CampaignContext,
  input: { readonly program: string; readonly clip: string },
): Promise<ClipExplanation> {
  const { program, clip: id } = parseInput(clipOfSchema, input);
  return store.transact(program, async (unit) => {
    const clip = await clipOf(unit, id);
    const campaign = await campaignOf(unit, clip.campaign);
    const priced = clip.views?.priced ?? [];
    const { earned, forfeited, reversed } = clip;
    const step = await stepOf(unit, clip, campaign);
    return {
      clip,
      campaign,
      priced: priced.map(({ rate, views }) => ({
        perThousand: campaign.rates[rate]?.perThousand ?? '',
        views,
      })),
      worth: worthIn(clip, campaign),
      earned,
      cutByCaps: step.cutByClip + step.cutByParticipant,
      forfeited,
      due: step.earned + step.cutByBudget,
      reversed,
      observations: await observationsOf(unit, id),
    };
  });
}

/** Why a clip earns nothing now. See `Campaigns.whyNot`. */
export async function whyNotEarning(
  { store }: CampaignContext,
  input: { readonly program: string; readonly clip: string },
): Promise<readonly ClipWhyNot[]> {
  const { program, clip: id } = parseInput(clipOfSchema, input);
  return store.transact(program, async (unit) => {
    const clip = await clipOf(unit, id);
    const campaign = await campaignOf(unit, clip.campaign);
    const step = await stepOf(unit, clip, campaign);
    return [...reasonsOf(clip, campaign, step)];
  });
}

function* reasonsOf(
  clip: Clip,
  campaign: Campaign,
  step: ReturnType<typeof clipEarning>,
): Generator<ClipWhyNot> {
  const { state, views, tries, dueAt } = clip;
  if (state === 'submitted' || state === 'rejected') {
    yield { code: 'not_approved', next: 'somebody must approve the clip' };
    return;
  }
  if (campaign.state !== 'running')
    yield { code: 'campaign_not_running', next: 'nothing is paid unless the campaign runs' };
  if (state !== 'approved') {
    yield { code: 'not_tracked', next: 'the clip is not tracked any more' };
    return;
  }
  if (tries > 0) yield { code: 'source_fails', next: 'its views are read again later', at: dueAt };
  if (views?.held !== undefined)
    yield { code: 'held_for_review', next: 'somebody must look at views that came too fast' };
  const gained = pricedViews(views?.priced ?? []);
  if (gained === 0n) yield { code: 'no_growth', next: 'the views must pass the highest count', at: dueAt };
  else if (gained < campaign.terms.minimumViews)
    yield { code: 'below_minimum_views', next: 'more views must be gained', at: dueAt };
  if (step.cutByClip > 0n) yield { code: 'clip_cap', next: 'the clip has earned all that one clip can' };
  if (step.cutByParticipant > 0n)
    yield { code: 'participant_cap', next: 'the participant has earned all that one can in the campaign' };
  if (budgetLeft(campaign) === 0n) yield { code: 'budget_spent', next: 'the campaign needs a deposit' };
}

function worthIn({ views }: Clip, { rates, terms }: Campaign): bigint {
  const priced = views?.priced ?? [];
  return pricedViews(priced) < terms.minimumViews ? 0n : worthOf(priced, rates);
}

/** What the clip would earn by a reading that changes nothing. */
async function stepOf(
  unit: UnitOfWork,
  clip: Clip,
  campaign: Campaign,
): Promise<ReturnType<typeof clipEarning>> {
  const { clipCap, participantCap } = campaign.terms;
  const { participant, earned, forfeited } = clip;
  const [spend = 0n] =
    participantCap === undefined ? [] : await unit.campaigns.spends([{ campaign: campaign.id, participant }]);
  return clipEarning({
    worth: worthIn(clip, campaign),
    earned,
    forfeited,
    budgetLeft: budgetLeft(campaign),
    ...(clipCap === undefined ? {} : { clipCap }),
    ...(participantCap === undefined ? {} : { participantLeft: participantCap - spend }),
  });
}

async function observationsOf(unit: UnitOfWork, clip: string): Promise<readonly Observation[]> {
  const all: Observation[] = [];
  for (;;) {
    const page = await unit.observations.of(clip, { after: all.at(-1)?.number ?? 0, limit: PAGE });
    for (const one of page) all.push(one);
    if (page.length < PAGE) return all;
  }
}

async function campaignOf(unit: UnitOfWork, id: string): Promise<Campaign> {
  const [campaign] = await unit.campaigns.find([id]);
  if (campaign === undefined) throw new PayoutError('CAMPAIGN_NOT_FOUND', { campaign: id });
  return campaign;
}

async function clipOf(unit: UnitOfWork, id: string): Promise<Clip> {
  const [clip] = await unit.clips.find([id]);
  if (clip === undefined) throw new PayoutError('CLIP_NOT_FOUND', { clip: id });
  return clip;
}
