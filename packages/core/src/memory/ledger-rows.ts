import { type Account, assertAccount } from '../ledger/account.ts';
import { decidePosting } from '../ledger/posting.ts';
import type { AccountBalance, Transfer, TransferRequest } from '../ledger/transfer.ts';
import { assertId } from '../id.ts';
import { inRange } from '../money/range.ts';
import type { Clock } from '../ports/clock.ts';
import type { LedgerRows } from '../ports/store.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';

/** The ledger of one program, in memory. */
export function memoryLedger(journal: Journal, clock: Clock): LedgerRows {
  const transfers = new Table<string, Transfer>(journal);
  const reversed = new Table<string, bigint>(journal);
  const currencies = new Table<string, Table<Account, bigint>>(journal);

  const balance = (account: Account, currency: string): bigint =>
    currencies.get(currency)?.get(account) ?? 0n;

  const post = (requests: readonly TransferRequest[]): readonly Transfer[] => {
    const state = {
      transfer: (id: string) => transfers.get(id),
      reversed: (id: string) => reversed.get(id) ?? 0n,
      balance,
    };
    const { results, added, changes } = decidePosting(requests, state, clock());
    const balances = [...changes.entries()].map((change) => ({
      ...change,
      balance: inRange(balance(change.account, change.currency) + change.balance),
    }));
    for (const transfer of added) {
      transfers.set(transfer.id, transfer);
      if (transfer.reverses !== undefined) {
        reversed.set(transfer.reverses, (reversed.get(transfer.reverses) ?? 0n) + transfer.moved);
      }
    }
    for (const { account, currency, balance } of balances) {
      let accounts = currencies.get(currency);
      if (accounts === undefined) {
        accounts = new Table(journal);
        currencies.set(currency, accounts);
      }
      accounts.set(account, balance);
    }
    return results.map(copyOf);
  };

  async function* accounts(): AsyncGenerator<readonly AccountBalance[]> {
    for (const [currency, table] of currencies.entries()) {
      let batch: AccountBalance[] = [];
      for (const [account, balance] of table.entries()) {
        batch.push({ account, currency, balance });
        if (batch.length === 10_000) {
          yield await Promise.resolve(batch);
          batch = [];
        }
      }
      if (batch.length > 0) yield batch;
    }
  }

  return {
    post: async (requests) => post(requests),
    balances: async (keys) => {
      for (const { account, currency } of keys) {
        assertAccount(account);
        assertId(currency, 'currency');
      }
      return keys.map(({ account, currency }) => balance(account, currency));
    },
    find: async (ids) => {
      assertIds(ids, 'transfer');
      return ids.map((id) => transfers.get(id)).map((row) => row && copyOf(row));
    },
    transfers: () => transfers.batches(copyOf),
    accounts,
  };
}

/** A Date can be changed by whoever holds it. */
function copyOf(transfer: Transfer): Transfer {
  return { ...transfer, at: new Date(transfer.at) };
}
