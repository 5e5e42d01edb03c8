import type { Attempt } from './payout.ts';
import type { ProviderPromises } from './promises.ts';
import type { RetryPolicy } from './retry.ts';
import { backoffMs } from './retry.ts';

/** What became of one send or one look, other than finding a payment. */
export type Answer =
  /** Definite: this send moved nothing. `stored`: all other sends under its key get this answer too. */
  | {
      readonly kind: 'refused';
      readonly scope: RefusalScope;
      readonly code: string;
      readonly stored?: boolean;
    }
  /** Definite: this send was not executed. */
  | { readonly kind: 'not_executed'; readonly code: string; readonly retryAfterMs?: number }
  /** The send was counted, and then not begun. */
  | { readonly kind: 'not_sent' }
  | { readonly kind: 'unknown'; readonly code: string }
  /** A look found nothing; it was begun at this instant. */
  | { readonly kind: 'absent'; readonly lookedAt: Date }
  /** There is nothing to look with. */
  | { readonly kind: 'no_lookup' };

/** What a refusal is about: this payout, whoever should get it, or every payment of this account and currency. */
export type RefusalScope = 'payout' | 'recipient' | 'run';

/** What follows from an answer for an attempt. */
export type Verdict =
  /** Proven: the attempt moved nothing and never will. */
  | {
      readonly kind: 'closed';
      readonly end: 'refused' | 'absent' | 'not_sent';
      readonly scope: RefusalScope;
      readonly code: string;
    }
  /** Nothing is proven: look again after so long. */
  | { readonly kind: 'wait'; readonly ms: number; readonly attempt: Attempt }
  /** Send again, with the same key and the same bytes. */
  | { readonly kind: 'send'; readonly attempt: Attempt }
  /** Nothing that the library can do will tell. */
  | { readonly kind: 'review'; readonly code: string };

/** What a verdict is found by, besides the answer. */
export interface Circumstances {
  readonly attempt: Attempt;
  readonly promises: ProviderPromises;
  readonly retry: RetryPolicy;
  /** The store's clock. */
  readonly now: Date;
  /** How far clocks may be apart. */
  readonly marginMs: number;
  /** How long a send that is begun now may take. */
  readonly leaseMs: number;
  /** When the payout was opened. */
  readonly openedAt: Date;
  /** What the store may have forgotten, where its epoch was ever raised. */
  readonly restored?: Restored;
  /** A whole number from 0 to 2^32 - 1. */
  readonly random: number;
}

/** A store that was restored or failed over, and may have forgotten what it sent. */
export interface Restored {
  /** When its epoch was raised: nothing that it forgot was begun later. */
  readonly at: Date;
  /** Since when it may have forgotten: nothing that it forgot was opened earlier. */
  readonly since: Date;
  /** Whether the payout was opened before, and so is itself remembered; else the same id may have been forgotten whole. */
  readonly remembersPayout: boolean;
}

/**
 * What follows from an answer: the one place where "nothing moved" is ever concluded. It is concluded only when every
 * send that may have been executed is accounted for.
 */
export function verdict(answer: Answer, circumstances: Circumstances): Verdict {
  switch (answer.kind) {
    case 'refused':
      return provesNothingMoved(answer, circumstances)
        ? { kind: 'closed', end: 'refused', scope: answer.scope, code: answer.code }
        : fruitless(circumstances, circumstances.attempt);
    case 'not_executed': {
      const attempt = withOneNotExecuted(circumstances.attempt);
      return fruitless(circumstances, attempt, answer.retryAfterMs);
    }
    case 'not_sent': {
      const attempt = withOneNotExecuted(circumstances.attempt);
      return { kind: 'wait', ms: 0, attempt };
    }
    case 'unknown':
      return fruitless(circumstances, circumstances.attempt);
    case 'absent':
    case 'no_lookup':
      return afterNothingFound(answer, circumstances);
  }
}

/** Sends that may have been executed: nobody has said that they were not. */
export function possiblyExecuted({ sends, notExecuted }: Attempt): number {
  return sends - notExecuted;
}

