import { type Earning, PayoutError, type Store, type TransferRequest, verify } from '@payout-engines/core';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool, openStore } from './database.ts';

const PROGRAM = 'acme';
/** More than go into one statement, so that they are written in portions that nobody waits for. */
const MANY = 6_000;

function transfers(asked = 1n): readonly TransferRequest[] {
  return Array.from({ length: MANY }, (_, index) => ({
    id: `t/${index.toString().padStart(6, '0')}`,
    debit: 'funding',
    credit: `participant/u${index}/available`,
    currency: 'USD',
    asked,
    kind: 'deposit',
    subject: 'test',
  }));
}

function earnings(amount = 1n): readonly Earning[] {
  return transfers().map(({ id }, index) => ({
    id,
    participant: `u${index}`,
    currency: 'USD',
    amount,
    kind: 'sale',
    subject: 'test',
    held: 0n,
    released: amount,
    reversed: 0n,
  }));
}

describe('rows that are written while the next are prepared', () => {
  let pool: Pool;
  let store: Store;

  beforeAll(() => {
    pool = openPool();
  });

  afterAll(() => pool.end());

  it('are all there when the transaction has ended, in order with what comes after them', async () => {
    store = await openStore(pool, 'behind_order');
    const [balance, found] = await store.transact(PROGRAM, async (unit) => {
      await unit.ledger.post(transfers());
      await unit.earnings.add(earnings());
      const [last] = transfers().slice(-1);
      return [
        await unit.ledger.balances([{ account: 'funding', currency: 'USD' }]),
        await unit.ledger.find([last?.id ?? '']),
      ];
    });
    expect(balance).toEqual([-BigInt(MANY)]);
    expect(found).toHaveLength(1);
    expect(found[0]?.moved).toBe(1n);
    expect(await verify(store, PROGRAM)).toMatchObject({ ok: true, transfers: MANY, earnings: MANY });
  });

  it('are looked at first when one of them turns out to be stored, and posted once', async () => {
    store = await openStore(pool, 'behind_stored');
    const stored = transfers().filter((_, index) => index === MANY - 1);
    await store.transact(PROGRAM, (unit) => unit.ledger.post(stored));
    const results = await store.transact(PROGRAM, (unit) => unit.ledger.post(transfers()));
    expect(results).toHaveLength(MANY);
    expect(await verify(store, PROGRAM)).toMatchObject({ ok: true, transfers: MANY });
  });

  it('are refused as a whole when one of them is stored with other content', async () => {
    store = await openStore(pool, 'behind_refused');
    await store.transact(PROGRAM, (unit) => unit.earnings.add(earnings(2n).slice(-1)));
    const added = store.transact(PROGRAM, async (unit) => {
      await unit.ledger.post(transfers());
      await unit.earnings.add(earnings());
    });
    await expect(added).rejects.toSatisfy((error) => PayoutError.is(error, 'IDEMPOTENCY_CONFLICT'));
    const found = await store.transact(PROGRAM, (unit) => unit.ledger.find(transfers().map(({ id }) => id)));
    expect(found.every((transfer) => transfer === undefined)).toBe(true);
  });

  it('are not kept by work that has forgotten about a failure', async () => {
    store = await openStore(pool, 'behind_forgotten', { attempts: 1 });
    await store.transact(PROGRAM, (unit) => unit.earnings.add(earnings().slice(-1)));
    const forgetting = store.transact(PROGRAM, async (unit) => {
      await unit.ledger.post(transfers());
      await unit.earnings.add(earnings()).catch(() => undefined);
    });
    await expect(forgetting).rejects.toSatisfy((error) => PayoutError.is(error, 'STORE_UNAVAILABLE'));
    expect(await store.transact(PROGRAM, (unit) => unit.ledger.find(['t/000000']))).toEqual([undefined]);
  });
});
