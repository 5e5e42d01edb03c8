import type { Frame } from '@payout-engines/example-kit';

export const FRAME: Frame = {
  app: 'Partner program',
  nav: [
    { to: '/', label: 'Overview', role: 'participant' },
    { to: '/sales', label: 'Sales', role: 'participant' },
    { to: '/years', label: 'Years', role: 'participant' },
    { to: '/operator', label: 'Payouts', role: 'operator' },
    { to: '/operator/sales', label: 'Sales', role: 'operator' },
  ],
};

/** Where the page of a payout is. Ids of payouts have slashes in them. */
export function payoutPath(id: string, under = ''): string {
  return `${under}/payouts/${encodeURIComponent(id)}`;
}
