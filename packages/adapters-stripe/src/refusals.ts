import type { RefusalScope } from '@payout-engines/core';

/**
 * Stripe's codes that are definite refusals, and what each is about. A code that is not here is not definite: it is
 * unknown, sent again under the same key while that is kept, and then looked at by a person.
 */
export const STRIPE_REFUSALS: Readonly<Record<string, RefusalScope>> = {
  // the platform's money: every payment of the run would be refused too
  balance_insufficient: 'run',
  // the credentials
  api_key_expired: 'run',
  platform_api_key_expired: 'run',
  livemode_mismatch: 'run',
  // whoever should get it
  insufficient_capabilities_for_transfer: 'recipient',
  transfers_not_allowed: 'recipient',
  payouts_not_allowed: 'recipient',
  capability_not_active: 'recipient',
  account_invalid: 'recipient',
  account_closed: 'recipient',
  no_account: 'recipient',
  bank_account_unusable: 'recipient',
  // what was asked
  amount_too_small: 'payout',
  amount_too_large: 'payout',
  invalid_currency: 'payout',
  currency_not_supported: 'payout',
  parameter_invalid_empty: 'payout',
  parameter_invalid_integer: 'payout',
  parameter_invalid_string: 'payout',
  parameter_invalid_string_blank: 'payout',
  parameter_invalid_string_empty: 'payout',
  parameter_missing: 'payout',
  parameter_unknown: 'payout',
  parameters_exclusive: 'payout',
};
