import type { Payout } from '@payout-engines/core';
import { PAYOUT_STATE_WORDS } from '@payout-engines/example-kit';
import type { EntryKind } from '../entries.ts';

/** What each line is called that a payout is made of. */
export const ENTRY_WORDS: Readonly<Record<EntryKind, string>> = {
  sale: 'Sold',
  fee: 'Marketplace fee, 10 %, of',
  bounty: 'Bounty, 5 % of what the seller earned on',
  refund: 'Refunded to the buyer of',
  fee_back: 'Marketplace fee given back for',
  bounty_back: 'Bounty taken back by the refund of',
  carried: 'Came back from an earlier payout, or was left of one',
};

/** What the codes of a payout's reason mean, and what to do about them. */
export const REASON_WORDS: Readonly<Record<string, { readonly means: string; readonly next: string }>> = {
  account_closed: {
    means: 'The bank says that this account is closed.',
    next: 'Give another bank account; what was not paid goes with the next payout.',
  },
  no_destination: { means: 'There is no bank account.', next: 'Add one.' },
  cancelled: {
    means: 'It was taken back before it was sent.',
    next: 'The money is on the balance and goes with the next payout.',
  },
  destination_changed: {
    means: 'The bank account changed after it was opened.',
    next: 'Somebody looks at it and sends it, once the new account is no longer held.',
  },
  destination_hold: { means: 'The bank account is new.', next: 'It is sent once the hold is over.' },
  earning_reversed: {
    means: 'A refund needed its money.',
    next: 'What is left of it is paid by another payout.',
  },
  returned: {
    means: 'The bank sent the money back.',
    next: 'Give another bank account; the money goes with the next payout.',
  },
};

/** What a payout is for, as its members say it. */
export function causeOf({ requestedBy, participant }: Pick<Payout, 'requestedBy' | 'participant'>): string {
  if (requestedBy === participant) return 'bounties';
  const [kind = '', id] = requestedBy.split('/');
  if (id === undefined) return 'balance';
  return kind === 'order' ? id : `what ${id} left`;
}

/** Here a payout waits for the run, not for a person. */
export const STATE_WORDS = {
  ...PAYOUT_STATE_WORDS,
  pending: { word: 'To be sent', tone: 'waits', means: 'It is sent with the next hourly run.' },
  approved: { word: 'Being sent', tone: 'goes', means: 'It is sent now, or with the next hourly run.' },
} as const;
