import { assertId } from '../id.ts';
import type { EventRows } from '../ports/store.ts';
import { type Journal, Table } from './journal.ts';

/** The events of providers that one program has received, in memory. */
export function memoryEvents(journal: Journal): EventRows {
  /** The type of each event, by provider and id. */
  const types = new Table<string, string>(journal);
  return {
    add: async (provider, events) => {
      assertId(provider, 'provider');
      for (const { id, type } of events) {
        assertId(id, 'event');
        assertId(type, 'type');
      }
      const areNew = events.map(({ id, type }) => {
        // A line feed is in no id.
        const key = `${provider}\n${id}`;
        if (types.get(key) !== undefined) return false;
        types.set(key, type);
        return true;
      });
      return areNew;
    },
  };
}
