import { PayoutError } from '../errors.ts';
import { idProblem } from '../id.ts';
import { escapedPart } from './derived-id.ts';

/** Where a participant's money can be, besides paid out. */
export type ParticipantAccountName = 'held' | 'available' | 'reserved';

/** An account of a participant. Its id stands escaped between slashes. */
export type ParticipantAccount =
  `participant/${string}/${ParticipantAccountName}` | `participant/${string}/paid/${string}`;

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
/** Not its end alone: a provider may be called `available` too. */
const AVAILABLE_ACCOUNT = /^participant\/[^/]+\/available$/;
const PROGRAM_ACCOUNT = /^(?:funding|differences|writtenOff|(?:pool|campaign|fees|outside)\/[^/]+)$/;

/** Whether a text is the name of an account, with ids in it that any store keeps as they are. */
export function isAccount(text: string): text is Account {
  if (!PARTICIPANT_ACCOUNT.test(text) && !PROGRAM_ACCOUNT.test(text)) return false;
  // Parts of a short plain text are ids themselves, and most names are one.
  return (!text.includes('%') && idProblem(text) === undefined) || text.split('/').every(isEscapedId);
}

/**
 * Throws unless the text is the name of an account.
 *
 * @throws {@link PayoutError} with code `INVALID_ID`
 */
export function assertAccount(text: string): asserts text is Account {
  if (!isAccount(text)) {
    throw new PayoutError('INVALID_ID', { field: 'account', reason: 'it is not the name of an account' });
  }
}

const ESCAPED = /^(?:[^%]|%25|%2F)+$/;

function isEscapedId(part: string): boolean {
  return ESCAPED.test(part) && idProblem(part.replaceAll('%2F', '/').replaceAll('%25', '%')) === undefined;
}

/** Whose account it is: one owner for all accounts of a participant; an account of the program is its own. */
export function accountOwner(account: Account): string {
  const [kind, participant] = account.split('/');
  return kind === 'participant' ? `participant/${participant ?? ''}` : account;
}

/** The participant whose `available` account it is, or nothing for any other account. */
export function participantOfAvailable(account: Account): string | undefined {
  const participant = AVAILABLE_OF.exec(account)?.[1];
  return participant?.replaceAll('%2F', '/').replaceAll('%25', '%');
}

const AVAILABLE_OF = /^participant\/([^/]+)\/available$/;

/** The account of what a provider charged. */
export function feesAccount(provider: string): ProgramAccount {
  return `fees/${escapedPart(provider)}`;
}

/**
 * Whether a transfer may take the account below zero: the outside world, the platform's own money, fees and
 * differences always; what is available to a participant only when money is taken back from it that they should not
 * have (a reversal) or that they have already got (evidence). Both leave a debt.
 */
export function mayGoNegative(account: Account, leavesDebt: boolean): boolean {
  if (account.startsWith('participant/')) return leavesDebt && AVAILABLE_ACCOUNT.test(account);
  return (
    account === 'funding' ||
    account === 'differences' ||
    account.startsWith('outside/') ||
    account.startsWith('fees/')
  );
}
