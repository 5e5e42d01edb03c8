import {
  assertEarning,
  assertId,
  assertInstant,
  type Earning,
  type EarningRows,
  isSameEarning,
  PayoutError,
} from '@payout-engines/core';
import { assertIds, byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { assertLimit } from '../session/limit.ts';
import { inOrder } from '../session/order.ts';
import { instant, list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { anyText, limited } from '../session/statement.ts';
import { writeRows } from '../session/write-rows.ts';
import { CHANGED_EARNINGS, EARNING_COLUMNS, NEW_EARNINGS, readEarning } from './earning-columns.ts';

const byKey = (s: string, how: string): string => `
  SELECT ${EARNING_COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.earning WHERE program = $1 AND id = k.wanted ${how}) AS e`;

const FIND = (s: string): string => byKey(s, 'OFFSET 0');

/** Locks one row after the other, in the order of the array, and gives each as it is after the wait. */
const LOCK = (s: string): string => byKey(s, 'FOR NO KEY UPDATE');

const ALL = (s: string): string => `SELECT ${EARNING_COLUMNS} FROM ${s}.earning WHERE program = $1`;

/** No ON CONFLICT, which would cost a half more: an id that was taken meanwhile makes everything run again. */
const ADD = (s: string): string => NEW_EARNINGS.insert(s);

const UPDATE = (s: string): string => CHANGED_EARNINGS.insert(s);

/** Written as the index is: what has no time to wait for has waited for ever. */
const DUE = (s: string): string => `
  SELECT ${EARNING_COLUMNS} FROM ${s}.earning
  WHERE program = $1 AND held > 0 AND coalesce(hold_until, '-infinity'::timestamptz) <= $2::timestamptz
    AND (coalesce(hold_until, '-infinity'::timestamptz), id) > ($3::timestamptz, $4)
  ORDER BY coalesce(hold_until, '-infinity'::timestamptz), id ${limited('$5')}`;

/** That amounts are above zero is said for the index, here and below. */
const HELD_OF = (s: string): string => `
  SELECT ${EARNING_COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (
    SELECT * FROM ${s}.earning WHERE program = $1 AND participant = k.wanted AND amount > 0 AND (held > 0) OFFSET 0
  ) AS e
  ORDER BY id`;

const BONUSES_OF = (s: string): string => `
  SELECT ${EARNING_COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.earning WHERE program = $1 AND bonus_of = k.wanted OFFSET 0) AS e
  ORDER BY id`;

/** Sums as NUMERIC, which has no end. */
const TOTALS_OF = (s: string): string => `
  SELECT ${anyText('currency')}, sum(amount)::text, sum(reversed)::text FROM ${s}.earning
  WHERE program = $1 AND participant = $2 AND amount > 0 GROUP BY currency ORDER BY currency`;

/** The earnings of one program. */
export function earningRows(session: Session): EarningRows {
  return {
    add: (earnings) => session.operation(() => add(session, earnings)),
    find: (ids) =>
      session.operation(async () => {
        assertIds(ids, 'earning');
        const found = await find(session, ids);
        return ids.map((id) => found.get(id));
      }),
    all: async function* () {
      for await (const rows of session.stream(ALL)) yield rows.map(readEarning);
    },
    update: (earnings) => session.operation(() => update(session, earnings)),
    due: (query) => session.operation(() => findDue(session, query)),
    heldOf: (participants) =>
      session.operation(async () => {
        assertIds(participants, 'participant');
        if (participants.length === 0) return [];
        return (await session.query(HELD_OF, list([...new Set(participants)]))).map(readEarning);
      }),
    bonusesOf: (earnings) =>
      session.operation(async () => {
        assertIds(earnings, 'earning');
        if (earnings.length === 0) return [];
        return (await session.query(BONUSES_OF, list([...new Set(earnings)]))).map(readEarning);
      }),
    totalsOf: (participant) =>
      session.operation(async () => {
        assertId(participant, 'participant');
        return (await session.query(TOTALS_OF, participant)).map(readTotals);
      }),
  };
}

async function add(session: Session, earnings: readonly Earning[]): Promise<void> {
  for (const earning of earnings) assertEarning(earning);
  const ids = earnings.map(({ id }) => id);
  // A batch with an id twice could be refused for what is stored: it is looked at.
  const hopeful = session.hopeful(ids.length) && new Set(ids).size === ids.length;
  const added = newEarnings(earnings, hopeful ? new Map() : await find(session, ids));
  if (added.length === 0) return;
  await writeRows(
    session,
    ADD,
    NEW_EARNINGS,
    inOrder(added, ({ id }) => id),
  );
}

/** Those that are not stored, each once. */
function newEarnings(earnings: readonly Earning[], stored: ReadonlyMap<string, Earning>): readonly Earning[] {
  const added = new Map<string, Earning>();
  for (const earning of earnings) {
    const earlier = added.get(earning.id) ?? stored.get(earning.id);
    if (earlier === undefined) added.set(earning.id, earning);
    else if (!isSameEarning(earlier, earning)) {
      throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'earning', id: earning.id });
    }
  }
  return [...added.values()];
}

/** Locks and reads what is stored, decides in the order given, and stores the set. */
async function update(session: Session, earnings: readonly Earning[]): Promise<void> {
  for (const earning of earnings) assertEarning(earning);
  if (earnings.length === 0) return;
  const ids = [...byId(earnings).keys()].sort();
  const changed = new Map(byId((await session.query(LOCK, list(ids))).map(readEarning)));
  for (const earning of earnings) {
    const { fulfilled: _, ...stored } = changed.get(earning.id) ?? notFound(earning.id);
    const { held, released, reversed, fulfilled } = earning;
    const after = { ...stored, held, released, reversed, ...(fulfilled === undefined ? {} : { fulfilled }) };
    assertEarning(after);
    changed.set(after.id, after);
  }
  await session.query(UPDATE, ...CHANGED_EARNINGS.params(inOrder([...changed.values()], ({ id }) => id)));
}

function notFound(earning: string): never {
  throw new PayoutError('EARNING_NOT_FOUND', { earning });
}

async function findDue(
  session: Session,
  { at, after, limit }: Parameters<EarningRows['due']>[0],
): Promise<readonly Earning[]> {
  assertInstant(at, 'at');
  assertLimit(limit);
  if (after?.until !== undefined) assertInstant(after.until, 'the cursor');
  if (after !== undefined) assertId(after.id, 'earning');
  const until = after?.until === undefined ? '-infinity' : instant(after.until);
  // Nothing is before the empty text.
  const rows = await session.query(DUE, instant(at), until, after?.id ?? '', limit.toString());
  return rows.map(readEarning);
}

async function find(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, Earning>> {
  if (ids.length === 0) return new Map();
  return byId((await session.query(FIND, list(ids))).map(readEarning));
}

function readTotals(row: unknown): { currency: string; amount: bigint; reversed: bigint } {
  const columns = new Columns(row);
  return { currency: columns.text(), amount: columns.bigint(), reversed: columns.bigint() };
}