/** Whether the store may have forgotten a send of the attempt: it was open when the store was restored. */
function mayBeForgotten({ restored, marginMs }: Circumstances, attempt: Attempt): boolean {
  return restored !== undefined && attempt.openedAt.getTime() <= restored.at.getTime() + marginMs;
}

/**
 * Whether all sends are known not to have been executed. Of an attempt without any, that is not known: a store that was
 * restored may have forgotten them.
 */
function neverExecuted(circumstances: Circumstances, attempt: Attempt): boolean {
  return attempt.sends > 0 && possiblyExecuted(attempt) === 0 && !mayBeForgotten(circumstances, attempt);
}

const HOUR_MS = 3_600_000;
/** Keys that are kept for at least this long … */
const KEPT_LONG_MS = 12 * HOUR_MS;
/** … are not used in their last hours: a store's clock that fell behind while nothing was written is noticed by nobody. */
const CLOCK_BEHIND_MS = 3 * HOUR_MS;

/**
 * Until when a send of this attempt may be begun so that its key is still kept when it arrives, in store time. What is
 * on its way by then arrives in time too.
 */
export function keyKeptUntil(
  attempt: Pick<Attempt, 'firstSentAt'>,
  { keys, inFlightMs }: ProviderPromises,
  marginMs: number,
): number | undefined {
  if (keys === undefined) return undefined;
  const allowanceMs = keys.windowMs < KEPT_LONG_MS ? marginMs : marginMs + CLOCK_BEHIND_MS;
  return attempt.firstSentAt.getTime() + keys.windowMs - inFlightMs - allowanceMs;
}

/**
 * A refusal answers one send. It proves that nothing moved if that is the only send that can have been executed, or if
 * the provider keeps the answer under the key, which is still kept: then whatever is under way gets the same answer.
 */
function provesNothingMoved(
  { stored = false }: { readonly stored?: boolean },
  circumstances: Circumstances,
): boolean {
  const { attempt, promises, now, marginMs } = circumstances;
  if (possiblyExecuted(attempt) <= 1 && !mayBeForgotten(circumstances, attempt)) return true;
  const keptUntil = keyKeptUntil(attempt, promises, marginMs);
  return (
    stored &&
    promises.keys?.replaysFirstAnswer === true &&
    keptUntil !== undefined &&
    now.getTime() < keptUntil
  );
}

function withOneNotExecuted(attempt: Attempt): Attempt {
  return { ...attempt, notExecuted: Math.min(attempt.notExecuted + 1, attempt.sends) };
}

/** One more try without a result: again after a while, or, after too many, whatever can be said of the attempt. */
function fruitless(circumstances: Circumstances, attempt: Attempt, leastMs = 0): Verdict {
  const { retry, random } = circumstances;
  const tries = attempt.tries + 1;
  if (tries < retry.triesMax) {
    return {
      kind: 'wait',
      ms: Math.max(backoffMs(retry, tries, random), leastMs),
      attempt: { ...attempt, tries },
    };
  }
  if (neverExecuted(circumstances, attempt)) {
    return { kind: 'closed', end: 'not_sent', scope: 'recipient', code: 'never_executed' };
  }
  return { kind: 'review', code: 'too_many_tries' };
}

function afterNothingFound(
  answer: { readonly kind: 'absent'; readonly lookedAt: Date } | { readonly kind: 'no_lookup' },
  circumstances: Circumstances,
): Verdict {
  const { attempt, promises, now, marginMs, leaseMs, restored } = circumstances;
  if (attempt.pendingObject !== undefined) return fruitless(circumstances, attempt);
  if (attempt.sends === 0) return afterNothingFoundUnsent(answer, circumstances);
  const keptUntil = keyKeptUntil(attempt, promises, marginMs);
  if (keptUntil !== undefined && now.getTime() + leaseMs < keptUntil) return sendAgain(circumstances);
  if (neverExecuted(circumstances, attempt)) {
    return { kind: 'closed', end: 'not_sent', scope: 'recipient', code: 'never_executed' };
  }
  const lastSentAt = later(attempt.lastSentAt, restored?.at);
  const found = provenAbsent(answer, circumstances, attempt.firstSentAt, lastSentAt);
  switch (found) {
    case 'proven':
      return { kind: 'closed', end: 'absent', scope: 'recipient', code: 'absent' };
    case 'not_proven':
      return { kind: 'review', code: promises.lookup === undefined ? 'no_lookup' : 'absent_not_proven' };
    default:
      return found;
  }
}

