import { PayoutError } from '../errors.ts';

/** Where a payout stands. */
export type PayoutState =
  | 'pending'
  | 'approved'
  | 'processing'
  | 'needs_review'
  | 'completed'
  | 'returned'
  | 'failed'
  | 'rejected'
  | 'cancelled';

/** What can happen to a payout. */
export type PayoutEvent =
  /** Somebody, or the policy, agrees to exactly this amount to exactly this destination. */
  | 'approve'
  /** An operator says no. */
  | 'reject'
  /** The participant, an operator or a reversal that needs the money takes it back before it is claimed. */
  | 'cancel'
  /** The destination is another one than was approved. */
  | 'destination_changed'
  /** A worker or an operator is about to send it: the intent, committed before any network call. */
  | 'claim'
  /** Proven: this attempt moved nothing, and another may be made later. */
  | 'refuse_for_now'
  /** Proven: this attempt moved nothing, and no other is made by itself. */
  | 'fail'
  /** The outcome is unknown and nothing that the library can do will tell. */
  | 'give_up'
  /** A new attempt, reserved anew. */
  | 'retry'
  /** Money moved: said by the provider's object, or by an operator who names it. */
  | 'evidence'
  /** Money came back to the platform's balance. */
  | 'return';

/**
 * Every legal edge, as data: what a state becomes by an event. What is not here cannot happen.
 *
 * Evidence that money moved has an edge from every state: it is never discarded.
 */
export const PAYOUT_EDGES = {
  pending: {
    approve: 'approved',
    reject: 'rejected',
    cancel: 'cancelled',
    destination_changed: 'pending',
    evidence: 'completed',
  },
  approved: {
    claim: 'processing',
    cancel: 'cancelled',
    reject: 'rejected',
    destination_changed: 'pending',
    evidence: 'completed',
  },
  processing: {
    evidence: 'completed',
    refuse_for_now: 'approved',
    fail: 'failed',
    give_up: 'needs_review',
    claim: 'processing',
  },
  needs_review: { evidence: 'completed', fail: 'failed' },
  completed: { evidence: 'completed', return: 'returned' },
  returned: { evidence: 'returned', return: 'returned' },
  failed: { retry: 'approved', evidence: 'completed' },
  rejected: { evidence: 'completed' },
  cancelled: { evidence: 'completed' },
} as const satisfies Readonly<Record<PayoutState, Readonly<Partial<Record<PayoutEvent, PayoutState>>>>>;

/** All states, in the order a payout usually takes them. */
export const PAYOUT_STATES = [
  'pending',
  'approved',
  'processing',
  'needs_review',
  'completed',
  'returned',
  'failed',
  'rejected',
  'cancelled',
] as const satisfies readonly PayoutState[];

/** The states in which a payout holds reserved money. */
export const OPEN_STATES = [
  'pending',
  'approved',
  'processing',
  'needs_review',
] as const satisfies readonly PayoutState[];

/** Whether a payout in this state holds reserved money. */
export function isOpen(state: PayoutState): boolean {
  return OPEN_STATES.some((open) => open === state);
}

const EDGES: Readonly<Record<PayoutState, Readonly<Partial<Record<PayoutEvent, PayoutState>>>>> =
  PAYOUT_EDGES;

/** The state after an event, or nothing where the event has no place. */
export function nextState(state: PayoutState, event: PayoutEvent): PayoutState | undefined {
  return EDGES[state][event];
}

/**
 * The state of a payout after an event.
 *
 * @throws {@link PayoutError} with code `WRONG_STATE`
 *
 * @example
 * ```ts
 * import { transition } from '@payout-engines/core';
 *
 * transition('p1', 'approved', 'claim'); // => 'processing'
 * ```
 */
export function transition(payout: string, state: PayoutState, event: PayoutEvent): PayoutState {
  const next = nextState(state, event);
  if (next === undefined) throw new PayoutError('WRONG_STATE', { payout, state, action: event });
  return next;
}
