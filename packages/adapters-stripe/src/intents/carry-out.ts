import {
  type Answer,
  assertId,
  type Attempt,
  attemptKey,
  DEFAULT_RETRY_POLICY,
  frozenRequest,
  type PaymentLookup,
  type PaymentObject,
  type PaymentProvider,
  PayoutError,
  type ProviderAccount,
  readFrozenRequest,
  type RetryPolicy,
  type SendOutcome,
  systemRandomness,
  systemTimers,
  type Timers,
  verdict,
} from '@payout-engines/core';
import { type Intent, type IntentStore, readIntent, writeIntent } from './intent.ts';

/** What an intent is carried out with: a provider that needs to know the target to look. */
export interface IntentRail extends Pick<PaymentProvider, 'id' | 'capabilities' | 'account' | 'send'> {
  /** Whether what was done can come to nothing later, as a payout to a bank can for days. */
  readonly mayFailLater: boolean;
  find(lookup: PaymentLookup & { readonly target: string }): Promise<readonly PaymentObject[]>;
}

/** With what, and how patiently. */
export interface IntentOptions {
  readonly store: IntentStore;
  /** @defaultValue the engine's own */
  readonly retry?: RetryPolicy;
  /** @defaultValue the timers of the machine */
  readonly timers?: Timers;
}

/** What an intent is to do. The id names it for ever; asked for again, all else must be the same. */
export interface IntentContent {
  readonly program: string;
  readonly id: string;
  readonly participant: string;
  readonly target: string;
  readonly currency: string;
  readonly amount: bigint;
}

const LEASE_MS = 300_000;
const MARGIN_MS = 60_000;

/** An intent as it was read, and the version that it may be replaced under. */
interface Held {
  readonly intent: Intent;
  readonly version: number;
}

/**
 * Carries an intent on by one step: opens it, sends it, or looks and then sends again. To be called until it is done,
 * by as many workers as like to; each step is stored before it is taken, and what follows from an answer is decided by
 * the same function that decides about payouts.
 *
 * @throws {@link PayoutError} with code `IDEMPOTENCY_CONFLICT`, or `PROVIDER_UNAVAILABLE` where Stripe cannot be asked
 */
export async function carryOutIntent(
  rail: IntentRail,
  options: IntentOptions,
  content: IntentContent,
): Promise<Intent> {
  const { store } = options;
  const own = await rail.account();
  const held = await opened(rail, store, content, own);
  const { intent } = held;
  const now = await store.now();
  if (intent.state === 'failed' || intent.state === 'needs_review') return intent;
  if (intent.state === 'done') return rail.mayFailLater ? lookedAtAgain(rail, options, held, now) : intent;
  if (now.getTime() < intent.dueAt.getTime()) return intent;
  const { attempt } = intent;
  if (attempt.account !== own.id || attempt.environment !== own.environment)
    throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'its API key is of another account' });

  const isFirst = attempt.sends === 0;
  const claimed = await replaced(store, held, {
    ...intent,
    state: 'processing',
    dueAt: after(now, LEASE_MS),
    attempt: isFirst ? { ...attempt, sends: 1, firstSentAt: now, lastSentAt: now } : attempt,
  });
  if (claimed === undefined) return current(store, intent);
  if (isFirst) return sent(rail, options, claimed);

  let objects: readonly PaymentObject[];
  try {
    objects = await found(rail, intent);
  } catch {
    return settled(rail, options, claimed, { kind: 'unknown', code: 'lookup_failed' });
  }
  const shown = byObjects(rail, options, claimed.intent, objects, await store.now());
  if (shown !== undefined) return written(store, claimed, shown);
  return settled(rail, options, claimed, { kind: 'absent', lookedAt: now });
}

/** Carries a stored intent on by one step, as {@link carryOutIntent} does; nothing where there is none. */
export async function carryOnIntent(
  rail: IntentRail,
  options: IntentOptions,
  { program, id }: Pick<IntentContent, 'program' | 'id'>,
): Promise<Intent | undefined> {
  const row = await options.store.read(program, id);
  if (row === undefined) return undefined;
  const { participant, target, currency, amount } = readIntent(row.text);
  return carryOutIntent(rail, options, { program, id, participant, target, currency, amount });
}

/** The intent's row, made where there is none. */
async function opened(
  rail: IntentRail,
  store: IntentStore,
  content: IntentContent,
  own: ProviderAccount,
): Promise<Held> {
  const { program, id, participant } = content;
  for (const [field, value] of Object.entries({ program, participant })) assertId(value, field);
  for (;;) {
    const row = await store.read(program, id);
    if (row !== undefined) {
      const intent = readIntent(row.text);
      if (!isSame(intent, content)) throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'intent', id });
      return { intent, version: row.version };
    }
    const now = await store.now();
    const attempt = newAttempt(rail, content, own, 1, now);
    const intent: Intent = { ...content, state: 'waiting', dueAt: now, attempt };
    if (await store.replace(program, id, 0, writeIntent(intent))) return { intent, version: 1 };
  }
}

function isSame(intent: Intent, asked: IntentContent): boolean {
  return (
    intent.participant === asked.participant &&
    intent.target === asked.target &&
    intent.currency === asked.currency &&
    intent.amount === asked.amount
  );
}

