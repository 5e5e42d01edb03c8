import { providerCases, registerProviderCases } from '@payout-engines/core/testing';
import { describe, it } from 'vitest';
import { ABILITIES } from './abilities.ts';
import { openStripe } from './connected-stripe.ts';

describe('the Stripe provider, over HTTP with the real client', () => {
  registerProviderCases(it, providerCases, { open: () => openStripe(), abilities: ABILITIES });
});
