import {
  type AccountBalance,
  assertAccount,
  assertId,
  type LedgerRows,
  type Transfer,
} from '@payout-engines/core';
import { assertIds, byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { anyText } from '../session/statement.ts';
import { keyOf, readBalance } from './account-columns.ts';
import { postTransfers } from './post-transfers.ts';
import { readTransfer, TRANSFER_COLUMNS } from './transfer-columns.ts';

const BALANCES = (s: string): string => `
  SELECT k.account, ${anyText('k.currency')}, a.balance
  FROM unnest(${listed('$2')}, ${listed('$3')}) AS k (account, currency)
  CROSS JOIN LATERAL (
    SELECT balance FROM ${s}.account
    WHERE program = $1 AND account = k.account AND currency = k.currency OFFSET 0
  ) AS a`;

const FIND = (s: string): string => `
  SELECT ${TRANSFER_COLUMNS} FROM unnest(${listed('$2')}) AS k (id)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.transfer WHERE program = $1 AND id = k.id OFFSET 0) AS t`;

const ALL = (s: string): string => `SELECT ${TRANSFER_COLUMNS} FROM ${s}.transfer t WHERE t.program = $1`;

const ACCOUNTS = (s: string): string =>
  `SELECT account, ${anyText('currency')}, balance FROM ${s}.account WHERE program = $1`;

/** The ledger of one program. */
export function ledgerRows(session: Session): LedgerRows {
  return {
    post: (requests) => session.operation(() => postTransfers(session, requests)),
    balances: (keys) =>
      session.operation(async () => {
        for (const { account, currency } of keys) {
          assertAccount(account);
          assertId(currency, 'currency');
        }
        if (keys.length === 0) return [];
        const rows = await session.query(
          BALANCES,
          list(keys.map(({ account }) => account)),
          list(keys.map(({ currency }) => currency)),
        );
        const balances = new Map(rows.map(readBalance).map((row) => [keyOf(row), row.balance]));
        return keys.map((key) => balances.get(keyOf(key)) ?? 0n);
      }),
    find: (ids) =>
      session.operation(async () => {
        assertIds(ids, 'transfer');
        if (ids.length === 0) return [];
        const found = byId((await session.query(FIND, list(ids))).map(transferOf));
        return ids.map((id) => found.get(id));
      }),
    transfers: async function* () {
      for await (const rows of session.stream(ALL)) yield rows.map(transferOf);
    },
    accounts: async function* (): AsyncGenerator<readonly AccountBalance[]> {
      for await (const rows of session.stream(ACCOUNTS)) yield rows.map(readBalance);
    },
  };
}

function transferOf(row: unknown): Transfer {
  return readTransfer(new Columns(row));
}
