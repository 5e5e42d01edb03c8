import type { ProviderHarness } from '@payout-engines/core/testing';

/** What the loopback Stripe can do for the contract suite: everything. */
export const ABILITIES: ProviderHarness['abilities'] = {
  keys: true,
  lookup: true,
  balance: true,
  recipients: true,
  returns: true,
  events: true,
  faults: true,
  time: true,
};
