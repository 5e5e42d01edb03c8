import type { Frame } from '@payout-engines/example-kit';

export const FRAME: Frame = {
  app: 'Creator batches',
  nav: [
    { to: '/', label: 'Overview', role: 'participant' },
    { to: '/earnings', label: 'Tips and calls', role: 'participant' },
    { to: '/verification', label: 'Verification', role: 'participant' },
    { to: '/operator', label: 'Batches', role: 'operator' },
    { to: '/operator/earnings', label: 'Tips and calls', role: 'operator' },
    { to: '/operator/log', label: 'Log', role: 'operator' },
  ],
};

/** Where the page of a payout is. Ids of payouts have slashes in them. */
export function payoutPath(id: string, under = ''): string {
  return `${under}/payouts/${encodeURIComponent(id)}`;
}

export function batchPath(key: string): string {
  return `/operator/batches/${encodeURIComponent(key)}`;
}
