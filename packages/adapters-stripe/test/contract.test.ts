import { type ProviderHarness, providerCases, registerProviderCases } from '@payout-engines/core/testing';
import { describe, it } from 'vitest';
import { openStripe } from './connected-stripe.ts';

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

describe('the Stripe provider, over HTTP with the real client', () => {
  registerProviderCases(it, providerCases, { open: () => openStripe(), abilities: ABILITIES });
});
