import { type Attempt, type Environment, parseMinor, PayoutError } from '@payout-engines/core';
import { type JsonObject, jsonObject } from '../events/json-object.ts';

/**
 * One intent to move money at Stripe that is no payout of the ledger: to take back a transfer, or to send what a connected
 * account holds on to its bank. It has attempts, keys and lookups as a payout has.
 */
export interface Intent {
  readonly program: string;
  /** A function of the caller's key. */
  readonly id: string;
  readonly participant: string;
  /** The transfer that is taken back, or the connected account that is paid out. */
  readonly target: string;
  readonly currency: string;
  /** Minor units of the ledger. */
  readonly amount: bigint;
  /** `processing`: something may be under way. `waiting`: nothing is, and the next attempt comes when it is due. */
  readonly state: 'waiting' | 'processing' | 'done' | 'failed' | 'needs_review';
  /** Why it is in this state, as a code. */
  readonly code?: string;
  /** Stripe's object that has done it. */
  readonly object?: string;
  readonly dueAt: Date;
  readonly attempt: Attempt;
}

/** Where intents are kept: one row each, which is replaced only by whoever has read it last. */
export interface IntentStore {
  /** The store's clock, which all workers share. */
  now(): Promise<Date>;
  read(program: string, id: string): Promise<StoredIntent | undefined>;
  /**
   * Stores the text, durably, if the row still has that version (0: if there is none), and gives it the next one. `false`
   * where somebody else was faster.
   */
  replace(program: string, id: string, version: number, text: string): Promise<boolean>;
}

/** A row of the store. */
export interface StoredIntent {
  readonly version: number;
  readonly text: string;
}

/** An intent store for tests and for trying things out: it forgets all with the process. */
export function memoryIntents(clock: () => Date): IntentStore {
  const rows = new Map<string, StoredIntent>();
  const nameOf = (program: string, id: string) => JSON.stringify([program, id]);
  return {
    now: async () => clock(),
    read: async (program, id) => rows.get(nameOf(program, id)),
    replace: async (program, id, version, text) => {
      const name = nameOf(program, id);
      if ((rows.get(name)?.version ?? 0) !== version) return false;
      rows.set(name, { version: version + 1, text });
      return true;
    },
  };
}

/** The intent as the text of its row. */
export function writeIntent(intent: Intent): string {
  return JSON.stringify(intent, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/** Reads back what {@link writeIntent} wrote. */
export function readIntent(text: string): Intent {
  const parsed: unknown = JSON.parse(text);
  const row = rowOf(parsed);
  const attempt = rowOf(row['attempt']);
  const state = row['state'];
  if (!isState(state)) throw unreadable();
  const [code, object, pending] = [row['code'], row['object'], attempt['pendingObject']];
  return {
    program: textIn(row, 'program'),
    id: textIn(row, 'id'),
    participant: textIn(row, 'participant'),
    target: textIn(row, 'target'),
    currency: textIn(row, 'currency'),
    amount: parseMinor(textIn(row, 'amount')),
    state,
    ...(typeof code === 'string' && { code }),
    ...(typeof object === 'string' && { object }),
    dueAt: dateIn(row, 'dueAt'),
    attempt: {
      payout: textIn(attempt, 'payout'),
      number: wholeIn(attempt, 'number'),
      participant: textIn(attempt, 'participant'),
      currency: textIn(attempt, 'currency'),
      net: parseMinor(textIn(attempt, 'net')),
      provider: textIn(attempt, 'provider'),
      account: textIn(attempt, 'account'),
      environment: environmentIn(attempt),
      key: textIn(attempt, 'key'),
      request: textIn(attempt, 'request'),
      openedAt: dateIn(attempt, 'openedAt'),
      firstSentAt: dateIn(attempt, 'firstSentAt'),
      lastSentAt: dateIn(attempt, 'lastSentAt'),
      sends: wholeIn(attempt, 'sends'),
      notExecuted: wholeIn(attempt, 'notExecuted'),
      tries: wholeIn(attempt, 'tries'),
      ...(typeof pending === 'string' && { pendingObject: pending }),
    },
  };
}

const STATES: ReadonlySet<unknown> = new Set<Intent['state']>([
  'waiting',
  'processing',
  'done',
  'failed',
  'needs_review',
]);

function isState(value: unknown): value is Intent['state'] {
  return STATES.has(value);
}

function unreadable(): PayoutError {
  return new PayoutError('INVARIANT_BROKEN', { invariant: 'a stored intent can be read' });
}

function rowOf(value: unknown): JsonObject {
  const row = jsonObject(value);
  if (row === undefined) throw unreadable();
  return row;
}

function textIn(row: JsonObject, name: string): string {
  const value = row[name];
  if (typeof value !== 'string') throw unreadable();
  return value;
}

function wholeIn(row: JsonObject, name: string): number {
  const value = row[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw unreadable();
  return value;
}

function dateIn(row: JsonObject, name: string): Date {
  const date = new Date(textIn(row, name));
  if (Number.isNaN(date.getTime())) throw unreadable();
  return date;
}

function environmentIn(row: JsonObject): Environment {
  const value = row['environment'];
  if (value !== 'live' && value !== 'test') throw unreadable();
  return value;
}
