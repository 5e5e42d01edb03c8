import { putParticipants } from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { completeOrder, placeOrder, refundOrder } from './orders.ts';
import { PROGRAM } from './program.ts';
import { runHourly } from './sending.ts';

const DAY_MS = 86_400_000;

interface SeedMember {
  readonly id: string;
  readonly name: string;
  readonly kind: 'seller' | 'scout';
  /** Who has none has not said yet where to be paid. */
  readonly bank?: readonly [ifsc: string, number: string];
  /** Whether the bank says that the account is closed. */
  readonly closed?: boolean;
}

export const MEMBERS: readonly SeedMember[] = [
  { id: 'asha', name: 'Asha', kind: 'seller', bank: ['HDFC0000123', '50100234567851'] },
  { id: 'bilal', name: 'Bilal', kind: 'seller', bank: ['SBIN0004567', '20345678912'], closed: true },
  { id: 'chitra', name: 'Chitra', kind: 'seller' },
  { id: 'sana', name: 'Sana', kind: 'scout', bank: ['ICIC0000987', '000405112233'] },
  { id: 'tariq', name: 'Tariq', kind: 'scout', bank: ['UTIB0000555', '912010045678'] },
];

/** Orders: seller, scout, item, price in paise, how many days ago it was placed and completed. */
const ORDERS = [
  ['asha', 'sana', 'Handwoven shawl', 1_249_900n, 20, 16],
  ['asha', 'sana', 'Block-printed bedspread', 349_950n, 18, 13],
  ['bilal', 'tariq', 'Brass lamp', 289_900n, 9, 4],
  ['chitra', undefined, 'Terracotta planters, set of 3', 159_900n, 8, 2],
  ['asha', 'sana', 'Silk stole', 219_900n, 4, 1],
  ['asha', 'sana', 'Cushion covers, set of 5', 124_550n, 2, undefined],
  ['bilal', 'tariq', 'Copper bottle', 94_900n, 1, undefined],
] as const;

/** The first order that is completed after the hourly run. */
const PAID_BEFORE = 3;

/** Fills an empty database with members, orders and a refund; of one that is not empty, nothing is changed. */
export async function seed(database: Database, now: Date): Promise<void> {
  for (const { id, name, kind, bank, closed = false } of MEMBERS) {
    await database.query('INSERT INTO member (id, name, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      id,
      name,
      kind,
    ]);
    const [known] = await database.store.transact(PROGRAM, (unit) => unit.participants.find([id]));
    if (known !== undefined) continue;
    if (bank !== undefined) {
      await database.query(
        'INSERT INTO member_bank_account (member, ifsc, number) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [id, ...bank],
      );
    }
    const destination =
      bank === undefined
        ? {}
        : { destination: { id: `bank-of-${id}${closed ? '-closed' : ''}`, version: 1 } };
    await putParticipants(database.store, PROGRAM, [
      { id, active: true, verified: true, tier: kind, ...destination },
    ]);
  }
  const [last] = await database.query('SELECT FROM market_order WHERE id = $1', [
    `order-${ORDERS.length + 100}`,
  ]);
  if (last !== undefined) return;
  const daysAgo = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  for (const [index, [seller, scout, item, price, placed, completed]] of ORDERS.entries()) {
    const id = `order-${index + 101}`;
    if (index === PAID_BEFORE) {
      // What came before is paid; then a buyer sends something back, and the next payout has that taken off.
      await runHourly(database, 'hourly-run');
      await refundOrder(database, {
        id: 'return-1',
        order: 'order-102',
        amount: 69_990n,
        by: 'shop',
        at: daysAgo(3),
      });
    }
    await placeOrder(database.query, { id, seller, scout, item, price, placedAt: daysAgo(placed) });
    if (completed !== undefined) await completeOrder(database, { id, by: 'shop', at: daysAgo(completed) });
  }
}
