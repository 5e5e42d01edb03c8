import {
  assertDestinationVersion,
  assertId,
  assertInstant,
  type BlockedDestination,
  type Destination,
  type Participant,
  type ParticipantRows,
  PayoutError,
} from '@payout-engines/core';
import { assertIds, byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { integers, list, listed } from '../session/params.ts';
import { booleanColumn, integerColumn, keyColumn, RowSet, textColumn } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText, CLOCK, milliseconds } from '../session/statement.ts';

const FIND = (s: string): string => `
  SELECT ${anyText('id')}, active, ${anyText('tier')}, verified, ${anyText('destination_id')}, destination_version,
    ${anyText('destination_provider')}, ${milliseconds('destination_since')}
  FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.participant WHERE program = $1 AND id = k.wanted OFFSET 0) AS p`;

/** A part of the last destination that the stored participant had, whether or not it was removed. */
const last = (part: string): string =>
  `CASE WHEN stored.destination_id IS NULL THEN stored.removed_${part} ELSE stored.destination_${part} END`;

const keptWhenRemoved = (part: string): string =>
  `removed_${part} = CASE WHEN excluded.destination_id IS NULL THEN ${last(part)} END`;

/** Since when is decided here, on the row as it is under its lock: two changes at once are both changes. */
const PARTICIPANTS = new RowSet<Participant>(
  'participant',
  {
    id: keyColumn(({ id }) => id),
    active: booleanColumn(({ active }) => active),
    tier: textColumn(({ tier }) => tier),
    verified: booleanColumn(({ verified }) => verified),
    destination_id: textColumn(({ destination }) => destination?.id),
    destination_version: integerColumn(({ destination }) => destination?.version),
    destination_provider: textColumn(({ destination }) => destination?.provider),
  },
  `ON CONFLICT (program, id) DO UPDATE SET active = excluded.active, tier = excluded.tier,
   verified = excluded.verified, destination_id = excluded.destination_id,
   destination_version = excluded.destination_version, destination_provider = excluded.destination_provider,
   destination_since = CASE
     WHEN excluded.destination_id IS NULL OR ${last('id')} IS NULL THEN NULL
     WHEN (excluded.destination_id, excluded.destination_version, excluded.destination_provider)
       IS NOT DISTINCT FROM (${last('id')}, ${last('version')}, ${last('provider')}) THEN ${last('since')}
     ELSE ${CLOCK} END,
   ${['id', 'version', 'provider', 'since'].map(keptWhenRemoved).join(', ')}`,
);

const PUT = (s: string): string => PARTICIPANTS.insert(s);

const BLOCKED = new RowSet<BlockedDestination>(
  'blocked_destination',
  {
    provider: textColumn(({ provider }) => provider),
    id: keyColumn(({ id }) => id),
    version: integerColumn(({ version }) => version),
  },
  'ON CONFLICT DO NOTHING',
);

const BLOCK = (s: string): string => BLOCKED.insert(s);

const ARE_BLOCKED = (s: string): string => `
  SELECT k.position - 1
  FROM unnest(${listed('$2')}, ${listed('$3')}, $4::int8[]) WITH ORDINALITY AS k (provider, id, version, position)
  CROSS JOIN LATERAL (
    SELECT FROM ${s}.blocked_destination
    WHERE program = $1 AND provider = k.provider AND id = k.id AND version = k.version OFFSET 0
  ) AS b`;

/** The participants of one program. */
export function participantRows(session: Session): ParticipantRows {
  return {
    put: (participants) => session.operation(() => put(session, participants)),
    find: (ids) =>
      session.operation(async () => {
        assertIds(ids, 'participant');
        if (ids.length === 0) return [];
        const found = byId((await session.query(FIND, list(ids))).map(readParticipant));
        return ids.map((id) => found.get(id));
      }),
    block: (destinations) =>
      session.operation(async () => {
        for (const destination of destinations) assertDestinationVersion(destination);
        if (destinations.length === 0) return;
        await session.query(BLOCK, ...BLOCKED.params(inOrder(destinations, destinationKey)));
      }),
    areBlocked: (destinations) =>
      session.operation(async () => {
        for (const destination of destinations) assertDestinationVersion(destination);
        if (destinations.length === 0) return [];
        const rows = await session.query(
          ARE_BLOCKED,
          list(destinations.map(({ provider }) => provider)),
          list(destinations.map(({ id }) => id)),
          integers(destinations.map(({ version }) => version)),
        );
        const blocked = new Set(rows.map((row) => new Columns(row).integer()));
        return destinations.map((_, position) => blocked.has(position));
      }),
  };
}

async function put(session: Session, participants: readonly Participant[]): Promise<void> {
  for (const participant of participants) assertParticipant(participant);
  // One statement writes a row once; who stands twice in the batch changes twice.
  let left = participants;
  while (left.length > 0) {
    const first = byId(left.toReversed());
    await session.query(PUT, ...PARTICIPANTS.params(inOrder([...first.values()], ({ id }) => id)));
    left = left.filter((participant) => first.get(participant.id) !== participant);
  }
}

function assertParticipant({ id, tier, destination }: Participant): void {
  assertId(id, 'participant');
  if (tier !== undefined) assertId(tier, 'tier');
  if (destination === undefined) return;
  assertId(destination.id, 'destination');
  if (!Number.isSafeInteger(destination.version)) {
    const reason = 'it must be a whole number';
    throw new PayoutError('INVALID_INPUT', { issues: [{ path: 'destination.version', reason }] });
  }
  if (destination.provider !== undefined) assertId(destination.provider, 'provider');
  if (destination.since !== undefined) assertInstant(destination.since, 'since');
}

/** Rows are written in the order of their key. */
function destinationKey({ provider, id, version }: BlockedDestination): string {
  return `${provider}\n${id}\n${version}`;
}

function readParticipant(row: unknown): Participant {
  const columns = new Columns(row);
  const id = columns.text();
  const active = columns.boolean();
  const tier = columns.optionalText();
  const verified = columns.boolean();
  const destination = readDestination(columns);
  return {
    id,
    active,
    verified,
    ...(tier === undefined ? {} : { tier }),
    ...(destination === undefined ? {} : { destination }),
  };
}

function readDestination(columns: Columns): Destination | undefined {
  const id = columns.optionalText();
  if (id === undefined) return undefined;
  const version = columns.integer();
  const provider = columns.optionalText();
  const since = columns.optionalInstant();
  return {
    id,
    version,
    ...(provider === undefined ? {} : { provider }),
    ...(since === undefined ? {} : { since }),
  };
}
