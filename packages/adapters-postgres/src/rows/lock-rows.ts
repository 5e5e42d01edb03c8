import type { LockRows } from '@payout-engines/core';
import { assertIds } from '../session/by-id.ts';
import type { Session } from '../session/session.ts';
import { takeLocks, tryLocks } from './take-locks.ts';

/** The named locks of one program. */
export function lockRows(session: Session): LockRows {
  return {
    take: (names) =>
      session.operation(async () => {
        assertIds(names, 'lock');
        await takeLocks(session, names);
      }),
    tryTake: (names) =>
      session.operation(async () => {
        assertIds(names, 'lock');
        return tryLocks(session, names);
      }),
  };
}
