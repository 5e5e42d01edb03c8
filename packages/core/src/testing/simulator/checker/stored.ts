import type { AccountBalance } from '../../../ledger/transfer.ts';
import type { Store } from '../../../ports/store.ts';
import { ProgramBooks } from './books.ts';
import { isSame, isSameTransfer } from './same.ts';
import { type Invariant, Violation } from './violation.ts';

/** Everything that a store says about a program, read anew. */
export interface Stored {
  readonly books: ProgramBooks;
  readonly balances: readonly AccountBalance[];
}

/** Reads all rows of a program in one transaction. */
export function readStored(store: Store, program: string): Promise<Stored> {
  return store.transact(program, async (unit) => {
    const books = new ProgramBooks(program);
    const balances: AccountBalance[] = [];
    for await (const rows of unit.earnings.all()) for (const earning of rows) books.applyEarning(earning);
    for await (const rows of unit.ledger.transfers())
      for (const transfer of rows) books.applyTransfer(transfer);
    for await (const rows of unit.payouts.all()) for (const payout of rows) books.applyPayout(payout);
    for await (const rows of unit.attempts.all()) for (const attempt of rows) books.applyAttempt(attempt);
    for await (const rows of unit.movements.all()) {
      for (const movement of rows) {
        const payout = books.payouts.get(movement.payout);
        if (payout === undefined) {
          throw new Violation('I18', 'a movement of a payout that is not there', {
            program,
            payout: movement.payout,
          });
        }
        books.applyMovement(movement, payout);
      }
    }
    for await (const rows of unit.ledger.accounts()) balances.push(...rows);
    books.epoch = (await unit.controls.read()).epoch;
    return { books, balances };
  });
}

/** Compares what is stored with what the tap said was committed: I2 of balances, I30 of transfers, I18 of other rows. */
export function compareStored(tapped: ProgramBooks, { books, balances }: Stored): void {
  const { program } = tapped;
  compareRows(program, 'transfer', 'I30', tapped.transfers, books.transfers, isSameTransfer);
  compareBalances(tapped, balances);
  compareRows(program, 'earning', 'I18', tapped.earnings, books.earnings, isSame);
  compareRows(program, 'payout', 'I18', tapped.payouts, books.payouts, isSame);
  compareGroups(program, 'attempt', tapped.attempts, books.attempts);
  compareGroups(program, 'movement', tapped.movements, books.movements);
}

function compareGroups<Key>(
  program: string,
  kind: string,
  tapped: ReadonlyMap<string, ReadonlyMap<Key, unknown>>,
  stored: ReadonlyMap<string, ReadonlyMap<Key, unknown>>,
): void {
  for (const payout of new Set([...tapped.keys(), ...stored.keys()])) {
    const none = new Map<Key, unknown>();
    compareRows(
      program,
      `${kind} of ${payout}`,
      'I18',
      tapped.get(payout) ?? none,
      stored.get(payout) ?? none,
      isSame,
    );
  }
}

function compareRows<Key, Row>(
  program: string,
  kind: string,
  invariant: Invariant,
  tapped: ReadonlyMap<Key, Row>,
  stored: ReadonlyMap<Key, Row>,
  same: (left: Row, right: Row) => boolean,
): void {
  for (const [key, row] of tapped) {
    const found = stored.get(key);
    if (found === undefined) {
      throw new Violation(invariant, 'a row that was committed is gone', { program, kind, id: String(key) });
    }
    if (!same(row, found)) {
      throw new Violation(invariant, 'a row is not as it was committed', { program, kind, id: String(key) });
    }
  }
  if (tapped.size === stored.size) return;
  for (const key of stored.keys()) {
    if (tapped.has(key)) continue;
    throw new Violation('I18', 'a row that no commit of its program wrote', {
      program,
      kind,
      id: String(key),
    });
  }
}

function compareBalances(tapped: ProgramBooks, balances: readonly AccountBalance[]): void {
  const { program } = tapped;
  const sums = new Map<string, bigint>();
  const seen = new Set<string>();
  for (const { account, currency, balance } of balances) {
    const folded = tapped.balance(account, currency);
    if (folded !== balance) {
      throw new Violation('I2', 'a balance is not the sum of its transfers', {
        program,
        account,
        currency,
        balance,
        folded,
      });
    }
    sums.set(currency, (sums.get(currency) ?? 0n) + balance);
    seen.add(`${currency}\n${account}`);
  }
  for (const [currency, sum] of sums) {
    if (sum !== 0n)
      throw new Violation('I2', 'the balances do not add up to zero', { program, currency, sum });
  }
  for (const [currency, accounts] of tapped.balances) {
    for (const [account, balance] of accounts) {
      if (balance === 0n || seen.has(`${currency}\n${account}`)) continue;
      throw new Violation('I2', 'an account has no balance', { program, account, currency, folded: balance });
    }
  }
}
