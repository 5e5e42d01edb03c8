import { PayoutError } from '../../errors.ts';
import type { Period } from '../../periods/period.ts';
import type { Directory, Participant } from '../../ports/directory.ts';
import type { InteractionSource } from '../../ports/sources.ts';
import { compileScoring, type ScoringRules } from '../../scoring/rules.ts';
import { score } from '../../scoring/score.ts';
import { countsText, type LineState } from './plan-text.ts';
import { idComparison } from '../../split/id-order.ts';
import type { CanonicalRules } from './rules.ts';

/** Everybody with interactions in a period, in columns of one order: ids ascending in the order that breaks ties. */
export interface PeriodScores {
  readonly participants: readonly string[];
  /** Points times 10^scale; zero for those who do not count. */
  readonly points: readonly bigint[];
  readonly states: readonly LineState[];
  /** The counts behind the points, as they stand in the plan. */
  readonly counts: readonly string[];
  readonly scale: number;
  readonly interactions: number;
}

/**
 * Scores everybody a source counts, a batch at a time. Only what the plan needs of a participant is kept: a million of
 * them take about 200 MB.
 *
 * @throws {@link PayoutError} with code `DUPLICATE_PARTICIPANT`, and as `score` does
 */
export async function scorePeriod(
  source: InteractionSource,
  directory: Directory,
  program: string,
  period: Period,
  rules: CanonicalRules,
  onScored: (scored: number) => void,
): Promise<PeriodScores> {
  const scoringRules: ScoringRules = rules.scoring;
  const scoring = compileScoring(scoringRules);
  const participants: string[] = [];
  const points: bigint[] = [];
  const states: LineState[] = [];
  const counts: string[] = [];
  let interactions = 0;
  for await (const batch of source.counts(program, period)) {
    const found = await directory.participants(
      program,
      batch.map(({ participant }) => participant),
    );
    for (const [index, entry] of batch.entries()) {
      const scored = score(scoring, entry, participants.length);
      const state = stateOf(found[index], rules);
      participants.push(entry.participant);
      points.push(countsInPool(state) ? scored.points : 0n);
      states.push(state);
      counts.push(countsText(entry.counts));
      for (const { count } of entry.counts) interactions += count;
    }
    onScored(participants.length);
  }
  const columns = { participants, points, states, counts, scale: scoring.scale, interactions };
  return inOrder(columns, idComparison(rules.idOrder, participants));
}

/** What becomes of a participant's share. Only active participants have one. */
export function stateOf(participant: Participant | undefined, rules: CanonicalRules): LineState {
  if (participant === undefined) return 'unknown';
  if (!participant.active) return 'inactive';
  if (rules.hold.untilVerified && !participant.verified) return 'held_until_verified';
  return rules.hold.days > 0 ? 'held' : 'available';
}

/** Whether a participant in this state takes part in the pool. */
export function countsInPool(state: LineState): boolean {
  return state !== 'inactive' && state !== 'unknown';
}

/** The columns arranged by ascending id, each participant once. Columns that are so already are left as they are. */
function inOrder(scores: PeriodScores, compare: (left: string, right: string) => number): PeriodScores {
  const { participants } = scores;
  if (isAscending(participants, compare)) return scores;
  const id = (position: number): string => participants[position] ?? '';
  const order = new Uint32Array(participants.length);
  for (let position = 0; position < order.length; position += 1) order[position] = position;
  order.sort((left, right) => compare(id(left), id(right)));
  const arranged = {
    ...scores,
    participants: arrangedBy(order, participants),
    points: arrangedBy(order, scores.points),
    states: arrangedBy(order, scores.states),
    counts: arrangedBy(order, scores.counts),
  };
  assertDistinct(arranged.participants, compare);
  return arranged;
}

function isAscending(ids: readonly string[], compare: (left: string, right: string) => number): boolean {
  let before: string | undefined;
  for (const id of ids) {
    if (before !== undefined && compare(before, id) >= 0) return false;
    before = id;
  }
  return true;
}

function assertDistinct(ids: readonly string[], compare: (left: string, right: string) => number): void {
  let before: string | undefined;
  for (const id of ids) {
    if (before !== undefined && compare(before, id) === 0) {
      throw new PayoutError('DUPLICATE_PARTICIPANT', { participant: id });
    }
    before = id;
  }
}

function arrangedBy<Value>(order: Uint32Array, values: readonly Value[]): readonly Value[] {
  const result: Value[] = [];
  for (const position of order) {
    const value = values[position];
    if (value !== undefined) result.push(value);
  }
  return result;
}
