import type { Attempt, Movement, Payout, Store } from '@payout-engines/core';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool, openStore } from './database.ts';
import { upTo } from './rows.ts';

/** Enough to be written without looking first. */
const MANY = 150;

const AT = new Date('2026-01-01T00:00:00Z');

const idOf = (index: number): string => `p${index.toString().padStart(4, '0')}`;

function payoutOf(id: string, more: Partial<Payout> = {}): Payout {
  return {
    id,
    participant: `u/${id}`,
    currency: 'USD',
    amount: 100n,
    fee: 0n,
    feeBearer: 'platform',
    requestedBy: 'test',
    openedAt: AT,
    state: 'approved',
    provider: 'bank',
    attempt: 1,
    fence: 0,
    dueAt: AT,
    epoch: 0,
    paid: 0n,
    returned: 0n,
    updatedAt: AT,
    ...more,
  };
}

function attemptOf(payout: string, more: Partial<Attempt> = {}): Attempt {
  return {
    payout,
    number: 1,
    participant: `u/${payout}`,
    currency: 'USD',
    net: 100n,
    provider: 'bank',
    account: 'a',
    environment: 'test',
    key: `key/${payout}/${more.number ?? 1}`,
    request: '{}',
    openedAt: AT,
    firstSentAt: AT,
    lastSentAt: AT,
    sends: 1,
    notExecuted: 0,
    tries: 0,
    ...more,
  };
}

function movementOf(payout: string, object = `o/${payout}`): Movement {
  return { provider: 'bank', object, payout, attempt: 1, moved: 100n, returned: 0n, bookedAt: AT };
}

describe('many rows, which are written without looking first', () => {
  const ids = upTo(MANY).map(idOf);
  const first = idOf(0);
  let pool: Pool;
  let store: Store;

  beforeAll(async () => {
    pool = openPool();
    store = await openStore(pool, 'hopeful');
  });

  afterAll(() => pool.end());

  /** A program of its own in which the payouts are stored. */
  async function filled(program: string): Promise<string> {
    await store.transact(program, (unit) => unit.payouts.add(ids.map((id) => payoutOf(id))));
    return program;
  }

  it('are all refused when one of the payouts has a higher fence', async () => {
    const program = await filled('fence');
    await store.transact(program, (unit) => unit.payouts.update([payoutOf(first, { fence: 5 })]));
    const claimed = ids.map((id) => payoutOf(id, { state: 'processing', fence: 1 }));
    const update = store.transact(program, (unit) => unit.payouts.update(claimed));
    await expect(update).rejects.toMatchObject({ code: 'INVARIANT_BROKEN' });
    const [stored, other] = await store.transact(program, (unit) => unit.payouts.find([first, idOf(1)]));
    expect(stored).toMatchObject({ state: 'approved', fence: 5 });
    expect(other).toMatchObject({ state: 'approved', fence: 0 });
  });

  it('make no payout that was not stored', async () => {
    const program = await filled('missing');
    const update = store.transact(program, (unit) =>
      unit.payouts.update([...ids, 'unknown'].map((id) => payoutOf(id, { fence: 1 }))),
    );
    await expect(update).rejects.toMatchObject({ code: 'PAYOUT_NOT_FOUND', details: { payout: 'unknown' } });
    const [unknown, other] = await store.transact(program, (unit) => unit.payouts.find(['unknown', first]));
    expect(unknown).toBeUndefined();
    expect(other).toMatchObject({ fence: 0 });
  });

  it('never change what an attempt asks for', async () => {
    const program = await filled('frozen');
    await store.transact(program, (unit) => unit.attempts.put([attemptOf(first)]));
    const put = store.transact(program, (unit) =>
      unit.attempts.put(ids.map((id) => attemptOf(id, { request: '{"other":1}' }))),
    );
    await expect(put).rejects.toMatchObject({ code: 'INVARIANT_BROKEN' });
    const stored = await store.transact(program, (unit) => unit.attempts.of(ids));
    expect(stored).toEqual([attemptOf(first)]);
  });

  it('never open an attempt beside one that is live', async () => {
    const program = await filled('live');
    await store.transact(program, (unit) => unit.attempts.put([attemptOf(first)]));
    const put = store.transact(program, (unit) =>
      unit.attempts.put(ids.map((id) => attemptOf(id, { number: 2 }))),
    );
    await expect(put).rejects.toMatchObject({ code: 'INVARIANT_BROKEN' });
    expect(await store.transact(program, (unit) => unit.attempts.of(ids))).toEqual([attemptOf(first)]);
  });

  it('end attempts and open the next ones in one go', async () => {
    const program = await filled('next');
    await store.transact(program, (unit) => unit.attempts.put(ids.map((id) => attemptOf(id))));
    const next = ids.flatMap((id) => [
      attemptOf(id, { end: 'refused', endedAt: AT }),
      attemptOf(id, { number: 2 }),
    ]);
    await store.transact(program, (unit) => unit.attempts.put(next));
    expect(await store.transact(program, (unit) => unit.attempts.of(ids))).toEqual(next);
  });

  it('never book an object twice', async () => {
    const program = await filled('booked');
    await store.transact(program, (unit) => unit.movements.add([movementOf(first)]));
    const add = store.transact(program, (unit) => unit.movements.add(ids.map((id) => movementOf(id))));
    await expect(add).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    const twice = ids.map((id, index) =>
      movementOf(id, index === 1 ? 'twice' : index === 2 ? 'twice' : `n/${id}`),
    );
    const addTwice = store.transact(program, (unit) => unit.movements.add(twice));
    await expect(addTwice).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(await store.transact(program, (unit) => unit.movements.of(ids))).toEqual([movementOf(first)]);
  });

  it('are written once, and answered as they were stored, when some are repeated', async () => {
    const transfers = ids.map((id) => ({
      id: `t/${id}`,
      debit: 'funding' as const,
      credit: `participant/${id}/available` as const,
      currency: 'USD',
      asked: 7n,
      kind: 'deposit' as const,
      subject: 'test',
    }));
    const [once] = await store.transact('again', (unit) => unit.ledger.post(transfers.slice(0, 1)));
    const [answered, second] = await store.transact('again', (unit) => unit.ledger.post(transfers));
    expect(answered).toEqual(once);
    expect(second).toMatchObject({ moved: 7n });
    expect(second?.at.getTime()).toBeGreaterThanOrEqual(once?.at.getTime() ?? 0);
    const balances = await store.transact('again', (unit) =>
      unit.ledger.balances([{ account: 'funding', currency: 'USD' }]),
    );
    expect(balances).toEqual([-7n * BigInt(MANY)]);
  });
});
