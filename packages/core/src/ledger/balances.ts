import type { Account } from './account.ts';
import type { AccountBalance } from './transfer.ts';

/** Amounts by currency and account: balances, or changes of balances. Currencies never meet in one sum. */
export class Balances {
  readonly #byCurrency = new Map<string, Map<Account, bigint>>();

  of(account: Account, currency: string): bigint {
    return this.#byCurrency.get(currency)?.get(account) ?? 0n;
  }

  set(account: Account, currency: string, balance: bigint): void {
    let accounts = this.#byCurrency.get(currency);
    if (accounts === undefined) {
      accounts = new Map();
      this.#byCurrency.set(currency, accounts);
    }
    accounts.set(account, balance);
  }

  add(account: Account, currency: string, amount: bigint): void {
    this.set(account, currency, this.of(account, currency) + amount);
  }

  *entries(): Generator<AccountBalance> {
    for (const [currency, accounts] of this.#byCurrency) {
      for (const [account, balance] of accounts) yield { account, currency, balance };
    }
  }
}
