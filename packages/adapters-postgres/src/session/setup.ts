import { PayoutError } from '@payout-engines/core';

/** The limits of a transaction, in milliseconds. */
export interface Limits {
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
}

/** What is set for each transaction, and for it alone. */
export function setupOf(limits: Limits): string {
  const { statementTimeoutMs = 60_000, lockTimeoutMs = 30_000, idleTimeoutMs = 60_000 } = limits;
  const settings = {
    statement_timeout: milliseconds('statementTimeoutMs', statementTimeoutMs),
    lock_timeout: milliseconds('lockTimeoutMs', lockTimeoutMs),
    idle_in_transaction_session_timeout: milliseconds('idleTimeoutMs', idleTimeoutMs),
    // Tables are named in full; nobody's operators or functions come before those of PostgreSQL.
    search_path: 'pg_catalog, pg_temp',
    // Statistics lag behind a table that grows fast, and a plan made for ten rows reads all of a million for each id.
    enable_seqscan: 'off',
    // Statements are short; compiling one takes longer than running it.
    jit: 'off',
  };
  return Object.entries(settings)
    .map(([name, value]) => `SET LOCAL ${name} = ${value};`)
    .join('');
}

/**
 * Names the program that row-level security lets the transaction see. Written in bytes, each as its two hexadecimal
 * digits, so that nothing in a program's name means anything to SQL.
 */
export function programSetting(program: string): string {
  const bytes = [...new TextEncoder().encode(program)];
  const literal = bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  return `SET LOCAL ${PROGRAM_SETTING} = E'${literal}';`;
}

/** Read by the policies of row-level security. */
export const PROGRAM_SETTING = 'payout_engines.program';

const LONGEST = 2_147_483_647;

function milliseconds(path: string, value: number): string {
  if (Number.isSafeInteger(value) && value >= 0 && value <= LONGEST) return value.toString();
  throw new PayoutError('INVALID_INPUT', {
    issues: [{ path, reason: 'it must be a whole number of milliseconds, 0 or more' }],
  });
}
