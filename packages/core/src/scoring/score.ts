import { eachCounted } from './counted.ts';
import type { ParticipantCounts } from './interaction.ts';
import type { Scoring } from './rules.ts';

/** What one participant scored: the weight of their share. */
export interface ParticipantScore {
  readonly participant: string;
  /** Points times 10^`scoring.scale`, exact. */
  readonly points: bigint;
}

/**
 * The points of one participant: for each kind, what counts of it times its weight, added up exactly.
 *
 * {@link breakdown} says how they came about; it stands apart because this runs for every participant.
 *
 * @param position where the participant stands in the caller's input; an unknown kind is reported with it.
 * @throws {@link PayoutError} with code `UNKNOWN_INTERACTION_KIND`, `INVALID_COUNT` or `INVALID_ID`
 *
 * @example
 * ```ts
 * import { compileScoring, DEFAULT_SCORING_RULES, score } from '@payout-engines/core';
 *
 * const scoring = compileScoring(DEFAULT_SCORING_RULES);
 * const counts = [
 *   { kind: 'post', count: 5 },
 *   { kind: 'comment', count: 12 },
 *   { kind: 'like', count: 34 },
 *   { kind: 'follow', count: 8 },
 * ];
 * score(scoring, { participant: 'alice', counts }).points; // => 3950n
 * ```
 */
export function score(scoring: Scoring, participant: ParticipantCounts, position = 0): ParticipantScore {
  let points = 0n;
  eachCounted(scoring, participant, position, (_, kind, counted) => {
    points += BigInt(counted) * kind.weight;
  });
  return { participant: participant.participant, points };
}
