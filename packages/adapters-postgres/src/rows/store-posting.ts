import { type AccountBalance, type Balances, inRange, type Transfer } from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import { assertInvariant } from '../session/invariant.ts';
import { inOrder } from '../session/order.ts';
import {
  booleanColumn,
  instantColumn,
  integerColumn,
  keyColumn,
  RowSet,
  textColumn,
} from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { isWrittenInPortions, writeRows } from '../session/write-rows.ts';
import { keyOf } from './account-columns.ts';

const TRANSFERS = new RowSet<Transfer>('transfer', {
  id: keyColumn(({ id }) => id),
  debit: textColumn(({ debit }) => debit),
  credit: textColumn(({ credit }) => credit),
  currency: textColumn(({ currency }) => currency),
  asked: integerColumn(({ asked }) => asked),
  moved: integerColumn(({ moved }) => moved),
  kind: textColumn(({ kind }) => kind),
  subject: textColumn(({ subject }) => subject),
  at_most: booleanColumn(({ atMost }) => atMost === true),
  reverses: textColumn(({ reverses }) => reverses),
  at: instantColumn(({ at }) => at),
});

const BALANCE = {
  account: keyColumn<AccountBalance>(({ account }) => account),
  currency: textColumn<AccountBalance>(({ currency }) => currency),
  balance: integerColumn<AccountBalance>(({ balance }) => balance),
};

const GAINS = new RowSet(
  'account',
  BALANCE,
  'ON CONFLICT (program, account, currency) DO UPDATE SET balance = stored.balance + excluded.balance',
);

const LOSSES = new RowSet(
  'account',
  BALANCE,
  `ON CONFLICT (program, account, currency) DO UPDATE SET balance = excluded.balance
   WHERE stored.balance > excluded.balance RETURNING 1`,
);

const STORE = (s: string): string => `
  WITH added AS (${TRANSFERS.insert(s)}),
  gained AS (${GAINS.insert(s, 2 + TRANSFERS.width)}),
  lost AS (${LOSSES.insert(s, 2 + TRANSFERS.width + GAINS.width)})
  SELECT count(*) FROM lost`;

/** The parts of {@link STORE}, for sets that go in portions. */
const ADD = (s: string): string => TRANSFERS.insert(s);

const GAIN = (s: string): string => GAINS.insert(s);

const LOSE = (s: string): string => `WITH lost AS (${LOSSES.insert(s)}) SELECT count(*) FROM lost`;

/**
 * Stores what was decided, in one statement unless it is much. An id that another transaction has posted since it was looked up is a
 * unique violation: everything is decided again. Accounts are reached by ON CONFLICT, which goes by key whatever the
 * planner thinks of the table.
 *
 * Accounts that gain do so by the difference, as not all of them are locked and some do not exist yet. Those that lose
 * are locked, and get the balance that was decided: ON CONFLICT holds the CHECK against the row it would insert, which a
 * negative difference would fail.
 */
export async function storePosting(
  session: Session,
  added: readonly Transfer[],
  changes: Balances,
  known: Balances,
): Promise<void> {
  const gains: AccountBalance[] = [];
  const losses: AccountBalance[] = [];
  for (const change of changes.entries()) {
    const { account, currency } = change;
    const balance = inRange(known.of(account, currency) + change.balance);
    if (change.balance < 0n) losses.push({ account, currency, balance });
    else gains.push(change);
  }
  const assertLost = ([row]: readonly unknown[]): void => {
    assertInvariant(new Columns(row).integer() === losses.length, 'a locked balance stays as it is');
  };
  const transfers = inOrder(added, ({ id }) => id);
  const gained = inOrder(gains, keyOf);
  const lost = LOSSES.params(inOrder(losses, keyOf));
  if (isWrittenInPortions(transfers.length)) {
    await writeRows(session, ADD, TRANSFERS, transfers);
    await writeRows(session, GAIN, GAINS, gained);
    await session.writeBehind(LOSE, lost, assertLost);
  } else {
    assertLost(await session.query(STORE, ...TRANSFERS.params(transfers), ...GAINS.params(gained), ...lost));
  }
}
