import type { Payout } from '@payout-engines/core';
import { type Database, type Query, Refused, type Row } from '@payout-engines/example-kit';
import { addEntries, lockMembers, openPayout } from './entries.ts';
import { BOUNTY_HOLD_DAYS, BOUNTY_RATE, bountyOn, engineOn, feeOn, PROGRAM } from './program.ts';

/** An order that a buyer has paid the marketplace. */
export interface OrderRequest {
  readonly id: string;
  readonly seller: string;
  /** Who brought the seller. */
  readonly scout?: string | undefined;
  readonly item: string;
  /** Paise. */
  readonly price: bigint;
  readonly placedAt: Date;
}

/** An order as it stands. */
export interface Order extends OrderRequest {
  readonly refunded: bigint;
  /** When the buyer had it; the seller is paid from then on. */
  readonly completedAt: Date | undefined;
  readonly completedBy: string | undefined;
  readonly earning: string | undefined;
  readonly bounty: string | undefined;
}

/** Records an order. The same again changes nothing. */
export async function placeOrder(query: Query, order: OrderRequest): Promise<void> {
  const { id, seller, scout, item, price, placedAt } = order;
  const rows = await query(
    `INSERT INTO market_order (id, seller, scout, item, price, placed_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING RETURNING id`,
    [id, seller, scout ?? null, item, price.toString(), placedAt.toISOString()],
  );
  if (rows.length > 0) return;
  const stored = await findOrder(query, id);
  if (stored?.seller !== seller || stored.price !== price || stored.item !== item)
    throw new Refused(409, 'ORDER_CONFLICT', 'There is another order under this id.');
}

/**
 * The buyer has it: the order is completed, the seller credited and the payout opened, all of it or nothing. Completing it
 * again changes nothing and gives the same answer.
 */
export async function completeOrder(
  database: Database,
  { id, by, at = new Date() }: { readonly id: string; readonly by: string; readonly at?: Date },
): Promise<{ readonly order: Order; readonly payout: Payout | undefined }> {
  return database.together(async ({ query, store }) => {
    const order = await findOrder(query, id, true);
    if (order === undefined) throw new Refused(404, 'ORDER_NOT_FOUND', 'There is no such order.');
    const engine = engineOn(store, query);
    if (order.completedAt !== undefined) {
      const payout = (await payoutsOfOrders(query, order.seller)).get(id);
      return {
        order,
        payout: payout === undefined ? undefined : await engine.payout({ program: PROGRAM, payout }),
      };
    }
    const { seller, scout, price } = order;
    await lockMembers(query, [seller, scout]);
    const left = price - order.refunded;
    const fee = feeOn(left);
    let [earning, bounty]: [string?, string?] = [];
    if (left > fee) {
      const sale = {
        participant: seller,
        currency: 'INR',
        amount: left - fee,
        kind: 'sale',
        subject: id,
      } as const;
      [earning] = (await engine.credit({ program: PROGRAM, credits: [{ ...sale, key: `order/${id}` }] })).map(
        (credited) => credited.id,
      );
    }
    const bountyAmount = bountyOn(left - fee);
    if (scout !== undefined && earning !== undefined && bountyAmount > 0n) {
      const credit = {
        key: `bounty/${id}`,
        participant: scout,
        currency: 'INR',
        amount: bountyAmount,
        kind: 'bounty',
        subject: id,
        earnedAt: at,
        hold: { days: BOUNTY_HOLD_DAYS },
        // What a refund takes from the seller, it takes from the bounty in proportion.
        bonusOf: { earning, rate: BOUNTY_RATE },
      } as const;
      [bounty] = (await engine.credit({ program: PROGRAM, credits: [credit] })).map(
        (credited) => credited.id,
      );
    }
    await query(
      'UPDATE market_order SET completed_at = $2, completed_by = $3, earning = $4, bounty = $5 WHERE id = $1',
      [id, at.toISOString(), by, earning ?? null, bounty ?? null],
    );
    const line = { order: id, at };
    await addEntries(query, [
      ...(earning === undefined
        ? []
        : [
            { ...line, member: seller, earning, kind: 'sale' as const, amount: left },
            { ...line, member: seller, earning, kind: 'fee' as const, amount: -fee },
          ]),
      ...(scout === undefined || bounty === undefined
        ? []
        : [{ ...line, member: scout, earning: bounty, kind: 'bounty' as const, amount: bountyAmount }]),
    ]);
    const payout =
      earning === undefined
        ? undefined
        : await openPayout({ query, store }, { key: `order/${id}`, member: seller, by: `order/${id}`, at });
    return { order: (await findOrder(query, id)) ?? order, payout };
  });
}

/** A refund of all or part of an order. */
export interface RefundRequest {
  readonly id: string;
  readonly order: string;
  /** Paise. */
  readonly amount: bigint;
  readonly by: string;
  readonly at?: Date;
}

/**
 * The buyer gets all or part of the price back: what was earned on it is taken back in proportion, all in one
 * transaction. A payout that was not sent yet is cancelled as far as that needs its money, and what is left is paid by
 * another one; what was paid already goes against the seller's next order. The same refund again changes nothing.
 */
