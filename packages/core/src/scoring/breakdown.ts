import { formatDecimal } from '../money/decimal.ts';
import { eachCounted } from './counted.ts';
import type { ParticipantCounts } from './interaction.ts';
import type { Scoring } from './rules.ts';

/** What one kind of interaction brought a participant. */
export interface KindScore {
  readonly kind: string;
  readonly count: number;
  /** What is left of the count without acts on oneself that do not count, and under the cap. */
  readonly counted: number;
  /** Points for one, a plain decimal. */
  readonly weight: string;
  /** `counted` times `weight`, a plain decimal. */
  readonly points: string;
}

/**
 * How the points of one participant came about, kind by kind in the order of the counts.
 *
 * The points add up to those of {@link score}. Throws as it does.
 *
 * @example
 * ```ts
 * import { breakdown, compileScoring, DEFAULT_SCORING_RULES } from '@payout-engines/core';
 *
 * const scoring = compileScoring(DEFAULT_SCORING_RULES);
 * const counts = [{ kind: 'like', count: 34, ownActs: 2 }];
 * breakdown(scoring, { participant: 'alice', counts });
 * // => [{ kind: 'like', count: 34, counted: 32, weight: '0.25', points: '8' }]
 * ```
 */
export function breakdown(
  scoring: Scoring,
  participant: ParticipantCounts,
  position = 0,
): readonly KindScore[] {
  const { scale } = scoring;
  const scores: KindScore[] = [];
  eachCounted(scoring, participant, position, ({ kind, count }, { weight }, counted) => {
    scores.push({
      kind,
      count,
      counted,
      weight: formatDecimal({ coefficient: weight, scale }),
      points: formatDecimal({ coefficient: BigInt(counted) * weight, scale }),
    });
  });
  return scores;
}
