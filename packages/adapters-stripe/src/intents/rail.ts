import type {
  PaymentLookup,
  PaymentObject,
  PaymentProvider,
  RetryPolicy,
  Timers,
} from '@payout-engines/core';
import type { IntentStore } from './intent.ts';

/** What an intent is carried out with: a provider that needs to know the target to look. */
export interface IntentRail extends Pick<PaymentProvider, 'id' | 'capabilities' | 'account' | 'send'> {
  /** Whether what was done can come to nothing later, as a payout to a bank can for days. */
  readonly mayFailLater: boolean;
  find(lookup: PaymentLookup & { readonly target: string }): Promise<readonly PaymentObject[]>;
}

/** With what, and how patiently. */
export interface IntentOptions {
  readonly store: IntentStore;
  /** @defaultValue the engine's own */
  readonly retry?: RetryPolicy;
  /** @defaultValue the timers of the machine */
  readonly timers?: Timers;
}

/** What an intent is to do. The id names it for ever; asked for again, all else must be the same. */
export interface IntentContent {
  readonly program: string;
  readonly id: string;
  readonly participant: string;
  readonly target: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** How long whoever claims an intent has it for themselves. */
export const LEASE_MS = 300_000;
/** How far clocks may be apart. */
export const MARGIN_MS = 60_000;
