import { PayoutError } from '../errors.ts';

/** Where a clip stands. Only an approved one is tracked. */
export type ClipState = 'submitted' | 'approved' | 'rejected' | 'withdrawn' | 'disqualified' | 'completed';

/** What can happen to a clip. */
export type ClipEvent =
  /** Somebody, or the end of the approval window, takes it on, with the views that it has at that moment. */
  | 'approve'
  | 'reject'
  /** Its participant takes it out: it keeps what it has earned. */
  | 'withdraw'
  /** It should not have earned: what has not been paid out goes back to the budget. */
  | 'disqualify'
  /** Its campaign has ended. */
  | 'complete';

/** Every legal edge, as data. What is not here cannot happen. */
export const CLIP_EDGES = {
  submitted: { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn' },
  approved: { withdraw: 'withdrawn', disqualify: 'disqualified', complete: 'completed' },
  // A person may have been wrong.
  rejected: { approve: 'approved' },
  withdrawn: { disqualify: 'disqualified' },
  disqualified: {},
  completed: { disqualify: 'disqualified' },
} as const satisfies Record<ClipState, Partial<Record<ClipEvent, ClipState>>>;

/** All states of clips. */
export const CLIP_STATES = [
  'submitted',
  'approved',
  'rejected',
  'withdrawn',
  'disqualified',
  'completed',
] as const satisfies readonly ClipState[];

/** What a state becomes by an event, or nothing where that cannot happen. */
export function nextClipState(state: ClipState, event: ClipEvent): ClipState | undefined {
  const edges: Partial<Record<ClipEvent, ClipState>> = CLIP_EDGES[state];
  return edges[event];
}

/** @throws {@link PayoutError} with code `WRONG_CLIP_STATE` */
export function clipTransition(clip: string, state: ClipState, event: ClipEvent): ClipState {
  const next = nextClipState(state, event);
  if (next === undefined) throw new PayoutError('WRONG_CLIP_STATE', { clip, state, action: event });
  return next;
}
