import {
  assertClip,
  assertId,
  assertInstant,
  type Clip,
  type ClipFilter,
  type ClipRows,
  type ClipTotals,
  PayoutError,
} from '@payout-engines/core';
import type { Param } from '../executor.ts';
import { assertIds, byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { assertLimit } from '../session/limit.ts';
import { inOrder } from '../session/order.ts';
import { boolean, instant, list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { anyText, limited } from '../session/statement.ts';
import { writeRows } from '../session/write-rows.ts';
import { CHANGED_CLIPS, CLIP_COLUMNS, CLIP_STATE_WORDS, NEW_CLIPS, readClip } from './clip-columns.ts';

const FIND = (s: string): string => `
  SELECT ${CLIP_COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.clip WHERE program = $1 AND id = k.wanted OFFSET 0) AS c`;

/** Locks one row after the other, in the order of the array. */
const LOCK = (s: string): string => `
  SELECT ${anyText('k.id')} FROM unnest(${listed('$2')}) AS k (id)
  CROSS JOIN LATERAL (
    SELECT FROM ${s}.clip WHERE program = $1 AND id = k.id FOR NO KEY UPDATE
  ) AS c`;

/** An id that another transaction has added meanwhile makes everything run again. */
const ADD = (s: string): string => NEW_CLIPS.insert(s);

const UPDATE = (s: string): string => CHANGED_CLIPS.insert(s);

/** Says in words what the index of due clips is for; otherwise it could not be used. */
const DUE = (s: string): string => `
  SELECT ${CLIP_COLUMNS} FROM ${s}.clip
  WHERE program = $1 AND state IN ('submitted', 'approved') AND due_at <= $2::timestamptz
  ORDER BY due_at, id ${limited('$3')}
  FOR NO KEY UPDATE SKIP LOCKED`;

/** Of rows that are locked, each found by its key. */
const LEASE = (s: string): string => `
  UPDATE ${s}.clip SET due_at = $3::timestamptz WHERE program = $1 AND id = ANY (${listed('$2')})`;

/** A part that is not asked for is NULL, and gone before the statement is planned. The steps are named for the indexes. */
const LIST = (s: string): string => `
  SELECT ${CLIP_COLUMNS} FROM ${s}.clip
  WHERE program = $1 AND steps >= 0 AND ($2::text IS NULL OR campaign = $2)
    AND ($3::text IS NULL OR participant = $3) AND ($4::text IS NULL OR state = ANY (${listed('$4')}))
    AND ($5::bool IS NULL OR settled = $5::bool) AND id > $6
  ORDER BY id ${limited('$7')}`;

/** Sums as NUMERIC, which has no end. */
const TOTALS = (s: string): string => `
  SELECT state, count(*), sum(gained)::text, sum(earned)::text, sum(reversed)::text FROM ${s}.clip
  WHERE program = $1 AND campaign = $2 AND steps >= 0 GROUP BY state ORDER BY state`;

/** The clips of one program. */
export function clipRows(session: Session): ClipRows {
  return {
    add: (clips) => session.operation(() => add(session, clips)),
    find: (ids) =>
      session.operation(async () => {
        assertIds(ids, 'clip');
        const found = await find(session, ids);
        return ids.map((id) => found.get(id));
      }),
    update: (clips) => session.operation(() => update(session, clips)),
    lease: ({ at, until, limit }) =>
      session.operation(async () => {
        assertInstant(at, 'at');
        assertInstant(until, 'until');
        assertLimit(limit);
        if (limit === 0) return [];
        const taken = (await session.query(DUE, instant(at), limit.toString())).map(readClip);
        if (taken.length > 0) await session.query(LEASE, list(taken.map(({ id }) => id)), instant(until));
        return taken;
      }),
    list: (filter, { after, limit }) =>
      session.operation(async () => {
        const matching = filterParams(filter);
        if (after !== undefined) assertId(after, 'clip');
        assertLimit(limit);
        return (await session.query(LIST, ...matching, after ?? '', limit.toString())).map(readClip);
      }),
    totals: (campaign) =>
      session.operation(async () => {
        assertId(campaign, 'campaign');
        return (await session.query(TOTALS, campaign)).map(readTotals);
      }),
  };
}

async function find(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, Clip>> {
  if (ids.length === 0) return new Map();
  return byId((await session.query(FIND, list([...new Set(ids)]))).map(readClip));
}

async function add(session: Session, clips: readonly Clip[]): Promise<void> {
  for (const clip of clips) assertClip(clip);
  if (clips.length === 0) return;
  const ids = clips.map(({ id }) => id);
  const hopeful = session.hopeful(ids.length) && new Set(ids).size === ids.length;
  const taken = new Set(hopeful ? [] : (await find(session, ids)).keys());
  for (const id of ids) {
    if (taken.has(id)) throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'clip', id });
    taken.add(id);
  }
  await writeRows(
    session,
    ADD,
    NEW_CLIPS,
    inOrder(clips, ({ id }) => id),
  );
}

async function update(session: Session, clips: readonly Clip[]): Promise<void> {
  for (const clip of clips) assertClip(clip);
  if (clips.length === 0) return;
  const last = inOrder([...byId(clips).values()], ({ id }) => id);
  const rows = await session.query(LOCK, list(last.map(({ id }) => id)));
  const stored = new Set(rows.map((row) => new Columns(row).text()));
  const unknown = clips.find(({ id }) => !stored.has(id));
  if (unknown !== undefined) throw new PayoutError('CLIP_NOT_FOUND', { clip: unknown.id });
  await writeRows(session, UPDATE, CHANGED_CLIPS, last);
}

function filterParams({ campaign, participant, states, settled }: ClipFilter): readonly Param[] {
  if (campaign !== undefined) assertId(campaign, 'campaign');
  if (participant !== undefined) assertId(participant, 'participant');
  return [
    campaign ?? null,
    participant ?? null,
    states === undefined ? null : list(states),
    settled === undefined ? null : boolean(settled),
  ];
}

function readTotals(row: unknown): ClipTotals {
  const columns = new Columns(row);
  return {
    state: columns.word(CLIP_STATE_WORDS),
    count: columns.integer(),
    views: columns.bigint(),
    earned: columns.bigint(),
    reversed: columns.bigint(),
  };
}
