import { PayoutError, systemTimers } from '@payout-engines/core';
import { longestMs } from './promises.ts';
import type { StripeClient, StripeRequestOptions } from './stripe-client.ts';

/**
 * The client, with an end to each request. Versions 20 and 21 wait for ever when an answer breaks off after its headers,
 * and all of them when it is JSON that is no object: a run would stand still.
 */
export function limitedClient(stripe: StripeClient): StripeClient {
  const { transfers, payouts, balance, accounts } = stripe;
  return {
    transfers: {
      create: (params, options) => limited(transfers.create(params, options), options),
      retrieve: (id, params, options) => limited(transfers.retrieve(id, params, options), options),
      list: (params, options) => limited(transfers.list(params, options), options),
      createReversal: (id, params, options) =>
        limited(transfers.createReversal(id, params, options), options),
      listReversals: (id, params, options) => limited(transfers.listReversals(id, params, options), options),
    },
    payouts: {
      create: (params, options) => limited(payouts.create(params, options), options),
      list: (params, options) => limited(payouts.list(params, options), options),
    },
    balance: { retrieve: (params, options) => limited(balance.retrieve(params, options), options) },
    accounts: {
      retrieve: (id, params, options) => limited(accounts.retrieve(id, params, options), options),
      retrieveCurrent: (params, options) => limited(accounts.retrieveCurrent(params, options), options),
    },
    on: (event, handler) => stripe.on(event, handler),
    off: (event, handler) => stripe.off(event, handler),
  };
}

async function limited(answer: PromiseLike<unknown>, { timeout }: StripeRequestOptions): Promise<unknown> {
  const limit = systemTimers.deadline(longestMs(timeout));
  const expiry = new Promise<never>((_resolve, reject) => {
    limit.signal.addEventListener('abort', () => {
      reject(new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'it did not answer in time' }));
    });
  });
  try {
    return await Promise.race([answer, expiry]);
  } finally {
    limit.cancel();
  }
}
