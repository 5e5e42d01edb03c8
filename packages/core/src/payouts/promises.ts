/** What a provider promises about keys, lookups and time: what the engine may conclude from its answers. */
export interface ProviderPromises {
  /**
   * Idempotency keys: the same key inside the window never moves money twice. Left out, there are none, and the engine
   * needs an authoritative lookup.
   */
  readonly keys?: KeyPromise;
  /** Looking up what was sent. Left out, only keys and people can tell. */
  readonly lookup?: LookupPromise;
  /** The longest that a request may be under way before it is executed or lost, from its send. */
  readonly inFlightMs: number;
}

/** How a provider keeps idempotency keys. */
export interface KeyPromise {
  /** For how long a key is kept, from its first use. */
  readonly windowMs: number;
  readonly lengthMax: number;
  /**
   * Whether an answer that is kept under a key, inside its window, is the answer of all sends under it (Stripe: yes).
   * Else a refusal of a second send says nothing of the first.
   */
  readonly replaysFirstAnswer: boolean;
}

/** How a provider can be asked what it did. */
export interface LookupPromise {
  /** How long after it moved a payment may still be missing from a lookup. */
  readonly delayMs: number;
  /** Whether a lookup that finds nothing, after the delay, proves that there is nothing. */
  readonly authoritative: boolean;
  /** How far back a lookup sees. Left out, for ever. */
  readonly backMs?: number;
}
