import type { Transfer } from '../../../ledger/transfer.ts';
import { factsOf } from './accounts.ts';
import { checkBalance } from './amounts.ts';
import { isOtherwise, type Person, type ProgramBooks } from './books.ts';
import { isSameTransfer } from './same.ts';
import { Violation } from './violation.ts';

/**
 * Applies transfers in the order they were posted: I30 (a stored one never changes), I3 (nothing goes below zero that
 * must not), I26 (reversals stay within what they take back) and I2 (money of a participant moves for a known reason).
 */
export function applyTransfers(
  books: ProgramBooks,
  transfers: readonly Transfer[],
  touched: (person: Person) => void,
): void {
  for (const transfer of transfers) {
    const stored = books.transfers.get(transfer.id);
    if (stored !== undefined) {
      checkUnchanged(stored, transfer);
      continue;
    }
    books.applyTransfer(transfer);
    checkFloor(books, transfer);
    if (transfer.reverses !== undefined) checkReversal(books, transfer, transfer.reverses);
    checkReason(books, transfer, touched);
  }
}

export function checkUnchanged(stored: Transfer, transfer: Transfer): void {
  if (isSameTransfer(stored, transfer)) return;
  const { id } = transfer;
  throw new Violation('I30', 'a transfer is not what it was', { id, was: stored.moved, is: transfer.moved });
}

function checkFloor(books: ProgramBooks, transfer: Transfer): void {
  const { id, debit, credit, currency, kind, moved, reverses } = transfer;
  const balance = books.balance(debit, currency);
  checkBalance(balance, debit);
  checkBalance(books.balance(credit, currency), credit);
  if (balance >= 0n || moved === 0n) return;
  const { mayOwe, place } = factsOf(debit);
  // A reversal takes back what they should not have, evidence what they have got: both leave a debt.
  const leavesDebt = place === 'available' && (kind === 'evidence' || reverses !== undefined);
  if (mayOwe || leavesDebt) return;
  throw new Violation('I3', 'a balance is below zero', { account: debit, currency, balance, transfer: id });
}

function checkReversal(books: ProgramBooks, transfer: Transfer, reverses: string): void {
  const { id, currency, debit } = transfer;
  const original = books.transfers.get(reverses);
  if (original === undefined) throw new Violation('I26', 'a reversal of nothing', { id, reverses });
  const reversed = books.reversed.get(reverses) ?? 0n;
  if (reversed > original.moved) {
    throw new Violation('I26', 'more was reversed than had moved', {
      id,
      reverses,
      reversed,
      moved: original.moved,
    });
  }
  if (original.currency !== currency || original.reverses !== undefined) {
    throw new Violation('I26', 'a reversal of another currency, or of a reversal', { id, reverses });
  }
  const [from, got] = [factsOf(debit), factsOf(original.credit)];
  if (from.owner !== got.owner || (got.owner === undefined && debit !== original.credit)) {
    throw new Violation('I26', 'a reversal takes from another than who got it', { id, reverses, debit });
  }
}

/** Money enters and leaves what a participant has by earnings, adjustments, fees and differences only. */
function checkReason(books: ProgramBooks, transfer: Transfer, touched: (person: Person) => void): void {
  const { id, debit, credit, currency, moved } = transfer;
  const [from, to] = [factsOf(debit), factsOf(credit)];
  if (from.owner !== undefined) touched(books.person(from.owner, currency));
  if (to.owner !== undefined) touched(books.person(to.owner, currency));
  if (from.owner === to.owner || moved === 0n) return;
  if (from.owner !== undefined && to.owner !== undefined) {
    throw new Violation('I2', 'money moved from one participant to another', { id, debit, credit, moved });
  }
  const cause = books.causeOf(transfer);
  if (books.earnings.has(cause.id) || isOtherwise(cause)) return;
  throw new Violation('I2', 'money of a participant moved for no known reason', {
    id,
    kind: cause.kind,
    moved,
  });
}
