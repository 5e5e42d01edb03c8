import { PAYOUT_STATES, type PayoutState } from '@payout-engines/core';

/** What a caller may ask for as `status`: a state, or `open` and `ended` for those that have not come to an end, or have. */
export const STATUSES: Readonly<Record<string, readonly PayoutState[]>> = {
  ...Object.fromEntries(PAYOUT_STATES.map((state) => [state, [state]])),
  open: ['pending', 'approved', 'processing', 'needs_review'],
  ended: ['completed', 'returned', 'failed', 'rejected', 'cancelled'],
};
