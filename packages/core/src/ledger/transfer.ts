import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { MAX_MINOR } from '../money/range.ts';
import { type Account, isAccount } from './account.ts';

/** Why money moved. */
export type TransferKind =
  | 'pool'
  | 'pool_return'
  | 'share'
  | 'referral_bonus'
  | 'release'
  | 'reversal'
  | 'deposit'
  | 'earning'
  | 'adjustment'
  /** Out of what is available, for one attempt of a payout. */
  | 'reserve'
  /** Back, once the attempt is proven to have moved nothing: a reversal of the reservation. */
  | 'unreserve'
  /** What a provider moved, out of the reservation. */
  | 'payout'
  /** What a provider moved though nothing was reserved for it any more: may leave a debt. */
  | 'evidence'
  | 'fee'
  /** Between what a provider was asked to move and what it moved. */
  | 'difference'
  /** Back in the platform's balance: a reversal of what was paid. */
  | 'return';

/** One movement as it is asked for: its content, which its id stands for. */
export interface TransferRequest {
  /** Derived from the cause, never random: the same cause asks for the same transfer. */
  readonly id: string;
  readonly debit: Account;
  readonly credit: Account;
  readonly currency: string;
  /** Minor units, above zero. */
  readonly asked: bigint;
  readonly kind: TransferKind;
  /** What it is about: a period, an earning, a campaign. */
  readonly subject: string;
  /** Move no more than the debited account holds, down to nothing, instead of being refused. */
  readonly atMost?: boolean;
  /** The transfer that this one takes back, in whole or in part. */
  readonly reverses?: string;
}

/** One movement as it is stored: what was asked for, what moved, and when. */
export interface Transfer extends TransferRequest {
  /** Minor units that moved: `asked`, or less for a transfer with `atMost`. */
  readonly moved: bigint;
  readonly at: Date;
}

/** The balance of one account in one currency, in minor units. */
export interface AccountBalance {
  readonly account: Account;
  readonly currency: string;
  readonly balance: bigint;
}

/** Throws `INVALID_ID` or `INVALID_TRANSFER` unless the request could be posted to some ledger. */
export function assertTransferRequest(request: TransferRequest): void {
  const refuse = (reason: string): PayoutError =>
    new PayoutError('INVALID_TRANSFER', { transfer: request.id, reason });
  assertId(request.id, 'transfer');
  assertId(request.currency, 'currency');
  assertId(request.subject, 'subject');
  if (request.reverses !== undefined) assertId(request.reverses, 'reverses');
  if (request.asked <= 0n) throw refuse('it must ask for an amount above zero');
  if (request.asked > MAX_MINOR) throw refuse('it asks for more than 64 bits hold');
  if (request.debit === request.credit) throw refuse('it debits and credits the same account');
  if (!isAccount(request.debit)) throw refuse('its debit is not an account');
  if (!isAccount(request.credit)) throw refuse('its credit is not an account');
}

/** Whether two requests with one id ask for the same movement. Never compares time or what moved. */
export function hasSameContent(left: TransferRequest, right: TransferRequest): boolean {
  return (
    left.debit === right.debit &&
    left.credit === right.credit &&
    left.currency === right.currency &&
    left.asked === right.asked &&
    left.kind === right.kind &&
    left.subject === right.subject &&
    (left.atMost ?? false) === (right.atMost ?? false) &&
    left.reverses === right.reverses
  );
}
