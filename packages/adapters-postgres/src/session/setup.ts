import { PayoutError } from '@payout-engines/core';

/** The limits of a transaction, in milliseconds. */
export interface Limits {
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
}

/**
 * What is set for each transaction, and for it alone.
 *
 * Every statement finds its rows by key, so the planner is kept from reading whole tables or hashing them, which it
 * would choose for a thousand keys of a table it knows little about.
 */
export function setupOf(limits: Limits): string {
  const { statementTimeoutMs = 60_000, lockTimeoutMs = 30_000, idleTimeoutMs = 60_000 } = limits;
  const settings = {
    statement_timeout: milliseconds('statementTimeoutMs', statementTimeoutMs),
    lock_timeout: milliseconds('lockTimeoutMs', lockTimeoutMs),
    idle_in_transaction_session_timeout: milliseconds('idleTimeoutMs', idleTimeoutMs),
    // Tables are named in full; nobody's operators or functions come before those of PostgreSQL.
    search_path: 'pg_catalog, pg_temp',
    enable_seqscan: 'off',
    enable_hashjoin: 'off',
    enable_mergejoin: 'off',
    jit: 'off',
  };
  return Object.entries(settings)
    .map(([name, value]) => `SET LOCAL ${name} = ${value};`)
    .join('');
}

const LONGEST = 2_147_483_647;

function milliseconds(path: string, value: number): string {
  if (Number.isSafeInteger(value) && value >= 0 && value <= LONGEST) return value.toString();
  throw new PayoutError('INVALID_INPUT', {
    issues: [{ path, reason: 'it must be a whole number of milliseconds, 0 or more' }],
  });
}
