import { assertInteraction, type Interaction, PayoutError } from '@payout-engines/core';
import type { Calendar } from './calendar.ts';
import { attempt } from './errors.ts';
import { parseInstant } from './instants.ts';
import { type FileOptions, readRows, type Row } from './rows.ts';

/** An event with its place in the input, for errors. */
export interface Event {
  readonly place: string;
  readonly interaction: Interaction;
}

/** Events in batches; read from the start each time it is asked. */
export type EventSource = () => AsyncIterable<readonly Event[]>;

/** What an event must fit to be used. */
export interface EventLimits {
  readonly kinds: ReadonlySet<string>;
  readonly calendar: Calendar;
  readonly timeZone: string;
}

const COLUMNS = { required: ['event_id', 'kind', 'participant_id', 'at'], optional: ['actor_id'] };

/** The events of a CSV or NDJSON file. */
export function eventsFile(file: string, limits: EventLimits, options: FileOptions): EventSource {
  return async function* () {
    for await (const rows of readRows(file, COLUMNS, options)) {
      const events: Event[] = [];
      for (const row of rows) {
        const { place } = row;
        const interaction = attempt(place, options.onBadLine, () => readInteraction(row, limits));
        if (interaction !== undefined) events.push({ place, interaction });
      }
      yield events;
    }
  };
}

function readInteraction({ line, values }: Row, { kinds, calendar, timeZone }: EventLimits): Interaction {
  const [id = '', kind = '', participant = '', at = '', actor = ''] = values();
  const interaction: Interaction = {
    id,
    kind,
    participant,
    ...(actor === '' ? {} : { actor }),
    at: parseInstant(at, timeZone),
  };
  assertInteraction(interaction);
  if (!kinds.has(kind)) throw new PayoutError('UNKNOWN_INTERACTION_KIND', { position: line });
  if (calendar.periodOf(interaction.at) === undefined) {
    throw new PayoutError('OUTSIDE_EVERY_PERIOD', { interaction: id });
  }
  return interaction;
}
