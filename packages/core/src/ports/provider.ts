import type { ProviderCurrency } from '../money/provider-amount.ts';
import type { Environment } from '../payouts/payout.ts';
import type { ProviderPromises } from '../payouts/promises.ts';
import type { RefusalScope } from '../payouts/verdict.ts';

/** What a provider promises and can do, and what the engine may therefore do. */
export interface ProviderCapabilities extends ProviderPromises {
  /** How the provider counts each currency that it pays, by ledger code; what is missing here cannot be paid. */
  readonly currencies: Readonly<Record<string, PayableCurrency>>;
  /** At most so many sends a second, over one process. Left out, as many as the concurrency allows. */
  readonly perSecond?: number;
  /** An operator carries it out: a worker never claims it. */
  readonly manual?: boolean;
}

/** A currency as a provider counts it, and the least that it pays, in minor units of the ledger. */
export interface PayableCurrency extends ProviderCurrency {
  readonly minimum?: bigint;
}

/** The account that a provider's credentials belong to. */
export interface ProviderAccount {
  readonly id: string;
  readonly environment: Environment;
}

/** What a payment carries, so that it can be told whose it is. */
export interface PaymentReference {
  readonly program: string;
  readonly payout: string;
  readonly attempt: number;
}

/** One send: everything in it was frozen before the first one, and is the same in each. */
export interface PaymentRequest extends PaymentReference {
  readonly key: string;
  /** The account that it is sent from. A provider whose credentials are another's answers `not_executed`. */
  readonly account: string;
  readonly participant: string;
  readonly destination?: string;
  readonly currency: string;
  /** Minor units of the ledger. */
  readonly amount: bigint;
  /** The frozen text that all of this was read from. */
  readonly frozen: string;
}

/** A payment as it exists at the provider, whoever asked for it. */
export interface PaymentObject {
  readonly id: string;
  /** What it carries; left out where it is not one of ours. */
  readonly reference?: PaymentReference;
  readonly account: string;
  readonly environment: Environment;
  readonly destination?: string;
  readonly currency: string;
  /** Minor units of the ledger that moved, or will. */
  readonly amount: bigint;
  /** `moved`: done, though it may come back. `pending`: under way. `failed`: ended without moving anything. */
  readonly status: 'moved' | 'pending' | 'failed';
  /** Why it failed, as a code. */
  readonly code?: string;
  /** How much of it is back in the platform's balance by now: cumulative, never what is back in someone else's. */
  readonly returned: bigint;
}

/** What became of one send. Anything that is not surely one of the first three is `unknown`. */
export type SendOutcome =
  | { readonly kind: 'object'; readonly object: PaymentObject }
  /** Definite: this send moved nothing and never will. */
  | {
      readonly kind: 'refused';
      readonly scope: RefusalScope;
      readonly code: string;
      /** Whether the provider keeps this answer under the key, so that every other send under it gets it too. */
      readonly stored?: boolean;
    }
  /** Definite: this send was not executed (a rate limit, a lock, another send of the same key under way). */
  | { readonly kind: 'not_executed'; readonly code: string; readonly retryAfterMs?: number }
  | { readonly kind: 'unknown'; readonly code: string };

/** What an event of a provider is about, once it has been verified. */
export interface ProviderEvent {
  /** Unique at the provider; the same event delivered again has the same id. */
  readonly id: string;
  readonly type: string;
  readonly account: string;
  readonly environment: Environment;
  /** The payment to look at again. Left out for events that are about something else. */
  readonly payment?: { readonly object?: string; readonly reference: PaymentReference };
}

/** An event as it arrived: the raw body and its headers, in lower case. */
export interface RawEvent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Tells a send when to stop waiting: an `AbortSignal`. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Which payments to look up. */
export interface PaymentLookup {
  readonly program: string;
  readonly payout: string;
  /** The account that they were sent from. */
  readonly account: string;
}

/** A payment service. */
export interface PaymentProvider {
  readonly id: string;
  readonly capabilities: ProviderCapabilities;
  /** Whose credentials these are. Asked before each run. */
  account(): Promise<ProviderAccount>;
  /** Sends a payment. Throwing means `unknown`. */
  send(request: PaymentRequest, signal: StopSignal): Promise<SendOutcome>;
  /**
   * Every payment that carries this program and payout, whatever attempt it names. An empty list says only what
   * `lookup` says it does. Not being able to look is an error to throw, never an empty list; so is being asked about
   * another account than that of the credentials.
   */
  find(reference: PaymentLookup): Promise<readonly PaymentObject[]>;
  /**
   * Verifies an event and says what it is about, before anything in it is believed.
   *
   * @throws {@link PayoutError} with code `EVENT_REFUSED`
   */
  event?(raw: RawEvent): Promise<ProviderEvent>;
  /**
   * Payments made since an instant by the provider's time, for reconciling; in batches, in any order, each as `find`
   * would show it. All of them: a payout whose payment is in it is not looked up one by one.
   */
  list?(since: Date): AsyncIterable<readonly PaymentObject[]>;
}
