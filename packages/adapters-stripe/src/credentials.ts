import { PayoutError, type ProviderAccount } from '@payout-engines/core';
import { jsonObject } from './events/json-object.ts';
import type { StripeClient, StripeRequestOptions } from './stripe-client.ts';
import { stripeUnavailable } from './stripe-unavailable.ts';

/** Whose the client's API key is. A client keeps its key for life, so that what was answered once stays true. */
export class Credentials {
  readonly #stripe: Pick<StripeClient, 'accounts' | 'balance'>;
  readonly #options: StripeRequestOptions;
  #known: ProviderAccount | undefined;

  constructor(stripe: Pick<StripeClient, 'accounts' | 'balance'>, options: StripeRequestOptions) {
    this.#stripe = stripe;
    this.#options = options;
  }

  /** Asks Stripe, which also shows that the key still works. An account does not say its world; a balance does. */
  async ask(): Promise<ProviderAccount> {
    try {
      const [account, balance] = await Promise.all([
        this.#stripe.accounts.retrieveCurrent({}, this.#options),
        this.#stripe.balance.retrieve({}, this.#options),
      ]);
      const { object, id } = jsonObject(account) ?? {};
      const { object: ofBalance, livemode } = jsonObject(balance) ?? {};
      if (object !== 'account' || typeof id !== 'string' || id === '')
        throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'what it answered is not an account' });
      if (ofBalance !== 'balance' || typeof livemode !== 'boolean')
        throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'what it answered is not a balance' });
      this.#known = { id, environment: livemode ? 'live' : 'test' };
      return this.#known;
    } catch (error) {
      throw stripeUnavailable(error);
    }
  }

  /** What is known, or is asked now. */
  async known(): Promise<ProviderAccount> {
    return this.#known ?? (await this.ask());
  }
}
