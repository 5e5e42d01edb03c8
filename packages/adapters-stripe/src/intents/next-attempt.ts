import {
  type Attempt,
  attemptKey,
  DEFAULT_RETRY_POLICY,
  frozenRequest,
  type ProviderAccount,
} from '@payout-engines/core';
import type { Intent } from './intent.ts';
import type { IntentContent, IntentOptions, IntentRail } from './rail.ts';

/** An attempt before its first send, with all that every send of it will carry. */
export function newAttempt(
  rail: IntentRail,
  content: IntentContent,
  { id: account, environment }: Pick<ProviderAccount, 'id' | 'environment'>,
  number: number,
  at: Date,
): Attempt {
  const { program, id, participant, target, currency, amount } = content;
  const key = attemptKey(program, id, number);
  const named = { program, payout: id, attempt: number, key, participant, currency, amount };
  return {
    payout: id,
    number,
    participant,
    currency,
    net: amount,
    provider: rail.id,
    account,
    environment,
    key,
    request: frozenRequest({ ...named, destination: { id: target, version: 1 }, account, environment }),
    openedAt: at,
    firstSentAt: at,
    lastSentAt: at,
    sends: 0,
    notExecuted: 0,
    tries: 0,
  };
}

/** The next attempt, with a key of its own: only after it is proven that this one moved nothing. */
export function reopened(
  rail: IntentRail,
  { retry = DEFAULT_RETRY_POLICY }: IntentOptions,
  intent: Intent,
  now: Date,
  code: string,
): Intent {
  const { attempt } = intent;
  if (attempt.number >= retry.attemptsMax) return { ...intent, state: 'failed', code };
  const own = { id: attempt.account, environment: attempt.environment };
  return {
    ...withoutObject(intent),
    state: 'waiting',
    code,
    dueAt: after(now, retry.refusedMs),
    attempt: newAttempt(rail, intent, own, attempt.number + 1, now),
  };
}

/** An instant so much later. */
export function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}

function withoutObject({ object: _, ...intent }: Intent): Intent {
  return intent;
}
