import { PayoutError } from '../errors.ts';

/** Where a campaign stands: without money yet, tracking, resting, or done. */
export type CampaignState = 'draft' | 'running' | 'paused' | 'completed';

/** What can happen to a campaign. */
export type CampaignEvent = 'fund' | 'pause' | 'resume' | 'complete';

/** Every legal edge, as data. What is not here cannot happen. */
export const CAMPAIGN_EDGES = {
  draft: { fund: 'running', complete: 'completed' },
  running: { pause: 'paused', complete: 'completed' },
  paused: { resume: 'running', complete: 'completed' },
  completed: {},
} as const satisfies Record<CampaignState, Partial<Record<CampaignEvent, CampaignState>>>;

/** All states of campaigns. */
export const CAMPAIGN_STATES = [
  'draft',
  'running',
  'paused',
  'completed',
] as const satisfies readonly CampaignState[];

/** What a state becomes by an event, or nothing where that cannot happen. */
export function nextCampaignState(state: CampaignState, event: CampaignEvent): CampaignState | undefined {
  const edges: Partial<Record<CampaignEvent, CampaignState>> = CAMPAIGN_EDGES[state];
  return edges[event];
}

/** @throws {@link PayoutError} with code `WRONG_CAMPAIGN_STATE` */
export function campaignTransition(
  campaign: string,
  state: CampaignState,
  event: CampaignEvent,
): CampaignState {
  const next = nextCampaignState(state, event);
  if (next === undefined) throw new PayoutError('WRONG_CAMPAIGN_STATE', { campaign, state, action: event });
  return next;
}
