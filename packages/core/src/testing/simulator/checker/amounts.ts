import type { Commit } from './watched.ts';
import { Violation } from './violation.ts';

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** I22: every amount that is written is a bigint in 64 bits, and not below zero. */
export function checkAmounts(commit: Commit): void {
  for (const { id, asked, moved } of commit.transfers) {
    checkAmount(asked, id, 'asked');
    checkAmount(moved, id, 'moved');
    if (moved > asked)
      throw new Violation('I22', 'a transfer moved more than it was asked', { id, asked, moved });
  }
  for (const { id, amount, held, released, reversed } of commit.earnings) {
    checkAmount(amount, id, 'amount');
    checkAmount(held, id, 'held');
    checkAmount(released, id, 'released');
    checkAmount(reversed, id, 'reversed');
  }
  for (const { id, amount, fee, paid, returned } of commit.payouts) {
    checkAmount(amount, id, 'amount');
    checkAmount(fee, id, 'fee');
    checkAmount(paid, id, 'paid');
    checkAmount(returned, id, 'returned');
  }
  for (const { payout, net } of commit.attempts) checkAmount(net, payout, 'net');
  for (const { object, moved, returned } of commit.movements) {
    checkAmount(moved, object, 'moved');
    checkAmount(returned, object, 'returned');
    if (returned > moved) {
      throw new Violation('I2', 'more came back than had moved', { object, moved, returned });
    }
  }
}

/** I22 of a balance, which may be below zero. */
export function checkBalance(balance: bigint, account: string): void {
  if (!isInRange(balance)) throw new Violation('I22', 'a balance does not fit 64 bits', { account, balance });
}

function checkAmount(amount: unknown, id: string, name: string): void {
  if (!isInRange(amount) || amount < 0n) {
    throw new Violation('I22', 'an amount is not a bigint from 0 to 2^63 - 1', {
      id,
      name,
      amount: String(amount),
    });
  }
}

function isInRange(amount: unknown): amount is bigint {
  return typeof amount === 'bigint' && amount >= LEAST && amount <= MOST;
}
