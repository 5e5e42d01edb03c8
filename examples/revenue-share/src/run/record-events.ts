import {
  type InteractionReceipt,
  isSameInteraction,
  type Period,
  PayoutError,
  type UnitOfWork,
} from '@payout-engines/core';
import { invalid, placed } from '../input/errors.ts';
import type { Event } from '../input/events-file.ts';
import type { Job } from '../job.ts';
import type { Progress } from '../report/progress.ts';

/** What became of the events of a job. */
export interface EventReceipt extends InteractionReceipt {
  readonly read: number;
}

/**
 * Records all events of a job in batches, and opens the periods of a schedule as events need them.
 *
 * @returns also the periods that have an event, by start.
 */
export async function recordEvents(
  unit: UnitOfWork,
  { events, calendar }: Job,
  progress: Progress,
): Promise<{ readonly receipt: EventReceipt; readonly periods: readonly Period[] }> {
  const touched = new Map<string, Period>();
  const receipt = { read: 0, recorded: 0, duplicates: 0, late: 0 };
  for await (const batch of events()) {
    const opening: Period[] = [];
    for (const { interaction } of batch) {
      const period = calendar.periodOf(interaction.at);
      if (period === undefined || touched.has(period.id)) continue;
      touched.set(period.id, period);
      opening.push(period);
    }
    if (calendar.only === undefined) await unit.periods.open(opening);
    const { recorded, duplicates, late } = await recordBatch(unit, batch);
    receipt.read += batch.length;
    receipt.recorded += recorded;
    receipt.duplicates += duplicates;
    receipt.late += late;
    progress.show(`${receipt.read} events read`);
  }
  // A failed export, or one whose every line is skipped, would close the period and send its whole pool back.
  if (receipt.read === 0) throw invalid('events', 'there is not one, so there is nobody to share with');
  const periods = [...touched.values()].sort((left, right) => left.start.getTime() - right.start.getTime());
  return { receipt, periods };
}

async function recordBatch(unit: UnitOfWork, batch: readonly Event[]): Promise<InteractionReceipt> {
  try {
    return await unit.interactions.record(batch.map(({ interaction }) => interaction));
  } catch (error) {
    throw placedInBatch(batch, error);
  }
}

/** Gives the error of a batch the place of the event that it names. */
function placedInBatch(batch: readonly Event[], error: unknown): unknown {
  const id = PayoutError.is(error, 'IDEMPOTENCY_CONFLICT')
    ? error.details.id
    : PayoutError.is(error, 'OUTSIDE_EVERY_PERIOD')
      ? error.details.interaction
      : undefined;
  const [first, ...again] = batch.filter(({ interaction }) => interaction.id === id);
  if (first === undefined) return error;
  // Either one of the later ones differs from the first, or the first differs from what an earlier batch has stored.
  const other = again.find(({ interaction }) => !isSameInteraction(first.interaction, interaction));
  return placed((other ?? first).place, error);
}
