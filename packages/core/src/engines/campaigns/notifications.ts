import type { AlertPercent } from '../../campaigns/alerts.ts';
import type { Campaign } from '../../campaigns/campaign.ts';
import type { Clip } from '../../campaigns/clip.ts';
import { derivedId } from '../../ledger/derived-id.ts';
import type { CampaignNotification, ClipNotification } from '../../ports/notifier.ts';

/** That a part of the budget is spent: once for each part, whatever is deposited later. */
export function alertOf(campaign: Campaign, percent: AlertPercent): CampaignNotification {
  return { ...toldOf(campaign, 'alert', percent.toString()), percent };
}

/** That the campaign has ended. */
export function completionOf(campaign: Campaign): CampaignNotification {
  const { reason } = campaign;
  return { ...toldOf(campaign, 'completed'), ...(reason === undefined ? {} : { reason }) };
}

function toldOf(
  { id, terms, deposited, refunded, spent }: Campaign,
  event: CampaignNotification['event'],
  ...more: readonly string[]
): CampaignNotification {
  return {
    id: derivedId('campaign', id, event, ...more),
    kind: 'campaign',
    campaign: id,
    event,
    currency: terms.currency,
    budget: (deposited - refunded).toString(),
    spent: spent.toString(),
  };
}

/** What became of a clip. A rejected one can be approved after all, and views can be held more than once. */
export function clipNotification(
  clip: Clip,
  currency: string,
  event: ClipNotification['event'],
  ...cause: readonly string[]
): ClipNotification {
  const { id, participant, campaign, earned, reversed, reason } = clip;
  return {
    id: derivedId('clip_told', id, event, ...cause),
    kind: 'clip',
    participant,
    campaign,
    clip: id,
    event,
    currency,
    amount: (earned - reversed).toString(),
    ...(reason === undefined ? {} : { reason }),
  };
}
