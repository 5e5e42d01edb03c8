import { PayoutError } from '@payout-engines/core';
import { type JsonObject, jsonObject, textOf } from '../events/json-object.ts';
import { readFailure } from '../failure.ts';
import { stripeUnavailable } from '../stripe-unavailable.ts';

/** What of the `stripe` client is needed for connected accounts: each version of it fits. */
export interface StripeAccounts {
  readonly accounts: {
    create(params: object, options: { readonly idempotencyKey: string }): Promise<unknown>;
    retrieve(id: string): Promise<unknown>;
  };
  readonly accountLinks: {
    create(params: {
      account: string;
      refresh_url: string;
      return_url: string;
      type: 'account_onboarding';
    }): Promise<unknown>;
  };
}

/** An account as Stripe shows it. */
export interface ShownAccount {
  readonly id: string;
  readonly shown: JsonObject;
}

/** The account, or nothing where the platform has no access to one of that id. */
export async function retrieveAccount(
  stripe: Pick<StripeAccounts, 'accounts'>,
  id: string,
): Promise<ShownAccount | undefined> {
  let shown: unknown;
  try {
    shown = await stripe.accounts.retrieve(id);
  } catch (error) {
    const { code } = readFailure(error, 1);
    if (code === 'account_invalid' || code === 'resource_missing') return undefined;
    throw stripeUnavailable(error);
  }
  const account = accountOf(shown);
  if (account.id === id) return account;
  throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'what it answered is another account' });
}

/** The client gives whatever JSON has no error in it: only an account is one. */
export function accountOf(value: unknown): ShownAccount {
  const shown = jsonObject(value);
  const id = textOf(shown, 'id');
  if (shown?.['object'] !== 'account' || id === undefined)
    throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'what it answered is not an account' });
  return { id, shown };
}
