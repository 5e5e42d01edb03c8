import type { Session } from '../session/session.ts';

const LOCK = (s: string): string => `
  SELECT name FROM ${s}.program_lock WHERE program = $1 AND name = $2 FOR UPDATE`;

const MAKE = (s: string): string => `
  INSERT INTO ${s}.program_lock (program, name) VALUES ($1, $2) ON CONFLICT DO NOTHING`;

/**
 * Makes the transaction the only one to change the named rows of its program, until it ends. A row, not an advisory
 * lock: it is the same lock on every kind of Postgres, and it lives where the program's rows live.
 */
export async function lockProgram(session: Session, name: 'periods' | 'referrals'): Promise<void> {
  if ((await session.query(LOCK, name)).length > 0) return;
  await session.query(MAKE, name);
  await session.query(LOCK, name);
}
