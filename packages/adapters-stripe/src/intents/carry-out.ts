import {
  type Answer,
  DEFAULT_RETRY_POLICY,
  type PaymentObject,
  PayoutError,
  readFrozenRequest,
  type SendOutcome,
  systemRandomness,
  systemTimers,
  verdict,
} from '@payout-engines/core';
import { byObjects } from './by-objects.ts';
import { current, type Held, opened, replaced, written } from './held.ts';
import { type Intent, readIntent } from './intent.ts';
import { after, reopened } from './next-attempt.ts';
import { type IntentContent, type IntentOptions, type IntentRail, LEASE_MS, MARGIN_MS } from './rail.ts';

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
      const { attempt } = found;
      const again = await replaced(store, claimed, { ...intent, dueAt: after(now, LEASE_MS), attempt });
      return again === undefined ? current(store, intent) : sent(rail, options, again);
    }
  }
}

function found(
  rail: IntentRail,
  { program, id, target, attempt }: Intent,
): Promise<readonly PaymentObject[]> {
  return rail.find({ program, payout: id, target, account: attempt.account });
}
