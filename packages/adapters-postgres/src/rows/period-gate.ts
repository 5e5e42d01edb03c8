import { list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';

/**
 * A gate before the lock of a period, where all wait in line. The row lock alone keeps the promise, but PostgreSQL gives
 * a shared row lock to whoever can have it at once: those who record would pass one who waits to close for ever.
 */
const gate = (lock: string): string => `
  SELECT count(${lock}(hashtextextended($1 || E'\\n' || k.id, 0))::text) FROM unnest(${listed('$2')}) AS k (id)`;

const SHARED = (): string => gate('pg_advisory_xact_lock_shared');

const ALONE = (): string => gate('pg_advisory_xact_lock');

/** Passes the gates of periods, in one order, together with others who record. */
export async function passTogether(session: Session, periods: Iterable<string>): Promise<void> {
  await session.query(SHARED, list([...periods].sort()));
}

/** Passes the gate of a period alone, once those who came before are done. */
export async function passAlone(session: Session, period: string): Promise<void> {
  await session.query(ALONE, list([period]));
}
