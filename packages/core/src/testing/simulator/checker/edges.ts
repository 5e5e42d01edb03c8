import type { PayoutState } from '../../../payouts/states.ts';

/**
 * I13: what a payout may become, written down anew from the design: its drawing, and rule 8, which lets evidence that
 * money moved complete a payout in any state.
 */
export const LEGAL_STEPS: Readonly<Record<PayoutState, readonly PayoutState[]>> = {
  pending: ['approved', 'rejected', 'cancelled', 'completed'],
  approved: ['processing', 'cancelled', 'rejected', 'pending', 'completed'],
  processing: ['completed', 'failed', 'approved', 'needs_review'],
  needs_review: ['completed', 'failed'],
  completed: ['returned'],
  returned: [],
  failed: ['approved', 'completed'],
  rejected: ['completed'],
  cancelled: ['completed'],
};

/** The states that a payout may begin in: a policy may approve at once. */
export const FIRST_STATES: readonly PayoutState[] = ['pending', 'approved'];

/** Whether one write may take a payout from a state to another: by a step, by none, or by two that go together. */
export function isLegal(from: PayoutState, to: PayoutState): boolean {
  if (from === to || LEGAL_STEPS[from].includes(to)) return true;
  // Evidence of what has come back already.
  if (to === 'returned') return LEGAL_STEPS[from].includes('completed');
  // A policy that approves by itself may approve and claim at once; that it approved is checked all the same.
  return from === 'pending' && to === 'processing';
}