/**
 * Whether having found nothing proves that there is nothing, where the first send was not begun before an instant and
 * the last one not after another; or the wait until it can.
 */
function provenAbsent(
  answer: { readonly kind: 'absent'; readonly lookedAt: Date } | { readonly kind: 'no_lookup' },
  { attempt, promises, now, marginMs, leaseMs }: Circumstances,
  firstSentAt: Date,
  lastSentAt: Date,
): 'proven' | 'not_proven' | Extract<Verdict, { kind: 'wait' }> {
  if (answer.kind === 'no_lookup' || promises.lookup === undefined) return 'not_proven';
  const { authoritative, backMs, delayMs } = promises.lookup;
  // Whatever is under way has arrived by then, and whatever moved can be seen.
  const quietUntil = lastSentAt.getTime() + promises.inFlightMs + delayMs + marginMs + leaseMs;
  if (answer.lookedAt.getTime() < quietUntil) {
    return { kind: 'wait', ms: Math.max(quietUntil - now.getTime(), 1), attempt };
  }
  const seesFarEnough = backMs === undefined || now.getTime() - firstSentAt.getTime() < backMs - marginMs;
  return authoritative && seesFarEnough ? 'proven' : 'not_proven';
}

/**
 * The first send of an attempt in a store that may have forgotten an earlier one, which used the same key. It was begun
 * no earlier than the payout was opened and no later than a lease after the epoch was raised; nothing was found: is that
 * enough?
 */
function afterNothingFoundUnsent(
  answer: { readonly kind: 'absent'; readonly lookedAt: Date } | { readonly kind: 'no_lookup' },
  circumstances: Circumstances,
): Verdict {
  const { attempt, promises, now, openedAt, marginMs, leaseMs, restored } = circumstances;
  const isRemembered = restored?.remembersPayout !== false;
  const couldBeSentSince = isRemembered ? later(openedAt, restored?.since) : restored.since;
  const found = provenAbsent(answer, circumstances, couldBeSentSince, restored?.at ?? attempt.lastSentAt);
  if (found === 'proven') return sendAgain(circumstances);
  // What may have been forgotten counts as a send that may have been executed, with the first use of the key.
  const forgotten: Attempt = { ...attempt, sends: 1, firstSentAt: couldBeSentSince };
  const keptUntil = keyKeptUntil(forgotten, promises, marginMs);
  if (keptUntil !== undefined && now.getTime() + leaseMs < keptUntil) {
    return sendAgain({ ...circumstances, attempt: forgotten });
  }
  if (found !== 'not_proven') return found;
  // That a payout was sent which the store remembers as about to be sent is likely. That one was opened before under the
  // same id, of which it remembers nothing, is not: one look long after is enough, whatever it is worth.
  const isEnough = !isRemembered && answer.kind === 'absent' && promises.lookup !== undefined;
  return isEnough ? sendAgain(circumstances) : { kind: 'review', code: 'restored_and_not_proven' };
}

function later(instant: Date, other: Date | undefined): Date {
  return other === undefined || other.getTime() < instant.getTime() ? instant : other;
}

function sendAgain(circumstances: Circumstances): Verdict {
  const { attempt, now, retry } = circumstances;
  const tries = attempt.tries + 1;
  if (tries >= retry.triesMax && attempt.sends > 0) {
    return neverExecuted(circumstances, attempt)
      ? { kind: 'closed', end: 'not_sent', scope: 'recipient', code: 'never_executed' }
      : { kind: 'review', code: 'too_many_tries' };
  }
  return {
    kind: 'send',
    attempt: {
      ...attempt,
      tries,
      sends: attempt.sends + 1,
      firstSentAt: attempt.sends === 0 ? now : attempt.firstSentAt,
      lastSentAt: now,
    },
  };
}
