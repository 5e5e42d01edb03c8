import type { Campaign } from '../../campaigns/campaign.ts';
import { RATES_MAX } from '../../campaigns/assert-campaign.ts';
import { campaignTransition } from '../../campaigns/campaign-states.ts';
import { PayoutError } from '../../errors.ts';
import { campaignActionSchema, changeRateSchema } from '../../schemas/campaign-requests.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { Book } from './book.ts';
import type { CampaignContext } from './context.ts';
import { rateOf } from './create.ts';
import type { CampaignAction, ChangeRateRequest } from './requests.ts';
import { settleCampaign } from './settle.ts';

/** Stops tracking for a while. See `Campaigns.pause`. */
export function pauseCampaign(context: CampaignContext, input: CampaignAction): Promise<Campaign> {
  return step(context, input, 'paused', (campaign) => ({
    ...campaign,
    state: campaignTransition(campaign.id, campaign.state, 'pause'),
  }));
}

/** Goes on tracking. See `Campaigns.resume`. */
export function resumeCampaign(context: CampaignContext, input: CampaignAction): Promise<Campaign> {
  return step(context, input, 'running', (campaign) => ({
    ...campaign,
    state: campaignTransition(campaign.id, campaign.state, 'resume'),
  }));
}

/** Ends a campaign by an operator's word. See `Campaigns.complete`. */
export async function completeCampaign(context: CampaignContext, input: CampaignAction): Promise<Campaign> {
  const completed = await step(context, input, 'completed', (campaign, book) =>
    book.complete(campaign, 'operator'),
  );
  await settleCampaign(context, input.program, completed.id);
  return completed;
}

/** Doing again what is done already changes nothing. */
async function step(
  context: CampaignContext,
  input: CampaignAction,
  into: Campaign['state'],
  change: (campaign: Campaign, book: Book) => Campaign,
): Promise<Campaign> {
  const { program, campaign: id } = parseInput(campaignActionSchema, input);
  return context.store.transact(program, async (unit) => {
    const book = await Book.open(context, unit, [id], []);
    const before = book.campaign(id);
    if (before.state === into) return before;
    const after = change(before, book);
    book.putCampaign(after);
    await book.write();
    return after;
  });
}

/** Prices new views with another rate. See `Campaigns.changeRate`. */
export async function changeRate(context: CampaignContext, input: ChangeRateRequest): Promise<Campaign> {
  const { program, campaign: id, by, ratePerThousand } = parseInput(changeRateSchema, input);
  const perThousand = rateOf(ratePerThousand);
  return context.store.transact(program, async (unit) => {
    const book = await Book.open(context, unit, [id], []);
    const campaign = book.campaign(id);
    const { state, rates } = campaign;
    if (state === 'completed') {
      throw new PayoutError('WRONG_CAMPAIGN_STATE', { campaign: id, state, action: 'change_rate' });
    }
    if (rates.at(-1)?.perThousand === perThousand) return campaign;
    if (rates.length >= RATES_MAX) {
      throw new PayoutError('INVALID_INPUT', {
        issues: [{ path: 'ratePerThousand', reason: 'the rate has been changed too often' }],
      });
    }
    const changed = { ...campaign, rates: [...rates, { perThousand, from: book.now, by }] };
    book.putCampaign(changed);
    await book.write();
    return changed;
  });
}
