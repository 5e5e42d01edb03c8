import type { PaymentLookup, PaymentRequest } from '../ports/provider.ts';
import type { TrueMovement } from './simulated-movement.ts';

/**
 * What can go wrong with one send. "Lost" ends with a thrown error at once, or, where it is `silent`, with no answer
 * until the caller stops waiting.
 *
 * A provider keeps what it declares as long as the way there and `afterMs` of a late execution are together at most
 * `inFlightMs`, and `keys_pruned_early` is left out.
 */
export type SendFault =
  /** Never arrives, never executed. */
  | { readonly name: 'request_lost'; readonly silent?: boolean }
  /** Executed; the caller never hears of it. */
  | { readonly name: 'response_lost'; readonly silent?: boolean }
  /** The caller loses it now; it is executed so much later. */
  | { readonly name: 'executed_late'; readonly afterMs: number; readonly silent?: boolean }
  /** Nothing moves; the error is kept under the key and replayed. */
  | { readonly name: 'error_500_stored' }
  /** Money moves; the error is kept under the key and replayed. */
  | { readonly name: 'error_500_executed' }
  /** Not executed, nothing kept. */
  | { readonly name: 'rate_limited'; readonly retryAfterMs?: number }
  /** Not executed: another send of the key is under way. */
  | { readonly name: 'key_in_use' }
  /** Refused before execution, as a parameter that is not valid: nothing kept. A key that is known replays instead. */
  | { readonly name: 'refused_not_stored' }
  /** Refused for the platform's balance, whatever it is; kept and replayed. */
  | { readonly name: 'balance_insufficient' }
  /** Refused for the recipient, whatever their state; kept and replayed. */
  | { readonly name: 'recipient_not_ready' }
  /** The client sent twice: the first was executed and lost its answer, the second met a rate limit. */
  | { readonly name: 'hidden_resend' }
  /** The answer is no payment; whether one was executed is not to be seen from it. */
  | { readonly name: 'not_a_payment'; readonly executed: boolean }
  /** The key is forgotten before this send arrives, if its window has passed. */
  | { readonly name: 'keys_pruned' }
  /** The key is forgotten before this send arrives, inside its window too: a provider that breaks its promise. */
  | { readonly name: 'keys_pruned_early' }
  /** The payment exists but is under way, and moves so much later. */
  | { readonly name: 'pending_moved'; readonly afterMs: number }
  /** The payment exists but is under way, and fails so much later. */
  | { readonly name: 'pending_failed'; readonly afterMs: number }
  /** Moves more or less than was asked for, and says so: a fee or an exchange at the provider. */
  | { readonly name: 'other_amount'; readonly by: bigint };

/** What can go wrong with one lookup. */
export type FindFault =
  | { readonly name: 'lookup_error' }
  /** Does not see what is younger than the declared delay. */
  | { readonly name: 'lookup_lags' };

/** What can go wrong with asking whose credentials these are. */
export interface AccountFault {
  readonly name: 'account_error';
}

/** What can go wrong with the delivery of one event. */
export type EventFault =
  /** Delivered now and once more so much later, under one id. */
  | { readonly name: 'event_duplicated'; readonly afterMs?: number }
  /** Two events with ids of their own about one thing. */
  | { readonly name: 'event_under_two_ids' }
  | { readonly name: 'event_dropped' }
  /** Delivered before the send has its answer. */
  | { readonly name: 'event_early' }
  /** Kept back until another event was delivered, but no longer than this. */
  | { readonly name: 'event_reordered'; readonly afterMs: number }
  | { readonly name: 'event_delayed'; readonly afterMs: number }
  /** Somebody else's event comes before the genuine one: the same body, signed with another secret. */
  | { readonly name: 'event_forged' }
  /** A genuine event of another account comes before the right one. */
  | { readonly name: 'event_wrong_account' };

/** Anything that can go wrong at a simulated provider. */
export type SimulatedFault = SendFault | FindFault | AccountFault | EventFault;

/** Decides, call by call, what goes wrong: `undefined` for nothing. Leaving a decision out is a provider without it. */
export interface SimulatedFaults {
  readonly send?: (call: { readonly request: PaymentRequest; readonly at: Date }) => SendFault | undefined;
  readonly find?: (call: PaymentLookup & { readonly at: Date }) => FindFault | undefined;
  readonly account?: () => AccountFault | undefined;
  readonly event?: (call: {
    readonly type: string;
    readonly movement: TrueMovement;
    readonly at: Date;
  }) => EventFault | undefined;
}

export const SEND_FAULTS = [
  'request_lost',
  'response_lost',
  'executed_late',
  'error_500_stored',
  'error_500_executed',
  'rate_limited',
  'key_in_use',
  'refused_not_stored',
  'balance_insufficient',
  'recipient_not_ready',
  'hidden_resend',
  'not_a_payment',
  'keys_pruned',
  'keys_pruned_early',
  'pending_moved',
  'pending_failed',
  'other_amount',
] as const satisfies readonly SendFault['name'][];

export const FIND_FAULTS = ['lookup_error', 'lookup_lags'] as const satisfies readonly FindFault['name'][];

export const ACCOUNT_FAULTS = ['account_error'] as const satisfies readonly AccountFault['name'][];

export const EVENT_FAULTS = [
  'event_duplicated',
  'event_under_two_ids',
  'event_dropped',
  'event_early',
  'event_reordered',
  'event_delayed',
  'event_forged',
  'event_wrong_account',
] as const satisfies readonly EventFault['name'][];

/** The names of all faults, so that a run can show that it met each of them. */
export const SIMULATED_FAULTS = [
  ...SEND_FAULTS,
  ...FIND_FAULTS,
  ...ACCOUNT_FAULTS,
  ...EVENT_FAULTS,
] as const satisfies readonly SimulatedFault['name'][];

/** What a lost connection looks like to a caller: the error of a network, so not one of this library's. */
export class SimulatedFailure extends Error {
  override readonly name = 'SimulatedFailure';
}
