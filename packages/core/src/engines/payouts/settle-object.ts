import { readFrozenRequest } from '../../payouts/frozen-request.ts';
import type { PaymentObject, PaymentProvider } from '../../ports/provider.ts';
import type { PayoutChange } from './change.ts';
import { NEVER, type PayoutContext } from './context.ts';
import { conclude, liveAttempt, postpone } from './settle-answer.ts';

/**
 * Books a payment as the provider shows it. Evidence that money moved is never discarded: it needs no fence and counts
 * in every state.
 */
export function settleObject(
  context: PayoutContext,
  change: PayoutChange,
  provider: PaymentProvider,
  object: PaymentObject,
  bookedFor: string | undefined,
): void {
  const number = object.reference?.attempt;
  if (number === undefined) return;
  const problem = problemOf(context, change, provider, object, number, bookedFor);
  if (problem !== undefined) {
    quarantine(change, provider, object, problem);
    // Of a payout that is closed there is nothing left to find out: what moved under its name is owed for.
    if (change.holdsReservation || !BOOKED_ALL_THE_SAME.has(problem)) return;
  }
  if (object.status === 'moved') bookMoved(change, provider, object, number);
  else if (object.status === 'pending') awaitPending(context, change, object, number);
  else failByObject(change, provider, object, number);
}

/** What differs in a payment that moved all the same, in our money: a store that was restored may have forgotten why. */
const BOOKED_ALL_THE_SAME: ReadonlySet<string> = new Set(['account_differs', 'destination_differs']);

/** Why an object is not settled as it is. One that is booked for this payout already fits, whoever said so. */
function problemOf(
  context: PayoutContext,
  change: PayoutChange,
  provider: PaymentProvider,
  object: PaymentObject,
  number: number,
  bookedFor: string | undefined,
): string | undefined {
  if (change.movement(provider.id, object.id) !== undefined) return undefined;
  // An operator named it as what paid another payout.
  if (bookedFor !== undefined && bookedFor !== change.payout.id) return 'transaction_of_another';
  return misfitOf(context, change, object, number);
}

/** Why an object cannot be the payment of this attempt, though it carries its number. */
function misfitOf(
  { rules }: PayoutContext,
  change: PayoutChange,
  object: PaymentObject,
  number: number,
): string | undefined {
  if (object.environment !== rules.environment) return 'environment_differs';
  if (object.currency !== change.payout.currency) return 'currency_differs';
  const attempt = change.attempt(number);
  if (attempt === undefined || attempt.by !== undefined) return undefined;
  if (object.account !== attempt.account) return 'account_differs';
  const { destination } = readFrozenRequest(attempt);
  return object.destination === destination?.id ? undefined : 'destination_differs';
}

/** What does not fit is not ignored: sends of this account and currency stop until a person has looked. */
function quarantine(
  change: PayoutChange,
  { id }: PaymentProvider,
  object: PaymentObject,
  problem: string,
): void {
  const { payout, at } = change;
  if (payout.state === 'processing') {
    change.take('give_up', { reason: problem, dueAt: NEVER });
  }
  change.halts.push({
    provider: id,
    account: object.account,
    currency: payout.currency,
    reason: problem,
    at,
  });
  change.tellOperator(problem, object.id);
}

function bookMoved(
  change: PayoutChange,
  provider: PaymentProvider,
  object: PaymentObject,
  number: number,
): void {
  const known = change.movement(provider.id, object.id);
  if (known === undefined) bookNew(change, provider, object, number);
  const movement = change.movement(provider.id, object.id);
  if (movement === undefined) return;
  if (movement.moved !== object.amount) change.tellOperator('amount_changed', object.id);
  const upTo = object.returned < movement.moved ? object.returned : movement.moved;
  // Cumulative: an older reading of the object says less than what is booked, and nothing new.
  if (upTo <= movement.returned) return;
  change.bookReturn(movement, upTo);
  const { state } = change.payout;
  if (state === 'completed' || state === 'returned') change.take('return', { reason: 'returned' });
  change.tell(`returned-${object.id}-${upTo}`);
}

/**
 * A movement that the books do not know. It takes the payout's reservation, if there is one that no later attempt is
 * being sent for; else it is booked from what is available.
 */
function bookNew(
  change: PayoutChange,
  provider: PaymentProvider,
  object: PaymentObject,
  number: number,
): void {
  const { payout, at } = change;
  const laterIsSent = payout.attempt > number && change.holdsReservation && (change.live?.sends ?? 0) > 0;
  const another = change.movementsOf(number).length > 0;
  if (change.holdsReservation && !laterIsSent && !another) {
    // A later attempt that was not sent never will be: its reservation is the one that pays.
    if (change.live !== undefined && change.live.number !== number)
      change.endAttempt(payout.attempt, 'not_sent', 'superseded');
    change.endAttempt(number, 'paid');
    change.bookMovement(provider.id, object.id, number, object.amount, 'reserved');
    complete(change, { attempt: Math.max(payout.attempt, number) });
    return;
  }
  change.bookMovement(provider.id, object.id, number, object.amount, 'available');
  change.endAttempt(number, 'paid');
  const isDuplicate = laterIsSent || another || payout.state === 'completed' || payout.state === 'returned';
  if (isDuplicate) {
    change.halts.push({
      provider: provider.id,
      account: object.account,
      currency: payout.currency,
      reason: 'duplicate_payment',
      at,
    });
    change.tellOperator('duplicate_payment', object.id);
  } else {
    change.tellOperator('paid_after_all', object.id);
  }
  if (!change.holdsReservation) complete(change, { attempt: Math.max(payout.attempt, number) });
}

function complete(change: PayoutChange, more: { readonly attempt: number }): void {
  const before = change.payout.state;
  change.forget('reason');
  change.take('evidence', { ...more, dueAt: NEVER, fence: change.payout.fence + 1 });
  if (before !== 'completed' && before !== 'returned') change.tell('');
}

/** A payment that exists and has not come to its end: nothing is sent any more, it is only looked at. */
function awaitPending(
  context: PayoutContext,
  change: PayoutChange,
  object: PaymentObject,
  number: number,
): void {
  const attempt = liveAttempt(change, number);
  if (attempt === undefined) return;
  change.putAttempt({ ...attempt, pendingObject: object.id, tries: 0 });
  postpone(change, context.rules.retry.longestMs);
}

/** The provider's own object has ended without moving anything: that is proof, if it is all that the attempt made. */
function failByObject(
  change: PayoutChange,
  _provider: PaymentProvider,
  object: PaymentObject,
  number: number,
): void {
  const attempt = liveAttempt(change, number);
  if (attempt === undefined || change.movementsOf(number).length > 0) return;
  conclude(change, { end: 'refused', scope: 'payout', code: object.code ?? 'failed_at_provider' });
}
