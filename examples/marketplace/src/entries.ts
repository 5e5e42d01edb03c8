import { type Payout, PayoutError, type PayoutState } from '@payout-engines/core';
import type { Query, Row, Together } from '@payout-engines/example-kit';
import { engineOn, PROGRAM } from './program.ts';

/** Why money came to a member or went from them: what a payout is made of, line by line. */
export type EntryKind = 'sale' | 'fee' | 'bounty' | 'refund' | 'fee_back' | 'bounty_back' | 'carried';

/** One signed line. */
export interface Entry {
  readonly id: string;
  readonly kind: EntryKind;
  readonly amount: bigint;
  readonly order: string | undefined;
  readonly at: Date;
}

/** A line to keep. */
export interface NewEntry {
  readonly member: string;
  readonly kind: EntryKind;
  readonly amount: bigint;
  readonly order?: string;
  readonly earning?: string;
  readonly at: Date;
}

/** Keeps lines; those of nothing say nothing. */
export async function addEntries(query: Query, entries: readonly NewEntry[]): Promise<void> {
  for (const { member, kind, amount, order, earning, at } of entries) {
    if (amount === 0n) continue;
    await query(
      'INSERT INTO entry (member, kind, amount, market_order, earning, at) VALUES ($1, $2, $3, $4, $5, $6)',
      [member, kind, amount.toString(), order ?? null, earning ?? null, at.toISOString()],
    );
  }
}

/**
 * Has members to itself until the transaction ends. Every transaction does so before it asks the library for anything about
 * them: the library has locks of its own, and who took them in another order could wait for each other.
 */
export async function lockMembers(query: Query, members: readonly (string | undefined)[]): Promise<void> {
  const ids = members.filter((id) => id !== undefined);
  await query('SELECT FROM member WHERE id = ANY ($1::text[]) ORDER BY id FOR UPDATE', [ids]);
}

/** What these payouts did not pay is on the balance again. */
const ENDED: readonly PayoutState[] = ['failed', 'cancelled', 'rejected'];

/**
 * Opens a payout of all that a member can be paid, and keeps which lines it is made of; or opens nothing, where nothing
 * can be paid: it stays on the balance then. It is one with the transaction that it is called in.
 */
export async function openPayout(
  { query, store }: Together,
  {
    key,
    member,
    by,
    at,
  }: { readonly key: string; readonly member: string; readonly by: string; readonly at: Date },
): Promise<Payout | undefined> {
  const engine = engineOn(store, query);
  // One at a time of a member: which lines are free depends on the payout before.
  await lockMembers(query, [member]);
  let payout: Payout;
  try {
    payout = await engine.request({ program: PROGRAM, key, participant: member, currency: 'INR', by });
  } catch (error) {
    if (PayoutError.is(error, 'NOT_ELIGIBLE')) return undefined;
    throw error;
  }
  const [known] = await query('SELECT FROM payout_entry WHERE payout = $1 LIMIT 1', [payout.id]);
  if (known !== undefined) return payout;
  const free = await freeEntries({ query, store }, member);
  const sum = free.reduce((before, { amount }) => before + amount, 0n);
  for (const { id } of free) await link(query, payout.id, id);
  if (payout.amount !== sum) {
    // What came back from a payment, or could not be moved with the one before.
    const [row] = await query(
      `INSERT INTO entry (member, kind, amount, at) VALUES ($1, 'carried', $2, $3) RETURNING id::text`,
      [member, (payout.amount - sum).toString(), at.toISOString()],
    );
    await link(query, payout.id, String(row?.['id']));
  }
  return payout;
}

async function link(query: Query, payout: string, entry: string): Promise<void> {
  await query('INSERT INTO payout_entry (payout, entry) VALUES ($1, $2)', [payout, entry]);
}

/** The lines of a member that no payout has paid or is about to, and that are not held. */
async function freeEntries({ query, store }: Together, member: string): Promise<readonly Entry[]> {
  const ended = await endedPayouts({ query, store }, member);
  const rows = await query(
    `${ENTRY}, e.earning FROM entry e WHERE e.member = $1 AND NOT EXISTS (
       SELECT FROM payout_entry p WHERE p.entry = e.id AND p.payout <> ALL ($2::text[])
     ) ORDER BY e.id`,
    [member, ended],
  );
  const ids = [...new Set(rows.flatMap(({ earning }) => (typeof earning === 'string' ? [earning] : [])))];
  const earnings = await store.transact(PROGRAM, (unit) => unit.earnings.find(ids));
  const held = new Set(earnings.flatMap((one) => (one !== undefined && one.held > 0n ? [one.id] : [])));
  return rows.filter(({ earning }) => !held.has(String(earning))).map(readEntry);
}

async function endedPayouts({ query, store }: Together, participant: string): Promise<readonly string[]> {
  const engine = engineOn(store, query);
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await engine.list({
      program: PROGRAM,
      participant,
      states: ENDED,
      limit: 1000,
      ...(cursor !== undefined && { cursor }),
    });
    ids.push(...page.payouts.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return ids;
}

const ENTRY = 'SELECT e.id::text, e.kind, e.amount::text, e.market_order, e.at';

/** The lines that a payout is made of. */
export async function entriesOf(query: Query, payout: string): Promise<readonly Entry[]> {
  const rows = await query(
    `${ENTRY} FROM entry e JOIN payout_entry p ON p.entry = e.id WHERE p.payout = $1 ORDER BY e.id`,
    [payout],
  );
  return rows.map(readEntry);
}

/** The refunds that went against a member, newest first: lines below zero. */
export async function refundsOf(query: Query, member: string, limit: number): Promise<readonly Entry[]> {
  const rows = await query(
    `SELECT max(e.id)::text AS id, 'refund' AS kind, sum(e.amount)::text AS amount, e.market_order, e.at
     FROM entry e WHERE e.member = $1 AND e.kind IN ('refund', 'fee_back', 'bounty_back')
     GROUP BY e.market_order, e.at ORDER BY max(e.id) DESC LIMIT $2`,
    [member, limit],
  );
  return rows.map(readEntry);
}

/** What a member's lines come to, by kind. */
export async function totalsByKind(query: Query, member: string): Promise<ReadonlyMap<string, bigint>> {
  const rows = await query(
    'SELECT kind, sum(amount)::text AS amount FROM entry WHERE member = $1 GROUP BY kind',
    [member],
  );
  return new Map(rows.map((row) => [String(row['kind']), BigInt(String(row['amount']))]));
}

/** Sellers with lines that were in no payout yet: for want of a bank account, or set against a refund. */
export async function sellersWaiting(
  query: Query,
): Promise<readonly { readonly seller: string; readonly newest: string }[]> {
  const rows = await query(
    `SELECT e.member, max(e.id)::text AS newest FROM entry e JOIN member m ON m.id = e.member
     WHERE m.kind = 'seller' AND NOT EXISTS (SELECT FROM payout_entry p WHERE p.entry = e.id) GROUP BY e.member`,
  );
  return rows.map((row) => ({ seller: String(row['member']), newest: String(row['newest']) }));
}

function readEntry(row: Row): Entry {
  const order = row['market_order'];
  return {
    id: String(row['id']),
    kind: row['kind'] as EntryKind,
    amount: BigInt(String(row['amount'])),
    order: typeof order === 'string' ? order : undefined,
    at: row['at'] instanceof Date ? row['at'] : new Date(String(row['at'])),
  };
}
