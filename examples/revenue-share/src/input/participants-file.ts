import { assertId, type Participant, PayoutError } from '@payout-engines/core';
import { attempt, invalid, PlacedError } from './errors.ts';
import { type FileOptions, readRows } from './rows.ts';

const COLUMNS = { required: ['id', 'active', 'verified'], optional: ['tier'] };

/** The participants of a file, by id. All of them are kept: a plan keeps as much of everybody. */
export async function readParticipants(
  file: string,
  options: FileOptions,
): Promise<ReadonlyMap<string, Participant>> {
  const participants = new Map<string, Participant>();
  for await (const rows of readRows(file, COLUMNS, options)) {
    for (const { place, values } of rows) {
      const participant = attempt(place, options.onBadLine, () => readParticipant(values()));
      if (participant === undefined) continue;
      const { id } = participant;
      // Which of the two lines is right nobody can know, so this is never skipped.
      if (participants.has(id)) {
        throw new PlacedError(place, new PayoutError('DUPLICATE_PARTICIPANT', { participant: id }));
      }
      participants.set(id, participant);
    }
  }
  return participants;
}

function readParticipant([id = '', active = '', verified = '', tier = '']: readonly string[]): Participant {
  assertId(id, 'id');
  if (tier !== '') assertId(tier, 'tier');
  return {
    id,
    active: readFlag(active, 'active'),
    verified: readFlag(verified, 'verified'),
    ...(tier === '' ? {} : { tier }),
  };
}

function readFlag(text: string, column: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw invalid(column, 'it must be true or false');
}
