import type { Frame } from '@payout-engines/example-kit';

export const FRAME: Frame = {
  app: 'Revenue share',
  nav: [
    { to: '/', label: 'Overview', role: 'participant' },
    { to: '/wallet', label: 'Wallet', role: 'participant' },
    { to: '/admin', label: 'Periods', role: 'operator' },
    { to: '/admin/claims', label: 'Claims', role: 'operator' },
    { to: '/admin/creators', label: 'Creators', role: 'operator' },
    { to: '/admin/facts', label: 'Interactions', role: 'operator' },
    { to: '/admin/messages', label: 'Messages', role: 'operator' },
  ],
};

/** Where the page of a claim is. Ids of payouts have slashes in them. */
export function claimPath(id: string, under = ''): string {
  return `${under}/claims/${encodeURIComponent(id)}`;
}

/** Where the page of a period is. */
export function periodPath(id: string, under = ''): string {
  return `${under}/periods/${encodeURIComponent(id)}`;
}
