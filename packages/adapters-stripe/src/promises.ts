import type { ProviderPromises } from '@payout-engines/core';
import type { StripeRequestOptions } from './stripe-client.ts';

const HOUR_MS = 3_600_000;
/** What the client's own resend may add to the time that a request is under way. */
const RESEND_MS = 3_000;
const TIMEOUT_MS = 30_000;

/**
 * What Stripe promises of each request that moves money. Keys are kept for a day or longer, and a reused one pays again:
 * an hour less is used, besides the engine's own margins. There is no search, and that a list shows what was just made is
 * promised nowhere: an empty one proves nothing.
 */
export function stripePromises(timeoutMs: number): ProviderPromises {
  return {
    keys: { windowMs: 23 * HOUR_MS, lengthMax: 255, replaysFirstAnswer: true },
    // Where lateness is documented at all, it is up to an hour.
    lookup: { delayMs: HOUR_MS, authoritative: false },
    inFlightMs: longestMs(timeoutMs),
  };
}

/** How each request is made: once, as far as the client lets us. */
export function requestOptions(timeoutMs: number = TIMEOUT_MS): StripeRequestOptions {
  return { maxNetworkRetries: 0, timeout: timeoutMs };
}

/** The longest that a request and the client's own resend of it take, where the client keeps its timeout. */
export function longestMs(timeoutMs: number): number {
  return timeoutMs + timeoutMs + RESEND_MS;
}
