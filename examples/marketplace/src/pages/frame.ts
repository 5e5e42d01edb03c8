import type { Frame } from '@payout-engines/example-kit';

export const FRAME: Frame = {
  app: 'Marketplace',
  nav: [
    { to: '/', label: 'Payouts', role: 'participant' },
    { to: '/earned', label: 'Orders', role: 'participant' },
    { to: '/bank-account', label: 'Bank account', role: 'participant' },
    { to: '/openapi', label: 'API', role: 'participant' },
    { to: '/operator', label: 'Payouts', role: 'operator' },
    { to: '/operator/orders', label: 'Orders', role: 'operator' },
    { to: '/operator/statistics', label: 'Statistics', role: 'operator' },
    { to: '/openapi', label: 'API', role: 'operator' },
  ],
};

/** Where a member finds a payout of theirs. Ids of payouts have slashes in them. */
export function statementPath(id: string): string {
  return `/statements/${encodeURIComponent(id)}`;
}

/** Where an operator finds it. */
export function operatorPath(id: string): string {
  return `/operator/payouts/${encodeURIComponent(id)}`;
}