export async function refundOrder(
  database: Database,
  { id, order: orderId, amount, by, at = new Date() }: RefundRequest,
): Promise<void> {
  await database.together(async ({ query, store }) => {
    const order = await findOrder(query, orderId, true);
    if (order === undefined) throw new Refused(404, 'ORDER_NOT_FOUND', 'There is no such order.');
    const [stored] = await query('SELECT market_order, amount::text FROM refund WHERE id = $1', [id]);
    if (stored !== undefined) {
      if (stored['market_order'] === orderId && stored['amount'] === amount.toString()) return;
      throw new Refused(409, 'REFUND_CONFLICT', 'There is another refund under this id.');
    }
    if (amount <= 0n) throw new Refused(422, 'INVALID_AMOUNT', 'A refund is above zero.');
    const { seller, scout, price, refunded, earning, bounty } = order;
    if (refunded + amount > price)
      throw new Refused(409, 'REFUND_TOO_LARGE', 'It is more than is left of the order.');
    await query('INSERT INTO refund (id, market_order, amount, by, at) VALUES ($1, $2, $3, $4, $5)', [
      id,
      orderId,
      amount.toString(),
      by,
      at.toISOString(),
    ]);
    await query('UPDATE market_order SET refunded = refunded + $2 WHERE id = $1', [
      orderId,
      amount.toString(),
    ]);
    // Before it is completed nobody has earned anything on it.
    if (earning === undefined) return;
    await lockMembers(query, [seller, scout]);
    const left = price - refunded;
    const feeBack = feeOn(left) - feeOn(left - amount);
    const bountyBefore = await reversedOf(bounty);
    if (amount > feeBack) {
      await engineOn(store, query).reverse({
        program: PROGRAM,
        key: `refund/${id}`,
        earning,
        amount: amount - feeBack,
        reason: 'refund',
      });
    }
    const line = { order: orderId, at };
    await addEntries(query, [
      { ...line, member: seller, earning, kind: 'refund', amount: -amount },
      { ...line, member: seller, earning, kind: 'fee_back', amount: feeBack },
      ...(scout === undefined || bounty === undefined
        ? []
        : [
            {
              ...line,
              member: scout,
              earning: bounty,
              kind: 'bounty_back' as const,
              amount: bountyBefore - (await reversedOf(bounty)),
            },
          ]),
    ]);
    await openPayout({ query, store }, { key: `refund/${id}`, member: seller, by: `refund/${id}`, at });

    async function reversedOf(earningId: string | undefined): Promise<bigint> {
      if (earningId === undefined) return 0n;
      const [found] = await store.transact(PROGRAM, (unit) => unit.earnings.find([earningId]));
      return found?.reversed ?? 0n;
    }
  });
}

/** The payouts that a member's orders are in: of each the newest, where one before it was cancelled. */
export async function payoutsOfOrders(query: Query, member: string): Promise<ReadonlyMap<string, string>> {
  const rows = await query(
    `SELECT DISTINCT ON (e.market_order) e.market_order, p.payout FROM entry e JOIN payout_entry p ON p.entry = e.id
     WHERE e.member = $1 AND e.kind IN ('sale', 'bounty') ORDER BY e.market_order, p.number DESC`,
    [member],
  );
  return new Map(rows.map((row) => [String(row['market_order']), String(row['payout'])]));
}

const ORDER = `SELECT id, seller, scout, item, price::text, refunded::text, placed_at, completed_at, completed_by,
  earning, bounty FROM market_order`;

/** One order; `lock` keeps others from changing it until the transaction ends. */
export async function findOrder(query: Query, id: string, lock = false): Promise<Order | undefined> {
  const [row] = await query(`${ORDER} WHERE id = $1 ${lock ? 'FOR UPDATE' : ''}`, [id]);
  return row && readOrder(row);
}

/** Orders, newest first: all, or those that a member has sold or brought. */
export async function listOrders(
  query: Query,
  {
    member,
    open,
    limit = 50,
  }: { readonly member?: string; readonly open?: boolean; readonly limit?: number },
): Promise<readonly Order[]> {
  const rows = await query(
    `${ORDER} WHERE ($1::text IS NULL OR seller = $1 OR scout = $1)
       AND ($2::boolean IS NULL OR (completed_at IS NULL) = $2)
     ORDER BY placed_at DESC, id LIMIT $3`,
    [member ?? null, open ?? null, limit],
  );
  return rows.map(readOrder);
}

function readOrder(row: Row): Order {
  const text = (name: string): string | undefined => {
    const value = row[name];
    return typeof value === 'string' ? value : undefined;
  };
  const time = (name: string): Date | undefined => {
    const value = row[name];
    if (value === null || value === undefined) return undefined;
    return value instanceof Date ? value : new Date(value as string);
  };
  return {
    id: String(row['id']),
    seller: String(row['seller']),
    scout: text('scout'),
    item: String(row['item']),
    price: BigInt(String(row['price'])),
    refunded: BigInt(String(row['refunded'])),
    placedAt: time('placed_at') ?? new Date(0),
    completedAt: time('completed_at'),
    completedBy: text('completed_by'),
    earning: text('earning'),
    bounty: text('bounty'),
  };
}