function newAttempt(
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

/** Sends what the claim has stored as sent, under the attempt's key. */
async function sent(rail: IntentRail, options: IntentOptions, claimed: Held): Promise<Intent> {
  const { timers = systemTimers, store } = options;
  const { intent } = claimed;
  const { attempt, destination, ...content } = readFrozenRequest(intent.attempt);
  const limit = timers.deadline(LEASE_MS - MARGIN_MS);
  let outcome: SendOutcome;
  try {
    outcome = await rail.send(
      {
        ...content,
        attempt,
        ...(destination !== undefined && { destination: destination.id }),
        frozen: intent.attempt.request,
      },
      limit.signal,
    );
  } catch {
    outcome = { kind: 'unknown', code: 'send_failed' };
  } finally {
    limit.cancel();
  }
  if (outcome.kind !== 'object') return settled(rail, options, claimed, outcome);
  const shown = byObjects(rail, options, intent, [outcome.object], await store.now());
  return shown === undefined
    ? settled(rail, options, claimed, { kind: 'unknown', code: 'another_object' })
    : written(store, claimed, shown);
}

/**
 * What Stripe's objects make of the intent, or nothing where they say nothing. What moved counts whichever attempt it
 * carries; an object that has failed left the money where it was, so that another attempt comes later.
 */
function byObjects(
  rail: IntentRail,
  options: IntentOptions,
  intent: Intent,
  objects: readonly PaymentObject[],
  now: Date,
): Intent | undefined {
  const ours = objects.filter(
    ({ reference }) => reference?.program === intent.program && reference.payout === intent.id,
  );
  const [first, second] = ours.filter(({ status }) => status !== 'failed');
  if (first === undefined) {
    const failure = ours.find(({ reference }) => reference?.attempt === intent.attempt.number);
    return failure && reopened(rail, options, intent, now, failure.code ?? 'failed');
  }
  if (second !== undefined) return { ...intent, state: 'needs_review', code: 'moved_twice' };
  if (first.amount !== intent.amount || first.currency !== intent.currency) {
    return { ...intent, state: 'needs_review', code: 'amount_differs' };
  }
  if (first.status === 'moved') return withoutCode({ ...intent, state: 'done', object: first.id });
  const attempt = { ...intent.attempt, pendingObject: first.id };
  return { ...intent, state: 'processing', object: first.id, dueAt: after(now, LEASE_MS), attempt };
}

/** Looks whether what was done has failed since, which opens it anew and changes nothing that anybody was credited. */
async function lookedAtAgain(
  rail: IntentRail,
  options: IntentOptions,
  held: Held,
  now: Date,
): Promise<Intent> {
  const shown = byObjects(rail, options, held.intent, await found(rail, held.intent), now);
  return shown === undefined || shown.state === 'done' ? held.intent : written(options.store, held, shown);
}

/** What an answer without an object makes of the intent. */
async function settled(
  rail: IntentRail,
  options: IntentOptions,
  claimed: Held,
  answer: Answer,
): Promise<Intent> {
  const { store, retry = DEFAULT_RETRY_POLICY } = options;
  const { intent } = claimed;
  const now = await store.now();
  const found = verdict(answer, {
    attempt: intent.attempt,
    promises: rail.capabilities,
    retry,
    now,
    marginMs: MARGIN_MS,
    leaseMs: LEASE_MS,
    openedAt: intent.attempt.openedAt,
    random: systemRandomness(),
  });
  switch (found.kind) {
    case 'wait':
      return written(store, claimed, { ...intent, dueAt: after(now, found.ms), attempt: found.attempt });
    case 'review':
      return written(store, claimed, { ...intent, state: 'needs_review', code: found.code });
    case 'closed':
      return written(
        store,
        claimed,
        found.scope === 'payout'
          ? { ...intent, state: 'failed', code: found.code }
          : reopened(rail, options, intent, now, found.code),
      );
    case 'send': {
      const attempt = { ...found.attempt, sends: found.attempt.sends + 1, lastSentAt: now };
      const again = await replaced(store, claimed, { ...intent, dueAt: after(now, LEASE_MS), attempt });
      return again === undefined ? current(store, intent) : sent(rail, options, again);
    }
  }
}

/** The next attempt, with a key of its own: only after it is proven that this one moved nothing. */
function reopened(
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

function found(
  rail: IntentRail,
  { program, id, target, attempt }: Intent,
): Promise<readonly PaymentObject[]> {
  return rail.find({ program, payout: id, target, account: attempt.account });
}

async function replaced(store: IntentStore, held: Held, next: Intent): Promise<Held | undefined> {
  const isOurs = await store.replace(next.program, next.id, held.version, writeIntent(next));
  return isOurs ? { intent: next, version: held.version + 1 } : undefined;
}

/** The next state, or whatever somebody else has made of it meanwhile. */
async function written(store: IntentStore, held: Held, next: Intent): Promise<Intent> {
  const stored = await replaced(store, held, next);
  return stored === undefined ? current(store, next) : stored.intent;
}

async function current(store: IntentStore, { program, id }: Intent): Promise<Intent> {
  const row = await store.read(program, id);
  if (row === undefined)
    throw new PayoutError('INVARIANT_BROKEN', { invariant: 'an intent is never deleted' });
  return readIntent(row.text);
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}

function withoutCode({ code: _, ...intent }: Intent): Intent {
  return intent;
}

function withoutObject({ object: _, ...intent }: Intent): Intent {
  return intent;
}
