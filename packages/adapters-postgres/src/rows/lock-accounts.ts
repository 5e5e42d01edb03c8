import { Balances, debitedAccounts, type TransferRequest } from '@payout-engines/core';
import { inOrder } from '../session/order.ts';
import { list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { anyText, CLOCK, milliseconds } from '../session/statement.ts';
import { Columns } from '../session/columns.ts';
import { type AccountKey, keyOf, readAccount } from './account-columns.ts';

/** Locks one row after the other, in the order of the arrays, and says at what time. */
const LOCK = (s: string): string => `
  SELECT k.account, ${anyText('k.currency')}, a.balance, ${milliseconds(CLOCK)}
  FROM unnest(${listed('$2')}, ${listed('$3')}) AS k (account, currency)
  CROSS JOIN LATERAL (
    SELECT balance FROM ${s}.account
    WHERE program = $1 AND account = k.account AND currency = k.currency FOR NO KEY UPDATE
  ) AS a`;

const OPEN = (s: string): string => `
  INSERT INTO ${s}.account (program, account, currency, balance)
  SELECT $1, k.account, k.currency, 0 FROM unnest(${listed('$2')}, ${listed('$3')}) AS k (account, currency)
  ON CONFLICT DO NOTHING`;

/** What is known once the accounts are locked. */
export interface LockedAccounts {
  readonly balances: Balances;
  /** A time of the store's clock after all of the locks were held; nothing where there was none to be had. */
  readonly at: Date | undefined;
}

/**
 * Locks the accounts that a batch debits and tells their balances: a locking read gives each row as it is after the
 * wait. One that does not exist is made first, because a row that is not there cannot be locked, and another
 * transaction could just be filling it.
 *
 * Credited accounts need no lock to be right, as they change by differences. A small batch locks them all the same, so
 * that batches in opposite directions queue up instead of deadlocking; a large one hopes that none is in the way.
 */
export async function lockAccounts(
  session: Session,
  requests: readonly TransferRequest[],
): Promise<LockedAccounts> {
  const known = new Balances();
  const debited = debitedAccounts(requests);
  session.posted.push(requests);
  const touched = accountsToLock(session, requests, debited);
  const locked = new Set<string>();
  let at: Date | undefined;
  const lock = async (keys: readonly AccountKey[]): Promise<void> => {
    for (const row of await session.query(LOCK, ...keyParams(keys))) {
      const columns = new Columns(row);
      const key = { account: readAccount(columns), currency: columns.text() };
      known.set(key.account, key.currency, columns.bigint());
      at = columns.instant();
      locked.add(keyOf(key));
    }
  };
  await lock(inOrder(touched, keyOf));
  const absent = debited.filter((key) => !locked.has(keyOf(key)));
  if (absent.length > 0) {
    const ordered = inOrder(absent, keyOf);
    await session.query(OPEN, ...keyParams(ordered));
    await lock(ordered);
  }
  return { balances: known, at };
}

function accountsToLock(
  session: Session,
  requests: readonly TransferRequest[],
  debited: readonly AccountKey[],
): readonly AccountKey[] {
  if (session.carefree(requests.length)) return debited;
  const accounts = new Balances();
  const first = session.posted.length === 1;
  for (const batch of first ? [...session.before, requests] : [requests]) {
    for (const { debit, credit, currency } of batch) {
      accounts.set(debit, currency, 0n);
      accounts.set(credit, currency, 0n);
    }
  }
  return [...accounts.entries()];
}

function keyParams(keys: readonly AccountKey[]): readonly [string, string] {
  return [list(keys.map(({ account }) => account)), list(keys.map(({ currency }) => currency))];
}
