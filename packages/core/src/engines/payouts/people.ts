import type { Participant } from '../../ports/directory.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import type { PayoutContext } from './context.ts';

/** Who the participants of a decision are, wherever the directory lives. */
export type People = (unit: UnitOfWork) => Promise<ReadonlyMap<string, Participant>>;

/**
 * Looks participants up for a transaction that comes: inside of it where the directory lives in the Store, else now,
 * because no transaction waits for the network.
 */
export async function peopleFor(
  { directory }: PayoutContext,
  program: string,
  participants: readonly string[],
): Promise<People> {
  const ids = [...new Set(participants)];
  if (directory.within !== undefined)
    return async (unit) => byId((await directory.within?.(unit, ids)) ?? []);
  const people = byId(await directory.participants(program, ids));
  return () => Promise.resolve(people);
}

function byId(found: readonly (Participant | undefined)[]): ReadonlyMap<string, Participant> {
  return new Map(
    found.flatMap((participant) => (participant === undefined ? [] : [[participant.id, participant]])),
  );
}
