import {
  assertInteraction,
  type Interaction,
  type InteractionReceipt,
  isSameInteraction,
  PayoutError,
  type Placement,
  placeInteraction,
  type PlacingPeriod,
} from '@payout-engines/core';
import { byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { instant, list, listed } from '../session/params.ts';
import { instantColumn, keyColumn, RowSet, textColumn } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText, milliseconds } from '../session/statement.ts';
import { PERIOD_COLUMNS, readPeriod } from './period-columns.ts';
import { passTogether } from './period-gate.ts';

const FIND = (s: string): string => `
  SELECT ${anyText('id')}, ${anyText('kind')}, ${anyText('participant')}, ${anyText('actor')}, ${milliseconds('at')}
  FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.interaction WHERE program = $1 AND id = k.wanted OFFSET 0) AS i`;

const PERIODS_FROM = (s: string): string => `
  SELECT ${PERIOD_COLUMNS} FROM ${s}.period
  WHERE program = $1 AND end_at > $2::timestamptz ORDER BY start_at`;

const LOCK_OPEN = (s: string): string => `
  SELECT id FROM (
    SELECT id, state FROM ${s}.period WHERE program = $1 AND id = ANY (${listed('$2')}) ORDER BY id FOR SHARE
  ) AS locked WHERE state = 'open'`;

/** An interaction and the period that it is a member of. */
interface Member extends Placement {
  readonly interaction: Interaction;
}

const MEMBERS = new RowSet<Member>('interaction', {
  id: keyColumn(({ interaction }) => interaction.id),
  kind: textColumn(({ interaction }) => interaction.kind),
  participant: textColumn(({ interaction }) => interaction.participant),
  actor: textColumn(({ interaction }) => interaction.actor),
  at: instantColumn(({ interaction }) => interaction.at),
  period: textColumn(({ period }) => period),
});

/** An id that another transaction has recorded meanwhile makes everything run again. */
const ADD = (s: string): string => MEMBERS.insert(s);

/** Records a batch: each interaction once, in one period that stays open until the transaction ends. */
export async function recordInteractions(
  session: Session,
  interactions: readonly Interaction[],
): Promise<InteractionReceipt> {
  for (const interaction of interactions) assertInteraction(interaction);
  if (interactions.length === 0) return { recorded: 0, duplicates: 0, late: 0 };
  const stored = await findInteractions(session, interactions);
  const members = inOrder(
    await placeUnderLock(session, interactions, stored),
    ({ interaction }) => interaction.id,
  );
  if (members.length > 0) await session.query(ADD, ...MEMBERS.params(members));
  return {
    recorded: members.length,
    duplicates: interactions.length - members.length,
    late: members.filter(({ late }) => late).length,
  };
}

type Stored = ReadonlyMap<string, Interaction>;

async function findInteractions(session: Session, interactions: readonly Interaction[]): Promise<Stored> {
  const rows = await session.query(FIND, list(interactions.map(({ id }) => id)));
  return byId(rows.map(readInteraction));
}

/** How often periods may close under our hands before everything runs again. */
const ATTEMPTS = 10;

/**
 * Places the interactions that are not stored, and locks their periods against closing. When a period that was open as
 * it was read is closed as it is locked, all are placed anew: the wait for its lock may have let a later one be opened.
 */
async function placeUnderLock(
  session: Session,
  interactions: readonly Interaction[],
  stored: Stored,
): Promise<readonly Member[]> {
  const earliest = interactions.reduce((least, { at }) => (at < least ? at : least), new Date(8.64e15));
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const known = (await session.query(PERIODS_FROM, instant(earliest))).map(readPeriod);
    const members = place(interactions, stored, known);
    const wanted = new Set(members.map(({ period }) => period));
    if (wanted.size === 0) return members;
    await passTogether(session, wanted);
    const open = await session.query(LOCK_OPEN, list([...wanted]));
    if (open.length === wanted.size) return members;
  }
  return session.collide();
}

/** What is to be added, each once, decided one after the other. */
function place(
  interactions: readonly Interaction[],
  stored: Stored,
  known: readonly PlacingPeriod[],
): readonly Member[] {
  const members = new Map<string, Member>();
  for (const interaction of interactions) {
    const earlier = members.get(interaction.id)?.interaction ?? stored.get(interaction.id);
    if (earlier === undefined) {
      members.set(interaction.id, { interaction, ...placeInteraction(known, interaction) });
    } else if (!isSameInteraction(earlier, interaction)) {
      throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'interaction', id: interaction.id });
    }
  }
  return [...members.values()];
}

function readInteraction(row: unknown): Interaction {
  const columns = new Columns(row);
  const id = columns.text();
  const kind = columns.text();
  const participant = columns.text();
  const actor = columns.optionalText();
  return { id, kind, participant, ...(actor === undefined ? {} : { actor }), at: columns.instant() };
}
