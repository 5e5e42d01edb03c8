import {
  type Interaction,
  openPeriods,
  PayoutError,
  periodAt,
  recordInteractions,
} from '@payout-engines/core';
import { type Database, Refused } from '@payout-engines/example-kit';
import { creatorOf } from './people.ts';
import { PROGRAM, SCHEDULE } from './program.ts';

/** Records one interaction with somebody who takes part. The same id again changes nothing. */
export async function recordInteraction(
  database: Database,
  interaction: Interaction,
): Promise<'recorded' | 'known' | 'late'> {
  await creatorOf(database.query, interaction.participant);
  if (interaction.at.getTime() > Date.now() + 60_000) {
    throw new Refused(422, 'INVALID_INSTANT', 'It cannot have happened in the future.');
  }
  const period = periodAt(SCHEDULE, new Date());
  if (period !== undefined) await openPeriods(database.store, PROGRAM, [period]);
  try {
    const receipt = await recordInteractions(database.store, PROGRAM, [interaction]);
    if (receipt.duplicates > 0) return 'known';
    return receipt.late > 0 ? 'late' : 'recorded';
  } catch (error) {
    if (PayoutError.is(error, 'OUTSIDE_EVERY_PERIOD')) {
      throw new Refused(422, 'OUTSIDE_EVERY_PERIOD', 'That is before the first period.');
    }
    throw error;
  }
}
