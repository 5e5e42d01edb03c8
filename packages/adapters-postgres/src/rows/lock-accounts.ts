import { Balances, debitedAccounts, type TransferRequest } from '@payout-engines/core';
import { inOrder } from '../session/order.ts';
import { texts } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { type AccountKey, keyOf, readBalance } from './account-columns.ts';

/** Balances under lock, by `keyOf` their account. */
export type LockedBalances = ReadonlyMap<string, bigint>;

const LOCK = (s: string): string => `
  SELECT k.account, k.currency, a.balance
  FROM unnest($2::text[], $3::text[]) AS k (account, currency)
  CROSS JOIN LATERAL (
    SELECT balance FROM ${s}.account
    WHERE program = $1 AND account = k.account AND currency = k.currency FOR NO KEY UPDATE
  ) AS a`;

const OPEN = (s: string): string => `
  INSERT INTO ${s}.account (program, account, currency, balance)
  SELECT $1, k.account, k.currency, 0 FROM unnest($2::text[], $3::text[]) AS k (account, currency)
  ON CONFLICT DO NOTHING`;

/**
 * Locks the accounts of a batch that exist, in one order, and tells their balances: a locking read gives each row as it
 * is after the wait. Credited ones are locked as well, so that batches in opposite directions queue up instead of
 * deadlocking. A debited account that does not exist is made first: a row that is not there cannot be locked, and
 * another transaction could just be filling it.
 */
export async function lockAccounts(
  session: Session,
  requests: readonly TransferRequest[],
): Promise<LockedBalances> {
  const touched = new Balances();
  for (const { debit, credit, currency } of requests) {
    touched.set(debit, currency, 0n);
    touched.set(credit, currency, 0n);
  }
  const known = new Map<string, bigint>();
  await lock(session, inOrder([...touched.entries()], keyOf), known);
  const absent = debitedAccounts(requests).filter((key) => !known.has(keyOf(key)));
  if (absent.length > 0) {
    const ordered = inOrder(absent, keyOf);
    await session.query(OPEN, ...keyParams(ordered));
    await lock(session, ordered, known);
  }
  return known;
}

/** Locks the accounts one after the other, as they stand in the arrays. */
async function lock(
  session: Session,
  keys: readonly AccountKey[],
  known: Map<string, bigint>,
): Promise<void> {
  for (const row of await session.query(LOCK, ...keyParams(keys))) {
    const locked = readBalance(row);
    known.set(keyOf(locked), locked.balance);
  }
}

function keyParams(keys: readonly AccountKey[]): readonly [string, string] {
  return [texts(keys.map(({ account }) => account)), texts(keys.map(({ currency }) => currency))];
}
