import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import type { KindCount, ParticipantCounts } from './interaction.ts';
import type { ScoredKind, Scoring } from './rules.ts';

/** Calls back with each checked count of a participant: its kind's rules and how many of it count. */
export function eachCounted(
  scoring: Scoring,
  participant: ParticipantCounts,
  position: number,
  visit: (entry: KindCount, kind: ScoredKind, counted: number) => void,
): void {
  assertId(participant.participant, 'participant');
  const { counts } = participant;
  if (!isArray(counts)) throw invalidCount(participant, 'the counts must be an array');
  for (let index = 0; index < counts.length; index++) {
    const entry = counts[index];
    if (typeof entry !== 'object' || entry === null)
      throw invalidCount(participant, 'it must have a kind and a count');
    const kind = scoring.kinds.get(entry.kind);
    if (kind === undefined) throw new PayoutError('UNKNOWN_INTERACTION_KIND', { position });
    assertCount(participant, entry);
    if (occursBefore(counts, index, entry.kind))
      throw invalidCount(participant, 'one kind occurs twice; add its counts up');
    visit(entry, kind, countedOf(kind, entry));
  }
}

function assertCount(participant: ParticipantCounts, { count, ownActs = 0 }: KindCount): void {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw invalidCount(participant, 'a count is a whole number, zero or more, at most 2^53 - 1');
  }
  if (!Number.isSafeInteger(ownActs) || ownActs < 0 || ownActs > count) {
    throw invalidCount(participant, 'acts on oneself are a whole number from zero to the count');
  }
}

/** A loop, not a set: kinds are few (the rules bound them), and this runs for every participant. */
function occursBefore(counts: readonly KindCount[], end: number, kind: string): boolean {
  for (let index = 0; index < end; index++) if (counts[index]?.kind === kind) return true;
  return false;
}

/** The cap comes after acts on oneself are left out: those that do not count must not use it up. */
function countedOf(kind: ScoredKind, { count, ownActs = 0 }: KindCount): number {
  const counted = kind.ownActsCount ? count : count - ownActs;
  return kind.cap !== undefined && counted > kind.cap ? kind.cap : counted;
}

function invalidCount({ participant }: ParticipantCounts, reason: string): PayoutError {
  return new PayoutError('INVALID_COUNT', { participant, reason });
}

/** Narrows nothing: `Array.isArray` makes `any[]` of a readonly array. */
function isArray(value: unknown): boolean {
  return Array.isArray(value);
}
