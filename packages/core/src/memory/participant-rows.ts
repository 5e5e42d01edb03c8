import { assertId } from '../id.ts';
import type { Participant } from '../ports/directory.ts';
import type { ParticipantRows } from '../ports/store.ts';
import { type Journal, Table } from './journal.ts';

/** The participants of one program, in memory. */
export function memoryParticipants(journal: Journal): ParticipantRows {
  const rows = new Table<string, Participant>(journal);
  return {
    put: async (participants) => {
      for (const participant of participants) {
        assertId(participant.id, 'participant');
        rows.set(participant.id, participant);
      }
      return Promise.resolve();
    },
    find: async (ids) => Promise.resolve(ids.map((id) => rows.get(id))),
  };
}
