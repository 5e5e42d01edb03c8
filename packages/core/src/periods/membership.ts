import { PayoutError } from '../errors.ts';
import type { Period } from './period.ts';

/** A stored period, as far as placing needs to know it. */
export interface PlacingPeriod extends Period {
  readonly state: 'open' | 'closing' | 'closed';
}

/** Which period something belongs to, and whether it came too late for its own. */
export interface Placement {
  readonly period: string;
  readonly late: boolean;
}

/**
 * The one period that an interaction belongs to: the one that contains it, or, if that takes no more, the first open
 * one after it. O(log n) plus the closed periods in between.
 *
 * @param periods sorted by start, not overlapping.
 * @throws {@link PayoutError} with code `OUTSIDE_EVERY_PERIOD`
 */
export function placeInteraction(
  periods: readonly PlacingPeriod[],
  interaction: { readonly id: string; readonly at: Date },
): Placement {
  const at = interaction.at.getTime();
  let index = firstEndingAfter(periods, at);
  const own = periods[index];
  if (own === undefined || own.start.getTime() > at) {
    throw new PayoutError('OUTSIDE_EVERY_PERIOD', { interaction: interaction.id });
  }
  for (; index < periods.length; index += 1) {
    const period = periods[index];
    if (period?.state === 'open') return { period: period.id, late: period.id !== own.id };
  }
  throw new PayoutError('OUTSIDE_EVERY_PERIOD', { interaction: interaction.id });
}

/** The position of the first period that ends after the instant: by bisection, as ends ascend with starts. */
function firstEndingAfter(periods: readonly Period[], at: number): number {
  let low = 0;
  let high = periods.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const period = periods[middle];
    if (period !== undefined && period.end.getTime() <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
