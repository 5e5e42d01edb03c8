import { assertId } from '../id.ts';
import type { Participant } from '../ports/directory.ts';
import type { ParticipantRows } from '../ports/store.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';

/** The participants of one program, in memory. */
export function memoryParticipants(journal: Journal): ParticipantRows {
  const rows = new Table<string, Participant>(journal);
  return {
    put: async (participants) => {
      for (const participant of participants) assertParticipant(participant);
      for (const participant of participants) rows.set(participant.id, copyOf(participant));
      return Promise.resolve();
    },
    find: async (ids) => {
      assertIds(ids, 'participant');
      return Promise.resolve(ids.map((id) => rows.get(id)));
    },
  };
}

function assertParticipant({ id, tier, destination }: Participant): void {
  assertId(id, 'participant');
  if (tier !== undefined) assertId(tier, 'tier');
  if (destination !== undefined) assertId(destination.id, 'destination');
}

/** A caller may fill one object again and again. */
function copyOf({ destination, ...participant }: Participant): Participant {
  return destination === undefined ? participant : { ...participant, destination: { ...destination } };
}
