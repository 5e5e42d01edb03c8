import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { placeInteraction } from '../periods/membership.ts';
import type { InteractionReceipt, InteractionRows, PeriodRecord, PeriodRows } from '../ports/store.ts';
import { assertInteraction, type Interaction, isSameInteraction } from '../scoring/interaction.ts';
import { tally } from '../scoring/tally.ts';
import { type Journal, Table } from './journal.ts';

interface Member {
  readonly interaction: Interaction;
  readonly period: string;
}

/** The interactions of one program, in memory. Counting a period reads them all. */
export function memoryInteractions(journal: Journal, periods: PeriodRows): InteractionRows {
  const rows = new Table<string, Member>(journal);

  function* membersOf(period: string): Generator<Interaction> {
    for (const member of rows.values()) if (member.period === period) yield member.interaction;
  }

  const record = (
    interactions: readonly Interaction[],
    known: readonly PeriodRecord[],
  ): InteractionReceipt => {
    for (const interaction of interactions) assertInteraction(interaction);
    let recorded = 0;
    let late = 0;
    for (const interaction of interactions) {
      const stored = rows.get(interaction.id);
      if (stored !== undefined) {
        if (!isSameInteraction(stored.interaction, interaction)) {
          throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'interaction', id: interaction.id });
        }
        continue;
      }
      const place = placeInteraction(known, interaction);
      // A copy: a source may fill one object again and again.
      rows.set(interaction.id, {
        interaction: { ...interaction, at: new Date(interaction.at) },
        period: place.period,
      });
      recorded += 1;
      if (place.late) late += 1;
    }
    return { recorded, duplicates: interactions.length - recorded, late };
  };

  return {
    record: async (interactions) => {
      const known = await periods.all();
      return journal.atomically(() => record(interactions, known));
    },
    counts: async function* (period) {
      assertId(period, 'period');
      const counts = tally(membersOf(period));
      if (counts.length > 0) yield await Promise.resolve(counts);
    },
    total: async (period) => {
      assertId(period, 'period');
      return [...membersOf(period)].length;
    },
  };
}
