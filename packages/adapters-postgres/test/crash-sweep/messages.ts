import type { PaymentLookup, PaymentObject, PaymentRequest, SendOutcome } from '@payout-engines/core';

/** What the parent, which has the provider and its truth, and a worker process say to each other. */

/** What a worker is to do. */
export interface Order {
  readonly url: string;
  readonly schema: string;
  readonly program: string;
  readonly concurrency: number;
  /** At which point it kills itself; left out, never. */
  readonly killAt?: Point;
}

/** A point by its name, and which time it is met: a slow machine may add points before it, and it stays the same. */
export interface Point {
  readonly name: string;
  readonly time: number;
}

/** A call of the provider, which is in the parent. */
export type ProviderCall =
  | { readonly method: 'account' }
  | { readonly method: 'send'; readonly request: PaymentRequest }
  | { readonly method: 'find'; readonly lookup: PaymentLookup };

/** What a provider answered. */
export type ProviderAnswer =
  | { readonly value: { readonly id: string; readonly environment: 'live' | 'test' } }
  | { readonly value: SendOutcome }
  | { readonly value: readonly PaymentObject[] }
  | { readonly error: string };

export type FromParent =
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: ProviderAnswer };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'call'; readonly id: number; readonly call: ProviderCall }
  /** The last word of a worker. */
  | { readonly kind: 'dying'; readonly point: Point }
  | { readonly kind: 'ended'; readonly points: readonly Point[] };
