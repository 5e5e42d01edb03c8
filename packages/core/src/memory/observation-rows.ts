import { PayoutError } from '../errors.ts';
import { assertObservation } from '../campaigns/assert-campaign.ts';
import type { Observation } from '../campaigns/observation.ts';
import { assertId } from '../id.ts';
import type { ObservationRows } from '../ports/campaign-rows.ts';
import { type Journal, Table } from './journal.ts';

/** The observations of one program's clips, in memory. */
export function memoryObservations(journal: Journal): ObservationRows {
  const clips = new Table<string, Table<number, Observation>>(journal);

  const add = (observations: readonly Observation[]): void => {
    for (const observation of observations) assertObservation(observation);
    for (const observation of observations) {
      const { clip, number } = observation;
      let rows = clips.get(clip);
      if (rows === undefined) clips.set(clip, (rows = new Table(journal)));
      if (rows.get(number) !== undefined) {
        throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'observation', id: clip });
      }
      rows.set(number, copyOf(observation));
    }
  };

  return {
    add: async (observations) => {
      journal.atomically(() => {
        add(observations);
      });
    },
    of: async (clip, { after = 0, limit }) => {
      assertId(clip, 'clip');
      return [...(clips.get(clip)?.values() ?? [])]
        .filter(({ number }) => number > after)
        .sort((left, right) => left.number - right.number)
        .slice(0, limit)
        .map(copyOf);
    },
  };
}

/** A Date can be changed by whoever holds it. */
function copyOf(observation: Observation): Observation {
  return { ...observation, at: new Date(observation.at) };
}
