import { PayoutError } from '../errors.ts';
import {
  assertInteraction,
  type Interaction,
  isSameInteraction,
  type KindCount,
  type ParticipantCounts,
} from './interaction.ts';

interface Tally {
  count: number;
  ownActs: number;
}

/**
 * Counts interactions by participant and kind, each once by its id: an event that comes again is ignored, an id that
 * comes again with other content is refused.
 *
 * The result is sorted by participant and kind in code-unit order, so that it does not depend on the order of the
 * events. Keeps the content of every event in memory until it returns.
 *
 * @throws {@link PayoutError} with code `IDEMPOTENCY_CONFLICT` (kind `interaction`), `INVALID_ID` or `INVALID_INSTANT`
 *
 * @example
 * ```ts
 * import { tally } from '@payout-engines/core';
 *
 * const at = new Date('2026-10-01T12:00:00Z');
 * const like = { id: 'e1', kind: 'like', participant: 'alice', actor: 'bob', at };
 * tally([like, like]);
 * // => [{ participant: 'alice', counts: [{ kind: 'like', count: 1, ownActs: 0 }] }]
 * ```
 */
export function tally(interactions: Iterable<Interaction>): readonly ParticipantCounts[] {
  const seen = new Map<string, Interaction>();
  const tallies = new Map<string, Map<string, Tally>>();
  for (const interaction of interactions) {
    assertInteraction(interaction);
    const { id, kind, participant, actor } = interaction;
    const earlier = seen.get(id);
    if (earlier !== undefined) {
      if (isSameInteraction(earlier, interaction)) continue;
      throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'interaction', id });
    }
    // A copy: a source may fill one object again and again.
    seen.set(id, { ...interaction, at: new Date(interaction.at) });
    const entry = entryOf(tallies, participant, kind);
    entry.count += 1;
    if (actor === participant) entry.ownActs += 1;
  }
  return sortedByKey(tallies).map(([participant, kinds]) => ({
    participant,
    counts: sortedByKey(kinds).map(([kind, { count, ownActs }]): KindCount => ({ kind, count, ownActs })),
  }));
}

function entryOf(tallies: Map<string, Map<string, Tally>>, participant: string, kind: string): Tally {
  const kinds = tallies.get(participant) ?? new Map<string, Tally>();
  if (kinds.size === 0) tallies.set(participant, kinds);
  const entry = kinds.get(kind) ?? { count: 0, ownActs: 0 };
  kinds.set(kind, entry);
  return entry;
}

/** In code-unit order of the keys, which no locale changes. */
function sortedByKey<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}
