import { assertId, PayoutError, type ProviderAccount } from '@payout-engines/core';
import { type Intent, type IntentStore, readIntent, writeIntent } from './intent.ts';
import { newAttempt } from './next-attempt.ts';
import type { IntentContent, IntentRail } from './rail.ts';

/** An intent as it was read, and the version that it may be replaced under. */
export interface Held {
  readonly intent: Intent;
  readonly version: number;
}

/** The intent's row, made where there is none. */
export async function opened(
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

/** The next state, if nobody was faster. */
export async function replaced(store: IntentStore, held: Held, next: Intent): Promise<Held | undefined> {
  const isOurs = await store.replace(next.program, next.id, held.version, writeIntent(next));
  return isOurs ? { intent: next, version: held.version + 1 } : undefined;
}

/** The next state, or whatever somebody else has made of it meanwhile. */
export async function written(store: IntentStore, held: Held, next: Intent): Promise<Intent> {
  const stored = await replaced(store, held, next);
  return stored === undefined ? current(store, next) : stored.intent;
}

/** What somebody else has made of it. */
export async function current(store: IntentStore, { program, id }: Intent): Promise<Intent> {
  const row = await store.read(program, id);
  if (row === undefined)
    throw new PayoutError('INVARIANT_BROKEN', { invariant: 'an intent is never deleted' });
  return readIntent(row.text);
}
