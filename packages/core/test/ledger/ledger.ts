import type { Account } from '../../src/ledger/account.ts';
import { Balances } from '../../src/ledger/balances.ts';
import { decidePosting } from '../../src/ledger/posting.ts';
import type { Transfer, TransferRequest } from '../../src/ledger/transfer.ts';
import { PayoutError } from '../../src/errors.ts';

/** The thinnest store there can be around `decidePosting`: it applies what was decided, and nothing else. */
export class Ledger {
  readonly transfers = new Map<string, Transfer>();
  readonly balances = new Balances();
  readonly #reversed = new Map<string, bigint>();
  #clock = 0;

  post(requests: readonly TransferRequest[]): readonly Transfer[] {
    const { results, added, changes } = decidePosting(
      requests,
      {
        transfer: (id) => this.transfers.get(id),
        balance: (account, currency) => this.balances.of(account, currency),
        reversed: (id) => this.#reversed.get(id) ?? 0n,
      },
      new Date((this.#clock += 1)),
    );
    for (const transfer of added) {
      this.transfers.set(transfer.id, transfer);
      if (transfer.reverses === undefined) continue;
      this.#reversed.set(transfer.reverses, (this.#reversed.get(transfer.reverses) ?? 0n) + transfer.moved);
    }
    for (const { account, currency, balance } of changes.entries())
      this.balances.add(account, currency, balance);
    return results;
  }

  /** The results, or the code of the refusal. */
  attempt(requests: readonly TransferRequest[]): readonly Transfer[] | string {
    try {
      return this.post(requests);
    } catch (error) {
      if (PayoutError.is(error)) return error.code;
      throw error;
    }
  }

  /** Every balance that is not zero, by currency and account. */
  snapshot(): ReadonlyMap<string, bigint> {
    return nonZero(
      [...this.balances.entries()].map((row) => [`${row.currency} ${row.account}`, row.balance]),
    );
  }
}

/** Balances as the transfers alone make them. */
export function foldOf(transfers: Iterable<Transfer>): ReadonlyMap<string, bigint> {
  const folded = new Map<string, bigint>();
  const add = (account: Account, currency: string, amount: bigint): void => {
    const key = `${currency} ${account}`;
    folded.set(key, (folded.get(key) ?? 0n) + amount);
  };
  for (const { debit, credit, currency, moved } of transfers) {
    add(debit, currency, -moved);
    add(credit, currency, moved);
  }
  return nonZero([...folded]);
}

function nonZero(entries: readonly (readonly [string, bigint])[]): ReadonlyMap<string, bigint> {
  return new Map(
    entries.filter(([, balance]) => balance !== 0n).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** What was asked for when the transfer was posted. */
export function requestOf(transfer: Transfer): TransferRequest {
  const { id, debit, credit, currency, asked, kind, subject, atMost, reverses } = transfer;
  return {
    ...{ id, debit, credit, currency, asked, kind, subject },
    ...(atMost === undefined ? {} : { atMost }),
    ...(reverses === undefined ? {} : { reverses }),
  };
}
