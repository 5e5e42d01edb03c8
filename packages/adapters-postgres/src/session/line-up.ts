import type { Session } from './session.ts';

const LINE_UP = (): string => `
  SELECT count(pg_advisory_xact_lock(hashtextextended('payout-engines/again/' || $1::text, 0))::text)`;

/**
 * Lets one transaction of a program at a time run again after a collision. Those who collide again and again are then
 * soon fewer than those in line, and the first of these gets through.
 */
export async function lineUp(session: Session): Promise<void> {
  await session.query(LINE_UP);
}
