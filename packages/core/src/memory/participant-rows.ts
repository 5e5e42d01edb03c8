import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { assertDestinationVersion } from '../payouts/assert-record.ts';
import type { Destination } from '../payouts/payout.ts';
import type { Clock } from '../ports/clock.ts';
import type { Participant } from '../ports/directory.ts';
import type { BlockedDestination, ParticipantRows } from '../ports/store.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';

/** The participants of one program, in memory. */
export function memoryParticipants(journal: Journal, clock: Clock): ParticipantRows {
  const rows = new Table<string, Participant>(journal);
  /** The last destination that each participant had, also when it was taken away: coming back to one is no first one. */
  const lastDestinations = new Table<string, Destination>(journal);
  const blocked = new Table<string, true>(journal);

  const put = (participant: Participant, now: Date): void => {
    const { id, destination } = participant;
    if (destination === undefined) {
      rows.set(id, { ...participant });
      return;
    }
    const stamped = sinceStamped(destination, lastDestinations.get(id), now);
    lastDestinations.set(id, stamped);
    rows.set(id, { ...participant, destination: stamped });
  };

  return {
    put: async (participants) => {
      for (const participant of participants) assertParticipant(participant);
      const now = clock();
      for (const participant of participants) put(participant, now);
    },
    find: async (ids) => {
      assertIds(ids, 'participant');
      return ids.map((id) => rows.get(id)).map((row) => row && copyOf(row));
    },
    block: async (destinations) => {
      for (const destination of destinations) assertDestinationVersion(destination);
      for (const destination of destinations) blocked.set(keyOf(destination), true);
    },
    areBlocked: async (destinations) => {
      for (const destination of destinations) assertDestinationVersion(destination);
      return destinations.map((destination) => blocked.get(keyOf(destination)) === true);
    },
  };
}

function assertParticipant({ id, tier, destination }: Participant): void {
  assertId(id, 'participant');
  if (tier !== undefined) assertId(tier, 'tier');
  if (destination === undefined) return;
  assertId(destination.id, 'destination');
  if (destination.provider !== undefined) assertId(destination.provider, 'provider');
  if (destination.since !== undefined) assertInstant(destination.since, 'since');
}

/** The destination with the time from when on it is the participant's: their first one has none. */
function sinceStamped(given: Destination, last: Destination | undefined, now: Date): Destination {
  const { id, version, provider } = given;
  const destination = provider === undefined ? { id, version } : { id, version, provider };
  if (last === undefined) return destination;
  const isSame = last.id === id && last.version === version && last.provider === provider;
  const since = isSame ? last.since : now;
  return since === undefined ? destination : { ...destination, since };
}

/** A line feed is in no id. */
function keyOf({ provider, id, version }: BlockedDestination): string {
  return `${provider}\n${id}\n${version}`;
}

/** A caller may fill one object again and again, and a Date can be changed by whoever holds it. */
function copyOf({ destination, ...participant }: Participant): Participant {
  return destination === undefined
    ? participant
    : { ...participant, destination: copyOfDestination(destination) };
}

function copyOfDestination(destination: Destination): Destination {
  const { since } = destination;
  return since === undefined ? { ...destination } : { ...destination, since: new Date(since) };
}
