import { assertId, type Participant, type ParticipantRows, PayoutError } from '@payout-engines/core';
import { assertIds, byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { list, listed } from '../session/params.ts';
import { booleanColumn, integerColumn, keyColumn, RowSet, textColumn } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText } from '../session/statement.ts';

const FIND = (s: string): string => `
  SELECT ${anyText('id')}, active, ${anyText('tier')}, verified, ${anyText('destination_id')}, destination_version
  FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.participant WHERE program = $1 AND id = k.wanted OFFSET 0) AS p`;

const PARTICIPANTS = new RowSet<Participant>(
  'participant',
  {
    id: keyColumn(({ id }) => id),
    active: booleanColumn(({ active }) => active),
    tier: textColumn(({ tier }) => tier),
    verified: booleanColumn(({ verified }) => verified),
    destination_id: textColumn(({ destination }) => destination?.id),
    destination_version: integerColumn(({ destination }) => destination?.version),
  },
  `ON CONFLICT (program, id) DO UPDATE SET active = excluded.active, tier = excluded.tier,
   verified = excluded.verified, destination_id = excluded.destination_id,
   destination_version = excluded.destination_version`,
);

const PUT = (s: string): string => PARTICIPANTS.insert(s);

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
  };
}

async function put(session: Session, participants: readonly Participant[]): Promise<void> {
  for (const participant of participants) assertParticipant(participant);
  if (participants.length === 0) return;
  // One statement writes a row once: of those that stand twice in the batch, the last.
  const rows = inOrder([...byId(participants).values()], ({ id }) => id);
  await session.query(PUT, ...PARTICIPANTS.params(rows));
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
}

function readParticipant(row: unknown): Participant {
  const columns = new Columns(row);
  const id = columns.text();
  const active = columns.boolean();
  const tier = columns.optionalText();
  const verified = columns.boolean();
  const destination = columns.optionalText();
  return {
    id,
    active,
    verified,
    ...(tier === undefined ? {} : { tier }),
    ...(destination === undefined ? {} : { destination: { id: destination, version: columns.integer() } }),
  };
}
