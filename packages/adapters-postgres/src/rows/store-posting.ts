import { type AccountBalance, type Balances, inRange, type Transfer } from '@payout-engines/core';
import { assertInvariant } from '../session/invariant.ts';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { booleans, instant, integers, texts } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { keyOf } from './account-columns.ts';
import type { LockedBalances } from './lock-accounts.ts';

const STORE = (s: string): string => `
  WITH added AS (
    INSERT INTO ${s}.transfer
      (program, id, debit, credit, currency, asked, moved, kind, subject, at_most, reverses, at)
    SELECT $1, t.id, t.debit, t.credit, t.currency, t.asked, t.moved, t.kind, t.subject, t.at_most, t.reverses,
      $2::timestamptz
    FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::int8[], $8::int8[], $9::text[], $10::text[],
      $11::bool[], $12::text[])
      AS t (id, debit, credit, currency, asked, moved, kind, subject, at_most, reverses)
    ON CONFLICT DO NOTHING
    RETURNING 1
  ), gained AS (
    INSERT INTO ${s}.account AS a (program, account, currency, balance)
    SELECT $1, c.account, c.currency, c.change
    FROM unnest($13::text[], $14::text[], $15::int8[]) AS c (account, currency, change)
    ON CONFLICT (program, account, currency) DO UPDATE SET balance = a.balance + excluded.balance
  ), lost AS (
    INSERT INTO ${s}.account AS a (program, account, currency, balance)
    SELECT $1, b.account, b.currency, b.balance
    FROM unnest($16::text[], $17::text[], $18::int8[]) AS b (account, currency, balance)
    ON CONFLICT (program, account, currency) DO UPDATE SET balance = excluded.balance
    WHERE a.balance > excluded.balance
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM lost)`;

/**
 * Stores what was decided, in one statement. Accounts are reached by ON CONFLICT, which goes by key whatever the
 * planner thinks of the table.
 *
 * Those that gain do so by the difference, as some did not exist when accounts were locked, and another transaction may
 * have made them since. Those that lose are all locked, and get the balance that was decided: ON CONFLICT holds the
 * CHECK against the row it would insert, which a negative difference would fail.
 */
export async function storePosting(
  session: Session,
  added: readonly Transfer[],
  changes: Balances,
  locked: LockedBalances,
): Promise<void> {
  const gained: AccountBalance[] = [];
  const lost: AccountBalance[] = [];
  for (const change of changes.entries()) {
    const before = locked.get(keyOf(change));
    const balance = inRange((before ?? 0n) + change.balance);
    if (change.balance < 0n) lost.push({ ...change, balance });
    else if (change.balance > 0n || before === undefined) gained.push(change);
  }
  const [row] = await session.query(
    STORE,
    ...transferParams(inOrder(added, ({ id }) => id)),
    ...balanceParams(inOrder(gained, keyOf)),
    ...balanceParams(inOrder(lost, keyOf)),
  );
  const columns = new Columns(row);
  // Another transaction has just posted one of the ids: what was decided without it must be decided again.
  if (columns.integer() !== added.length) session.collide();
  assertInvariant(columns.integer() === lost.length, 'a locked balance stays as it is');
}

function transferParams(transfers: readonly Transfer[]): readonly string[] {
  return [
    instant(transfers[0]?.at ?? new Date(0)),
    texts(transfers.map(({ id }) => id)),
    texts(transfers.map(({ debit }) => debit)),
    texts(transfers.map(({ credit }) => credit)),
    texts(transfers.map(({ currency }) => currency)),
    integers(transfers.map(({ asked }) => asked)),
    integers(transfers.map(({ moved }) => moved)),
    texts(transfers.map(({ kind }) => kind)),
    texts(transfers.map(({ subject }) => subject)),
    booleans(transfers.map(({ atMost }) => atMost === true)),
    texts(transfers.map(({ reverses }) => reverses)),
  ];
}

function balanceParams(balances: readonly AccountBalance[]): readonly string[] {
  return [
    texts(balances.map(({ account }) => account)),
    texts(balances.map(({ currency }) => currency)),
    integers(balances.map(({ balance }) => balance)),
  ];
}
