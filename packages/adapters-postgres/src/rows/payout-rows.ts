import {
  assertFence,
  assertId,
  assertInstant,
  assertPayout,
  type Payout,
  PayoutError,
  type PayoutFilter,
  type PayoutRows,
  type PayoutState,
  type PayoutTotals,
} from '@payout-engines/core';
import type { Param } from '../executor.ts';
import { assertIds, byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { assertInvariant } from '../session/invariant.ts';
import { assertLimit } from '../session/limit.ts';
import { inOrder } from '../session/order.ts';
import { instant, list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { anyText, limited } from '../session/statement.ts';
import { CHANGED_PAYOUTS, NEW_PAYOUTS, PAYOUT_COLUMNS, readPayout, STATES } from './payout-columns.ts';

const FIND = (s: string): string => `
  SELECT ${PAYOUT_COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.payout WHERE program = $1 AND id = k.wanted OFFSET 0) AS p`;

/** An id that another transaction has added meanwhile makes everything run again. */
const ADD = (s: string): string => NEW_PAYOUTS.insert(s);

/** Locks one row after the other, in the order of the array, and gives each as it is after the wait. */
const LOCK = (s: string): string => `
  SELECT ${anyText('k.id')}, p.fence FROM unnest(${listed('$2')}) AS k (id)
  CROSS JOIN LATERAL (
    SELECT fence FROM ${s}.payout WHERE program = $1 AND id = k.id FOR NO KEY UPDATE
  ) AS p`;

const UPDATE = (s: string): string => CHANGED_PAYOUTS.insert(s);

/** The same without a lock before, which leaves out what is not stored. */
const UPDATE_STORED = (s: string): string =>
  CHANGED_PAYOUTS.insert(
    s,
    2,
    `WHERE EXISTS (SELECT FROM ${s}.payout AS p WHERE p.program = $1 AND p.id = r.id OFFSET 0)`,
  );

const due = (s: string, states: string): string => `
  SELECT ${PAYOUT_COLUMNS} FROM ${s}.payout
  WHERE program = $1 AND state = ANY (${listed('$2')})${states} AND due_at <= $3::timestamptz
    AND (due_at, id) > ($4::timestamptz, $5)
  ORDER BY due_at, id ${limited('$6')}`;

const TAKEN_STATES: readonly PayoutState[] = ['pending', 'approved', 'processing'];

/** Says in words what the index of due payouts is for; otherwise it could not be used. */
const DUE = (s: string): string => due(s, ` AND state IN ('pending', 'approved', 'processing')`);

/** For states that no worker takes payouts in. */
const DUE_IN_ANY_STATE = (s: string): string => due(s, '');

const OPEN_OF = (s: string): string => `
  SELECT ${PAYOUT_COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (
    SELECT * FROM ${s}.payout WHERE program = $1 AND participant = k.wanted
      AND state IN ('pending', 'approved', 'processing', 'needs_review') OFFSET 0
  ) AS p
  ORDER BY opened_at DESC, id DESC`;

/** A part that is not asked for is NULL, and gone before the statement is planned. The amount is named for the indexes. */
const MATCHING = `program = $1 AND amount > 0
  AND ($2::text IS NULL OR state = ANY (${listed('$2')})) AND ($3::text IS NULL OR participant = $3)
  AND ($4::text IS NULL OR batch = $4) AND ($5::text IS NULL OR currency = $5)
  AND ($6::text IS NULL OR provider = $6)`;

const LIST = (s: string): string => `
  SELECT ${PAYOUT_COLUMNS} FROM ${s}.payout
  WHERE ${MATCHING} AND (opened_at, id) < ($7::timestamptz, $8)
  ORDER BY opened_at DESC, id DESC ${limited('$9')}`;

/** Sums as NUMERIC, which has no end. */
const SUMMARY = (s: string): string => `
  SELECT state, ${anyText('currency')}, ${anyText('provider')}, count(*), sum(amount)::text, sum(paid)::text,
    sum(returned)::text
  FROM ${s}.payout WHERE ${MATCHING} GROUP BY state, currency, provider ORDER BY state, currency, provider`;

const ALL = (s: string): string => `SELECT ${PAYOUT_COLUMNS} FROM ${s}.payout WHERE program = $1`;

/** The payouts of one program. */
export function payoutRows(session: Session): PayoutRows {
  return {
    add: (payouts) => session.operation(() => add(session, payouts)),
    find: (ids) =>
      session.operation(async () => {
        assertIds(ids, 'payout');
        const found = await find(session, ids);
        return ids.map((id) => found.get(id));
      }),
    update: (payouts) => session.operation(() => update(session, payouts)),
    due: (query) => session.operation(() => findDue(session, query)),
    openOf: (participants) =>
      session.operation(async () => {
        assertIds(participants, 'participant');
        if (participants.length === 0) return [];
        return (await session.query(OPEN_OF, list([...new Set(participants)]))).map(readPayout);
      }),
    list: (filter, { before, limit }) =>
      session.operation(async () => {
        const matching = filterParams(filter);
        assertLimit(limit);
        const cursor = [instantOr(before?.openedAt, 'infinity'), idOr(before?.id)];
        return (await session.query(LIST, ...matching, ...cursor, limit.toString())).map(readPayout);
      }),
    summary: (filter) =>
      session.operation(async () => (await session.query(SUMMARY, ...filterParams(filter))).map(readTotals)),
    all: async function* () {
      for await (const rows of session.stream(ALL)) yield rows.map(readPayout);
    },
  };
}

async function find(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, Payout>> {
  if (ids.length === 0) return new Map();
  return byId((await session.query(FIND, list(ids))).map(readPayout));
}

async function add(session: Session, payouts: readonly Payout[]): Promise<void> {
  for (const payout of payouts) assertPayout(payout);
  if (payouts.length === 0) return;
  const ids = payouts.map(({ id }) => id);
  const hopeful = session.hopeful(ids.length) && new Set(ids).size === ids.length;
  const taken = new Set(hopeful ? [] : (await find(session, ids)).keys());
  for (const id of ids) {
    if (taken.has(id)) throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'payout', id });
    taken.add(id);
  }
  await session.query(ADD, ...NEW_PAYOUTS.params(inOrder(payouts, ({ id }) => id)));
}

/**
 * Locks and reads the fences, decides about the payouts in their order, and stores the set. Where it hopes that all of
 * them are stored with fences that are not higher, the conditions of the statement decide.
 */
async function update(session: Session, payouts: readonly Payout[]): Promise<void> {
  for (const payout of payouts) assertPayout(payout);
  if (payouts.length === 0) return;
  const last = inOrder([...byId(payouts).values()], ({ id }) => id);
  if (session.hopeful(payouts.length) && last.length === payouts.length) {
    const updated = await session.query(UPDATE_STORED, ...CHANGED_PAYOUTS.params(last));
    if (updated.length < last.length) session.collide();
    return;
  }
  const rows = await session.query(LOCK, list(last.map(({ id }) => id)));
  const stored = new Map(
    rows.map((row) => {
      const columns = new Columns(row);
      return [columns.text(), { fence: columns.integer() }];
    }),
  );
  for (const payout of payouts) {
    const before = stored.get(payout.id);
    if (before === undefined) throw new PayoutError('PAYOUT_NOT_FOUND', { payout: payout.id });
    assertFence(before, payout);
    stored.set(payout.id, payout);
  }
  const updated = await session.query(UPDATE, ...CHANGED_PAYOUTS.params(last));
  assertInvariant(updated.length === last.length, 'a locked payout keeps its fence');
}

async function findDue(
  session: Session,
  { states, at, after, limit }: Parameters<PayoutRows['due']>[0],
): Promise<readonly Payout[]> {
  assertInstant(at, 'at');
  assertLimit(limit);
  const statement = states.every((state) => TAKEN_STATES.includes(state)) ? DUE : DUE_IN_ANY_STATE;
  const cursor = [instantOr(after?.dueAt, '-infinity'), idOr(after?.id)];
  const rows = await session.query(statement, list(states), instant(at), ...cursor, limit.toString());
  return rows.map(readPayout);
}

/** Where a page begins: beyond every instant, unless it goes on after one. */
function instantOr(value: Date | undefined, beginning: string): string {
  if (value === undefined) return beginning;
  assertInstant(value, 'the cursor');
  return instant(value);
}

/** Nothing is before the empty text. */
function idOr(id: string | undefined): string {
  if (id !== undefined) assertId(id, 'payout');
  return id ?? '';
}

function filterParams({ states, ...ids }: PayoutFilter): readonly Param[] {
  const { participant, batch, currency, provider } = ids;
  for (const [field, id] of Object.entries({ participant, batch, currency, provider })) {
    if (id !== undefined) assertId(id, field);
  }
  return [
    states === undefined ? null : list(states),
    participant ?? null,
    batch ?? null,
    currency ?? null,
    provider ?? null,
  ];
}

function readTotals(row: unknown): PayoutTotals {
  const columns = new Columns(row);
  return {
    state: columns.word(STATES),
    currency: columns.text(),
    provider: columns.text(),
    count: columns.integer(),
    amount: columns.bigint(),
    paid: columns.bigint(),
    returned: columns.bigint(),
  };
}
