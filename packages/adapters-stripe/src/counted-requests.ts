import type { StripeClient, StripeRequest } from './stripe-client.ts';

/** How often requests of one key have gone out since it is watched. */
export interface WatchedKey {
  count(): number;
  end(): void;
}

/**
 * Counts what the client really sends. It sends again by itself, once, when a connection is closed, and its caller sees
 * only the answer to the second request: "too many requests", say, of a transfer that the first one made.
 */
export class CountedRequests {
  readonly #stripe: Pick<StripeClient, 'on' | 'off'>;
  readonly #counts = new Map<string, { requests: number; watchers: number }>();
  readonly #count = ({ idempotency_key: key }: StripeRequest): void => {
    const counted = key === undefined ? undefined : this.#counts.get(key);
    if (counted !== undefined) counted.requests += 1;
  };

  constructor(stripe: Pick<StripeClient, 'on' | 'off'>) {
    this.#stripe = stripe;
  }

  /** Sends of one key at once are counted together: each may be any of them, so that none is taken for definite. */
  watch(key: string): WatchedKey {
    // Listens only while something is under way: whoever makes an adapter for each call would fill the client up.
    if (this.#counts.size === 0) this.#stripe.on('request', this.#count);
    const counted = this.#counts.get(key) ?? { requests: 0, watchers: 0 };
    this.#counts.set(key, counted);
    counted.watchers += 1;
    return {
      count: () => counted.requests,
      end: () => {
        counted.watchers -= 1;
        if (counted.watchers > 0) return;
        this.#counts.delete(key);
        if (this.#counts.size === 0) this.#stripe.off('request', this.#count);
      },
    };
  }
}
