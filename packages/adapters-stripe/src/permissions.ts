/** What a restricted key must be allowed, and what for. */
export interface StripePermission {
  /** As the dashboard names it. */
  readonly resource: string;
  readonly access: 'read' | 'write';
  /** The requests that need it. */
  readonly requests: readonly string[];
  /** Left out where every platform needs it. */
  readonly onlyFor?: 'onboarding' | 'reversals' | 'bank payouts';
}

/**
 * All that this adapter ever asks of Stripe. A key that can do no more than this can, at worst, pay: it reads no
 * customers and no cards.
 */
export const STRIPE_PERMISSIONS: readonly StripePermission[] = [
  {
    resource: 'Transfers',
    access: 'write',
    requests: ['POST /v1/transfers', 'GET /v1/transfers', 'GET /v1/transfers/:id'],
  },
  {
    resource: 'Transfers',
    access: 'write',
    requests: ['POST /v1/transfers/:id/reversals', 'GET /v1/transfers/:id/reversals'],
    onlyFor: 'reversals',
  },
  { resource: 'Balance', access: 'read', requests: ['GET /v1/balance'] },
  { resource: 'Accounts', access: 'read', requests: ['GET /v1/account', 'GET /v1/accounts/:id'] },
  {
    resource: 'Accounts',
    access: 'write',
    requests: ['POST /v1/accounts'],
    onlyFor: 'onboarding',
  },
  { resource: 'Account Links', access: 'write', requests: ['POST /v1/account_links'], onlyFor: 'onboarding' },
  {
    resource: 'Payouts (of connected accounts)',
    access: 'write',
    requests: ['POST /v1/payouts', 'GET /v1/payouts', 'GET /v1/payouts/:id'],
    onlyFor: 'bank payouts',
  },
];
