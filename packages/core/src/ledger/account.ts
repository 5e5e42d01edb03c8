import { escapedPart } from './derived-id.ts';

/** Where a participant's money can be, besides paid out. */
export type ParticipantAccountName = 'held' | 'available' | 'reserved';

/** An account of a participant. Its id stands escaped between slashes. */
export type ParticipantAccount =
  | `participant/${string}/${ParticipantAccountName}`
  | `participant/${string}/paid/${string}`;

/** An account of a program. */
export type ProgramAccount =
  | 'funding'
  | 'differences'
  | 'writtenOff'
  | `pool/${string}`
  | `campaign/${string}`
  | `fees/${string}`
  | `outside/${string}`;

/** One side of a transfer. Accounts exist from their first transfer on and hold one balance per currency. */
export type Account = ParticipantAccount | ProgramAccount;

/**
 * The account of a participant.
 *
 * @example
 * ```ts
 * import { participantAccount } from '@payout-engines/core';
 *
 * participantAccount('u42', 'available'); // => 'participant/u42/available'
 * ```
 */
export function participantAccount(participant: string, name: ParticipantAccountName): ParticipantAccount {
  return `participant/${escapedPart(participant)}/${name}`;
}

/** The account that holds what a provider has paid out to a participant. */
export function paidAccount(participant: string, provider: string): ParticipantAccount {
  return `participant/${escapedPart(participant)}/paid/${escapedPart(provider)}`;
}

/** The account that holds what a period distributes, until it is distributed. */
export function poolAccount(period: string): ProgramAccount {
  return `pool/${escapedPart(period)}`;
}

/** The budget of a campaign. */
export function campaignAccount(campaign: string): ProgramAccount {
  return `campaign/${escapedPart(campaign)}`;
}

const PARTICIPANT_ACCOUNT = /^participant\/[^/]+\/(?:held|available|reserved|paid\/[^/]+)$/;
const PROGRAM_ACCOUNT = /^(?:funding|differences|writtenOff|(?:pool|campaign|fees|outside)\/[^/]+)$/;

/** Whether a text is the name of an account. */
export function isAccount(text: string): text is Account {
  return PARTICIPANT_ACCOUNT.test(text) || PROGRAM_ACCOUNT.test(text);
}

/**
 * Whether a transfer may take the account below zero: the outside world, the platform's own money, fees and
 * differences always; what is available to a participant only by a reversal, which leaves a debt.
 */
export function mayGoNegative(account: Account, isReversal: boolean): boolean {
  if (account.startsWith('participant/')) return isReversal && account.endsWith('/available');
  return (
    account === 'funding' ||
    account === 'differences' ||
    account.startsWith('outside/') ||
    account.startsWith('fees/')
  );
}
