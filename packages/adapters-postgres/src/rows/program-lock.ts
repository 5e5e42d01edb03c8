import type { Session } from '../session/session.ts';
import { takeLocks } from './take-locks.ts';

/**
 * Makes the transaction the only one to change the named rows of its program, until it ends. A row, not an advisory
 * lock: it is the same lock on every kind of Postgres, and it lives where the program's rows live.
 */
export async function lockProgram(session: Session, name: 'periods' | 'referrals'): Promise<void> {
  await takeLocks(session, [name]);
}
