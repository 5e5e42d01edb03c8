import { type Payout, PayoutError } from '@payout-engines/core';
import { type Database, Refused } from '@payout-engines/example-kit';
import { openPayout } from './entries.ts';
import { findMember } from './members.ts';
import { engineOn, PROGRAM } from './program.ts';

/**
 * A scout asks for the bounties that are free: all of them. The key is the scout's and the form's: the same again is the
 * same payout, and nobody can ask under the key of somebody else.
 */
export async function requestBounties(database: Database, scout: string, key: string): Promise<Payout> {
  const member = await findMember(database.query, scout);
  if (member?.kind !== 'scout') throw new Refused(404, 'SCOUT_NOT_FOUND', 'There is no such scout.');
  const engine = engineOn(database.store, database.query);
  await engine.release({ program: PROGRAM });
  const payout = await database.together((transaction) =>
    openPayout(transaction, { key: `request/${scout}/${key}`, member: scout, by: scout, at: new Date() }),
  );
  if (payout !== undefined) return payout;
  const reasons = await engine.whyNot({ program: PROGRAM, participant: scout, currency: 'INR' });
  throw new PayoutError('NOT_ELIGIBLE', { participant: scout, reasons: reasons.map(({ kind }) => kind) });
}
