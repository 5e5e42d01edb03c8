import type {
  PaymentObject,
  PaymentProvider,
  PaymentReference,
  PaymentRequest,
  RawEvent,
} from '../../ports/provider.ts';

/**
 * What some providers, or the fakes and sandboxes they are tested with, can do and others cannot.
 *
 * - `keys`, `lookup`: the provider declares them. The suite checks that this is so.
 * - `balance`: the platform's balance can be emptied and filled.
 * - `recipients`: a recipient can be made not ready.
 * - `returns`: money can come back to the platform's balance.
 * - `events`: signed events can be made.
 * - `faults`: a request or a response can be lost, and a response withheld.
 * - `time`: time can pass, for the provider and for its clock, without waiting for it.
 */
export type ProviderAbility =
  'keys' | 'lookup' | 'balance' | 'recipients' | 'returns' | 'events' | 'faults' | 'time';

/**
 * A provider under test, and what can be done to the world around it: a plain object of functions that need no `this`.
 * What belongs to an ability is needed with it.
 */
export interface OpenedProvider {
  readonly provider: PaymentProvider;
  /**
   * A request that the provider would carry out: a fresh payout and key, from the account of the provider's
   * credentials, to a recipient who is ready, an amount above every minimum, of which the double can be paid too. What
   * is asked for replaces its parts, and the frozen text is made of the result.
   */
  readonly request: (more?: Partial<PaymentRequest>) => PaymentRequest;
  /** How many payments of a payout there really are, asked of the fake itself. Left out, only `find` tells. */
  readonly countPayments?: (reference: {
    readonly program: string;
    readonly payout: string;
  }) => Promise<number>;
  /** With `balance`: the platform can pay nothing in the currency. */
  readonly emptyBalance?: (currency: string) => Promise<void>;
  /** With `balance`: the platform can pay what any request of this harness asks for. */
  readonly fillBalance?: (currency: string) => Promise<void>;
  /** With `recipients`: the id of a destination that cannot be paid now. */
  readonly unreadyDestination?: () => Promise<string>;
  /** With `returns`: so much more of a payment comes back to the platform's balance. */
  readonly giveBack?: (object: string, amount: bigint) => Promise<void>;
  /**
   * With `events`: a genuine event about a payment, with an id of its own, signed so many milliseconds from now. Its
   * headers are only those that authenticate it, in a form in which each letter and digit counts.
   */
  readonly event?: (payment: PaymentObject, signedFromNowMs: number) => Promise<RawEvent>;
  /** With `faults`: the next send does not arrive, and fails. */
  readonly loseRequest?: () => Promise<void>;
  /** With `faults`: the next send is executed, its answer is lost, and it fails. */
  readonly loseResponse?: () => Promise<void>;
  /** With `faults`: the next send gets no answer for as long as its caller waits. */
  readonly withholdResponse?: () => Promise<void>;
  /** With `time`, and wherever the lookup has a delay, even if it has to wait for it. */
  readonly passTime?: (ms: number) => Promise<void>;
  readonly close?: () => Promise<void>;
}

/** How the contract suite reaches the provider under test. */
export interface ProviderHarness {
  /** Opens a provider against a fake or a sandbox. Called for each case. */
  open(): Promise<OpenedProvider>;
  readonly abilities: Readonly<Record<ProviderAbility, boolean>>;
  /** Shows a case as skipped. Left out, it is registered as a test whose name says that it is not supported. */
  skip?(title: string, reason: string): unknown;
}

/** One promise of the port, as data. */
export interface ProviderCase {
  /** Stable, in kebab case, unique in the suite. */
  readonly id: string;
  /** A sentence about money. */
  readonly title: string;
  readonly needs?: readonly ProviderAbility[];
  /** Resolves when the provider keeps the promise, rejects when not. */
  run(harness: ProviderHarness): Promise<void>;
}

/** The part of a request that says whose payment it is. */
export function referenceOf({ program, payout, attempt }: PaymentReference): PaymentReference {
  return { program, payout, attempt };
}
