import { assertInvariant, PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { inRange } from '../money/range.ts';
import { assertText } from './assert-text.ts';
import { assertWholeNumber } from './assert-whole-number.ts';
import type { FeeBearer } from './fees.ts';
import type { Approval, Attempt, AttemptEnd, Environment, Movement, Payout } from './payout.ts';
import { PAYOUT_STATES, type PayoutState } from './states.ts';

/** The longest note, in UTF-16 units. */
export const NOTE_LENGTH_MAX = 1000;

const STATES: ReadonlySet<unknown> = new Set<PayoutState>(PAYOUT_STATES);
const FEE_BEARERS: ReadonlySet<unknown> = new Set<FeeBearer>(['participant', 'platform']);
const ENVIRONMENTS: ReadonlySet<unknown> = new Set<Environment>(['live', 'test']);
const ENDS: ReadonlySet<unknown> = new Set<AttemptEnd>([
  'paid',
  'refused',
  'absent',
  'not_sent',
  'declared_failed',
]);

/**
 * Throws unless every store can keep the payout as it is, and its numbers can be those of a payout.
 *
 * @throws {@link PayoutError} with code `INVALID_ID`, `INVALID_AMOUNT`, `AMOUNT_OUT_OF_RANGE`, `INVALID_INSTANT` or
 * `INVALID_INPUT`
 */
export function assertPayout(payout: Payout): void {
  assertId(payout.id, 'payout');
  assertId(payout.participant, 'participant');
  assertId(payout.currency, 'currency');
  assertPositive(payout.amount, 'the amount of a payout is not above zero');
  assertNotNegative(payout.fee, 'the fee of a payout is below zero');
  assertOneOf(FEE_BEARERS, payout.feeBearer, 'feeBearer');
  if (payout.batch !== undefined) assertId(payout.batch, 'batch');
  assertId(payout.requestedBy, 'requestedBy');
  assertInstant(payout.openedAt, 'openedAt');

  assertOneOf(STATES, payout.state, 'state');
  assertId(payout.provider, 'provider');
  if (payout.destination !== undefined) {
    assertId(payout.destination.id, 'destination');
    assertWholeNumber(payout.destination.version, 0, 'destination.version');
  }
  if (payout.approval !== undefined) assertApproval(payout.approval);
  assertWholeNumber(payout.attempt, 1, 'attempt');
  assertWholeNumber(payout.fence, 0, 'fence');
  assertWholeNumber(payout.epoch, 0, 'epoch');
  assertInstant(payout.dueAt, 'dueAt');
  if (payout.reason !== undefined) assertId(payout.reason, 'reason');
  if (payout.note !== undefined) assertText(payout.note, 'note', NOTE_LENGTH_MAX);
  assertReturned(payout.returned, payout.paid);
  assertInstant(payout.updatedAt, 'updatedAt');
}

/**
 * Throws unless every store can keep the attempt as it is, and its numbers can be those of an attempt.
 *
 * @throws {@link PayoutError} with the codes of {@link assertPayout}
 */
export function assertAttempt(attempt: Attempt): void {
  assertId(attempt.payout, 'payout');
  assertWholeNumber(attempt.number, 1, 'number');
  assertId(attempt.participant, 'participant');
  assertId(attempt.currency, 'currency');
  assertPositive(attempt.net, 'the amount of an attempt is not above zero');
  assertId(attempt.provider, 'provider');
  assertId(attempt.account, 'account');
  assertOneOf(ENVIRONMENTS, attempt.environment, 'environment');
  assertId(attempt.key, 'key');
  assertText(attempt.request, 'request');
  if (attempt.by !== undefined) assertId(attempt.by, 'by');
  assertInstant(attempt.openedAt, 'openedAt');
  assertInstant(attempt.firstSentAt, 'firstSentAt');
  assertInstant(attempt.lastSentAt, 'lastSentAt');
  assertWholeNumber(attempt.sends, 0, 'sends');
  assertWholeNumber(attempt.notExecuted, 0, 'notExecuted');
  assertWholeNumber(attempt.tries, 0, 'tries');
  if (attempt.absentAt !== undefined) assertInstant(attempt.absentAt, 'absentAt');
  if (attempt.pendingObject !== undefined) assertId(attempt.pendingObject, 'pendingObject');
  if (attempt.code !== undefined) assertId(attempt.code, 'code');
  assertEnd(attempt);
}

/**
 * Throws unless every store can keep the movement as it is, and no more of it came back than was moved.
 *
 * @throws {@link PayoutError} with the codes of {@link assertPayout}
 */
export function assertMovement(movement: Movement): void {
  assertId(movement.provider, 'provider');
  assertId(movement.object, 'object');
  assertId(movement.payout, 'payout');
  assertWholeNumber(movement.attempt, 1, 'attempt');
  assertPositive(movement.moved, 'what a movement moved is not above zero');
  assertReturned(movement.returned, movement.moved);
  assertInstant(movement.bookedAt, 'bookedAt');
}

/**
 * Throws when a payout would get a lower fence than it has: whoever writes it has not seen the latest claim.
 *
 * @throws {@link PayoutError} with code `INVARIANT_BROKEN`
 */
export function assertFence(stored: Pick<Payout, 'fence'>, given: Pick<Payout, 'fence'>): void {
  assertInvariant(given.fence >= stored.fence, 'the fence of a payout never falls');
}

/** What of an attempt never changes: a resend carries the same key and bytes from the same account. */
type FrozenAttempt = Pick<
  Attempt,
  'key' | 'request' | 'account' | 'environment' | 'net' | 'participant' | 'currency' | 'provider'
>;

/**
 * Throws when an attempt would get another key, request, account, environment or amount than it has.
 *
 * @throws {@link PayoutError} with code `INVARIANT_BROKEN`
 */
export function assertSameAttempt(stored: FrozenAttempt, given: FrozenAttempt): void {
  assertInvariant(
    stored.key === given.key &&
      stored.request === given.request &&
      stored.account === given.account &&
      stored.environment === given.environment &&
      stored.net === given.net &&
      stored.participant === given.participant &&
      stored.currency === given.currency &&
      stored.provider === given.provider,
    'the key and the request of an attempt never change',
  );
}

/**
 * Throws when more than one of a payout's attempts is live: two could both be sent.
 *
 * @throws {@link PayoutError} with code `INVARIANT_BROKEN`
 */
export function assertOneLiveAttempt(attemptsOfPayout: Iterable<Pick<Attempt, 'end'>>): void {
  let live = 0;
  for (const { end } of attemptsOfPayout) if (end === undefined) live += 1;
  assertInvariant(live <= 1, 'a payout has at most one live attempt');
}

function assertApproval({ by, at, digest }: Approval): void {
  assertId(by, 'approval.by');
  assertInstant(at, 'approval.at');
  assertId(digest, 'approval.digest');
}

/** An end has a time, and an attempt that is open has none: what may have left a day ago is asked by both. */
function assertEnd({ end, endedAt }: Attempt): void {
  if (end !== undefined) assertOneOf(ENDS, end, 'end');
  if (endedAt !== undefined) assertInstant(endedAt, 'endedAt');
  if ((end === undefined) === (endedAt === undefined)) return;
  throw new PayoutError('INVALID_INPUT', {
    issues: [{ path: 'endedAt', reason: 'an attempt has an end and its time, or neither' }],
  });
}

function assertPositive(amount: bigint, reason: string): void {
  if (inRange(amount) <= 0n) throw new PayoutError('INVALID_AMOUNT', { reason });
}

function assertNotNegative(amount: bigint, reason: string): void {
  if (inRange(amount) < 0n) throw new PayoutError('INVALID_AMOUNT', { reason });
}

function assertReturned(returned: bigint, moved: bigint): void {
  assertNotNegative(moved, 'what was moved is below zero');
  assertNotNegative(returned, 'what came back is below zero');
  if (returned > moved) throw new PayoutError('INVALID_AMOUNT', { reason: 'more came back than was moved' });
}

function assertOneOf(values: ReadonlySet<unknown>, value: unknown, path: string): void {
  if (values.has(value)) return;
  throw new PayoutError('INVALID_INPUT', { issues: [{ path, reason: 'it is not one of the known words' }] });
}
