import type {
  Account,
  Attempt,
  Earning,
  Interaction,
  Movement,
  Payout,
  TransferRequest,
  UnitOfWork,
} from '@payout-engines/core';

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

export function earning(id: string, more: Partial<Earning> = {}): Earning {
  return {
    id,
    participant: 'u1',
    currency: 'USD',
    amount: 500n,
    kind: 'share',
    subject: 'd1',
    held: 500n,
    released: 0n,
    reversed: 0n,
    ...more,
  };
}

export function payout(id: string, more: Partial<Payout> = {}): Payout {
  return {
    id,
    participant: 'u1',
    currency: 'USD',
    amount: 500n,
    fee: 0n,
    feeBearer: 'participant',
    requestedBy: 'u1',
    openedAt: day(1),
    state: 'pending',
    provider: 'bank',
    attempt: 1,
    fence: 0,
    dueAt: day(1),
    epoch: 0,
    paid: 0n,
    returned: 0n,
    updatedAt: day(1),
    ...more,
  };
}

export function attempt(payout: string, number: number, more: Partial<Attempt> = {}): Attempt {
  return {
    payout,
    number,
    participant: 'u1',
    currency: 'USD',
    net: 500n,
    provider: 'bank',
    account: 'acct',
    environment: 'live',
    key: `key/${payout}/${number}`,
    request: '{}',
    openedAt: day(1),
    firstSentAt: day(1),
    lastSentAt: day(1),
    sends: 1,
    notExecuted: 0,
    tries: 0,
    ...more,
  };
}

export function movement(object: string, payout: string, more: Partial<Movement> = {}): Movement {
  return {
    provider: 'bank',
    object,
    payout,
    attempt: 1,
    moved: 500n,
    returned: 0n,
    bookedAt: day(2),
    ...more,
  };
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
