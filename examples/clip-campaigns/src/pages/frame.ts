import type { Frame } from '@payout-engines/example-kit';

export const FRAME: Frame = {
  app: 'Clip campaigns',
  nav: [
    { to: '/', label: 'Overview', role: 'participant' },
    { to: '/campaigns', label: 'Campaigns', role: 'participant' },
    { to: '/payment-details', label: 'Payment details', role: 'participant' },
    { to: '/operator', label: 'Campaigns', role: 'operator' },
    { to: '/operator/clips', label: 'Clips', role: 'operator' },
    { to: '/operator/payouts', label: 'Payouts', role: 'operator' },
  ],
};

/** Where the page of a payout is. Ids of payouts and clips have slashes in them. */
export function payoutPath(id: string, under = ''): string {
  return `${under}/payouts/${encodeURIComponent(id)}`;
}

/** Where the page of a clip is. */
export function clipPath(id: string, under = ''): string {
  return `${under}/clips/${encodeURIComponent(id)}`;
}

/** Where the page of a campaign is. */
export function campaignPath(id: string, under = ''): string {
  return `${under}/campaigns/${encodeURIComponent(id)}`;
}
