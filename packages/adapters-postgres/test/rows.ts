import type { Account, Interaction, TransferRequest, UnitOfWork } from '@payout-engines/core';

/** Rows as tests write them: what a test does not care about has a plain default. */

export function transfer(
  id: string,
  debit: Account,
  credit: Account,
  asked: bigint,
  more: Partial<TransferRequest> = {},
): TransferRequest {
  return { id, debit, credit, currency: 'USD', asked, kind: 'adjustment', subject: 'test', ...more };
}

export function interaction(id: string, at: Date, more: Partial<Interaction> = {}): Interaction {
  return { id, kind: 'like', participant: 'u1', at, ...more };
}

/** Midnight of a day in January 2026. */
export function day(ofMonth: number): Date {
  return new Date(Date.UTC(2026, 0, ofMonth));
}

export async function balanceOf(unit: UnitOfWork, account: Account): Promise<bigint> {
  const [balance = -1n] = await unit.ledger.balances([{ account, currency: 'USD' }]);
  return balance;
}

export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** A small seeded generator of whole numbers below a bound. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}
