import { PayoutError } from '@payout-engines/core';

/** Why a transaction cannot go on. */
export interface Failure {
  /** Whether another transaction was in the way, so that running all of it again will help. */
  readonly conflict: boolean;
  readonly error: PayoutError;
}

/** A collision that the store itself found: another transaction wrote the same row first. */
export function collision(): Failure {
  return conflict('another transaction wrote the same row first');
}

/** What an error of the driver means. Messages of the server can hold values of rows, so they are not passed on. */
export function failureOf(error: unknown): Failure {
  const state = sqlState(error);
  if (state === undefined) {
    return unavailable(`the connection failed${systemCode(error)}`, error);
  }
  const cause = new Error(`SQLSTATE ${state}${constraintOf(error)}`);
  if (state === '23505' && constraintOf(error).endsWith(' attempt_key')) {
    return broken('an idempotency key belongs to one attempt', cause);
  }
  if (CONFLICTS.has(state)) return conflict(`SQLSTATE ${state}`, cause);
  switch (state.slice(0, 2)) {
    case '22':
      return state === '22003' ? outOfRange(cause) : broken('the database understands every value', cause);
    case '23':
      return broken('the database accepts what was decided', cause);
    case '3F':
    case '42':
      return {
        conflict: false,
        error: new PayoutError(
          'SCHEMA_NOT_READY',
          { reason: SCHEMA_REASONS[state] ?? `a statement was refused (SQLSTATE ${state}); run migrate` },
          { cause },
        ),
      };
    case '54':
      return tooLong(cause);
    default:
      return unavailable(REASONS[state] ?? `SQLSTATE ${state}`, cause);
  }
}

/** Serialization failure, deadlock, and a unique key that another transaction took first. */
const CONFLICTS = new Set(['40001', '40P01', '23505']);

const SCHEMA_REASONS: Readonly<Record<string, string>> = {
  '42501':
    'the role lacks a right (SQLSTATE 42501); `npx payout-engines-postgres roles` prints a script that gives each role its own',
};

const REASONS: Readonly<Record<string, string>> = {
  // A standby refuses to begin a transaction that could write.
  '0A000': 'it lacks a feature, perhaps as a read-only standby; connect to the primary (SQLSTATE 0A000)',
  '25006': 'it is read-only, perhaps a replica; connect to the primary (SQLSTATE 25006)',
  '28000': 'the role may not log in; check the role and its rights to the database (SQLSTATE 28000)',
  '28P01': 'the role or its password is wrong; check the credentials (SQLSTATE 28P01)',
  '3D000': 'the database does not exist; check its name (SQLSTATE 3D000)',
  '25P03': 'the transaction was idle for too long (SQLSTATE 25P03)',
  '55P03': 'a lock was not free in time (SQLSTATE 55P03)',
  '57014': 'a statement took too long or was cancelled (SQLSTATE 57014)',
};

function conflict(reason: string, cause?: unknown): Failure {
  return {
    conflict: true,
    error: new PayoutError(
      'STORE_UNAVAILABLE',
      { reason: `conflicts with other transactions went on for too long (${reason})` },
      { cause },
    ),
  };
}

function unavailable(reason: string, cause: unknown): Failure {
  return { conflict: false, error: new PayoutError('STORE_UNAVAILABLE', { reason }, { cause }) };
}

/** Known balances are checked before; this one was made by another transaction meanwhile, and will be known next time. */
function outOfRange(cause: unknown): Failure {
  const reason = 'a balance would leave 64 bits';
  return { conflict: true, error: new PayoutError('AMOUNT_OUT_OF_RANGE', { reason }, { cause }) };
}

/** Single ids are short enough; an account can hold two, beside the program and the currency. */
function tooLong(cause: unknown): Failure {
  const issues = [
    { path: 'id', reason: 'the ids of a row are too long together for an index of PostgreSQL' },
  ];
  return { conflict: false, error: new PayoutError('INVALID_INPUT', { issues }, { cause }) };
}

function broken(invariant: string, cause: unknown): Failure {
  return { conflict: false, error: new PayoutError('INVARIANT_BROKEN', { invariant }, { cause }) };
}

/** The SQLSTATE of an error that the server sent; errors of Node have codes too, such as EPIPE. */
function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** The code of an error of Node, such as ECONNREFUSED; its message may name more than anybody should read. */
function systemCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return '';
  return /^E[A-Z]{2,30}$/.test(error.code) ? ` (${error.code})` : '';
}

function constraintOf(error: unknown): string {
  if (!(error instanceof Error) || !('constraint' in error)) return '';
  return typeof error.constraint === 'string' ? `, constraint ${error.constraint}` : '';
}
