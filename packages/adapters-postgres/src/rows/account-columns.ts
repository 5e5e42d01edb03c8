import { type Account, type AccountBalance, isAccount } from '@payout-engines/core';
import { assertInvariant } from '../session/invariant.ts';
import { Columns } from '../session/columns.ts';

/** Reads `account, currency, balance`. */
export function readBalance(row: unknown): AccountBalance {
  const columns = new Columns(row);
  return { account: readAccount(columns), currency: columns.text(), balance: columns.bigint() };
}

export function readAccount(columns: Columns): Account {
  const account = columns.text();
  assertInvariant(isAccount(account), 'a stored account has the name of one');
  return account;
}

/** What a balance belongs to. */
export type AccountKey = Omit<AccountBalance, 'balance'>;

/** One text for an account and a currency: ids have no line feed. */
export function keyOf({ account, currency }: AccountKey): string {
  return `${account}\n${currency}`;
}
