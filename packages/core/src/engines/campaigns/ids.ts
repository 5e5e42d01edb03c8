import type { Clip } from '../../campaigns/clip.ts';
import { derivedId } from '../../ledger/derived-id.ts';

/**
 * Every id that a campaign gives rise to. Each is a function of its cause alone: whoever does a step again writes the same
 * id, and the second write is none.
 */
export const campaignIds = {
  /** One for each content in a campaign, ever, however its address is spelled. */
  clip: (campaign: string, platform: string, content: string) =>
    derivedId('clip', campaign, platform, content),
  /** The earning of a step of a clip, and the transfer that pays it. */
  earning: ({ campaign, platform, content }: Clip, step: number) =>
    derivedId('views', campaign, platform, content, step.toString()),
  deposit: (campaign: string, key: string) => derivedId('campaign', campaign, 'deposit', key),
  refund: (campaign: string, key: string) => derivedId('campaign', campaign, 'refund', key),
  /** What a disqualified clip gives back to the budget. */
  givenBack: (clip: string) => derivedId('given_back', clip),
  disqualification: (earning: string) => derivedId('disqualified', earning),
} as const;
