import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';

/** One counted act: a post, a comment, a follow, a like, or any kind the rules name. */
export interface Interaction {
  /** Unique in the program: the same id is the same event. */
  readonly id: string;
  readonly kind: string;
  /** Who is credited. */
  readonly participant: string;
  /** Who acted; left out where the source does not say. The participant's own id makes it an act on oneself. */
  readonly actor?: string;
  readonly at: Date;
}

/** How often one kind of interaction was credited to a participant. */
export interface KindCount {
  readonly kind: string;
  /** All of them, acts on oneself included. */
  readonly count: number;
  /** How many of them were acts on oneself; left out, none are known. */
  readonly ownActs?: number;
}

/** All counts of one participant, each kind at most once. */
export interface ParticipantCounts {
  readonly participant: string;
  readonly counts: readonly KindCount[];
}

/**
 * Throws unless an interaction has ids where ids belong and a valid instant.
 *
 * @throws {@link PayoutError} with code `INVALID_ID` or `INVALID_INSTANT`
 */
export function assertInteraction({ id, kind, participant, actor, at }: Interaction): void {
  assertId(id, 'interaction');
  assertId(kind, 'kind');
  assertId(participant, 'participant');
  if (actor !== undefined) assertId(actor, 'actor');
  assertInstant(at, 'at');
}

/** Whether two interactions of one id are the same event. */
export function isSameInteraction(left: Interaction, right: Interaction): boolean {
  return (
    left.id === right.id &&
    left.kind === right.kind &&
    left.participant === right.participant &&
    left.actor === right.actor &&
    left.at.getTime() === right.at.getTime()
  );
}
