import { readFrozenRequest } from '../../payouts/frozen-request.ts';
import type { Attempt } from '../../payouts/payout.ts';
import { type Answer, type Restored, verdict, type Verdict } from '../../payouts/verdict.ts';
import type { PaymentObject, PaymentProvider } from '../../ports/provider.ts';
import type { Controls } from '../../ports/store.ts';
import type { PayoutChange } from './change.ts';
import { NEVER, type PayoutContext } from './context.ts';

/**
 * Settlement: what a payout becomes by what is known of its payments. Fed by answers, webhooks, lookups, reconciling and
 * operators; the same whatever order they come in, and however often.
 */

/** What the balance of the payout's participant was when the transaction took its lock. */
export interface Standing {
  readonly available: bigint;
  readonly controls: Controls;
}

// evidence

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

// negative conclusions

/** What whoever has a payout was answered, and by what right it is said. */
export interface Told {
  readonly attempt: number;
  readonly fence: number;
  readonly epoch: number;
  readonly answer: Answer;
}

/**
 * Applies an answer to the attempt that it is about. Only whoever has the payout now may conclude from it: an answer
 * with an older fence, or of an older epoch, changes nothing. Each conclusion raises the fence, so that none is drawn twice.
 *
 * @returns the verdict, or nothing where the answer came too late to count
 */
export function settleAnswer(
  context: PayoutContext,
  change: PayoutChange,
  provider: PaymentProvider,
  standing: Standing,
  told: Told,
): Verdict | undefined {
  const attempt = liveAttempt(change, told.attempt);
  const isCurrent = change.payout.fence === told.fence && standing.controls.epoch === told.epoch;
  if (attempt === undefined || !isCurrent) return undefined;
  const { rules } = context;
  const found = verdict(told.answer, {
    attempt,
    promises: provider.capabilities,
    retry: rules.retry,
    now: change.at,
    marginMs: rules.marginMs,
    leaseMs: rules.leaseMs,
    openedAt: change.payout.openedAt,
    ...restoredOf(change, standing.controls),
    random: context.random(),
  });
  change.set({ fence: change.payout.fence + 1 });
  applyVerdict(context, change, provider, standing, found);
  return found;
}

/** What the store may have forgotten of this payout. */
function restoredOf(
  { payout }: PayoutChange,
  { epoch, restored }: Controls,
): { readonly restored?: Restored } {
  if (restored === undefined) return {};
  return { restored: { ...restored, remembersPayout: payout.epoch < epoch } };
}

function applyVerdict(
  context: PayoutContext,
  change: PayoutChange,
  provider: PaymentProvider,
  standing: Standing,
  found: Verdict,
): void {
  switch (found.kind) {
    case 'wait':
      change.putAttempt(found.attempt);
      postpone(change, found.ms);
      return;
    case 'send':
      change.putAttempt(found.attempt);
      postpone(change, context.rules.leaseMs);
      return;
    case 'review':
      change.take('give_up', { reason: found.code, dueAt: NEVER });
      change.tellOperator('needs_review', change.payout.fence.toString(), { reason: found.code });
      return;
    case 'closed':
      if (found.scope === 'run') haltRun(context, change, provider, found.code);
      if (found.scope === 'payout') conclude(change, found);
      else nextAttempt(context, change, standing, found);
  }
}

/** The account has no money, or its credentials do not work: sending more of the same would only collect refusals. */
function haltRun(
  { rules }: PayoutContext,
  change: PayoutChange,
  { id }: PaymentProvider,
  code: string,
): void {
  const { payout, at } = change;
  const account = change.live?.account;
  const until = new Date(at.getTime() + rules.runRefusalMs);
  change.halts.push({
    provider: id,
    ...(account === undefined ? {} : { account }),
    currency: payout.currency,
    reason: code,
    at,
    until,
  });
  change.tellOperator('halted', `${payout.attempt}`, { reason: code });
}

/** The attempt moved nothing, and that is the end of the payout. */
function conclude(
  change: PayoutChange,
  {
    end,
    code,
  }: { readonly end: 'refused' | 'absent' | 'not_sent'; readonly scope: string; readonly code: string },
): void {
  const { attempt } = change.payout;
  change.endAttempt(attempt, end, code);
  change.unreserve(attempt);
  change.take('fail', { reason: code, dueAt: NEVER, fence: change.payout.fence + 1 });
  change.tell(`${attempt}`);
}

/**
 * The attempt moved nothing, and another one comes later: its money is set aside in the same transaction. A debt that
 * has come up in the meantime gets the money first.
 */
function nextAttempt(
  { rules, random }: PayoutContext,
  change: PayoutChange,
  { available }: Standing,
  closed: { readonly end: 'refused' | 'absent' | 'not_sent'; readonly scope: string; readonly code: string },
): void {
  const { attempt } = change.payout;
  if (
    available < 0n ||
    (closed.scope !== 'run' && isRefusedTooOften(change, closed.code, rules.retry.attemptsMax))
  ) {
    conclude(change, available < 0n ? { ...closed, code: 'debt' } : closed);
    return;
  }
  const wait = closed.scope === 'run' ? rules.runRefusalMs + (random() >>> 16) : rules.retry.refusedMs;
  change.endAttempt(attempt, closed.end, closed.code);
  change.unreserve(attempt);
  change.reserve(attempt + 1);
  const dueAt = new Date(change.at.getTime() + wait);
  change.take('refuse_for_now', { attempt: attempt + 1, reason: closed.code, dueAt });
  change.tell(`${attempt}`);
}

/** Whether this attempt is the last that may be refused for its reason. */
function isRefusedTooOften(change: PayoutChange, code: string, most: number): boolean {
  const before = change.attempts.filter((attempt) => attempt.end !== undefined && attempt.code === code);
  return before.length + 1 >= most;
}

function postpone(change: PayoutChange, ms: number): void {
  change.set({ dueAt: new Date(change.at.getTime() + ms) });
}

/** The attempt, if it is the payout's latest, is under way, and a worker's: what an operator pays is theirs to conclude. */
function liveAttempt(change: PayoutChange, number: number): Attempt | undefined {
  const { live, payout } = change;
  if (payout.state !== 'processing' || live?.number !== number || live.by !== undefined) return undefined;
  return live;
}
