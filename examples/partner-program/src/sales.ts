import { type Commission, commissionLeft, PayoutError, putParticipants } from '@payout-engines/core';
import { type Database, type Query, Refused, type Row } from '@payout-engines/example-kit';
import { engineOn, HOLD_DAYS, PROGRAM, RULES, type Tier, tierOf } from './program.ts';

/** A sale that a partner has brought. */
export interface SaleRequest {
  readonly id: string;
  readonly partner: string;
  readonly kind: 'products' | 'services';
  readonly amount: bigint;
  readonly at: Date;
}

/** A sale as it stands: with the commission as it was computed then, by the rates of then. */
export interface Sale extends SaleRequest {
  readonly refunded: bigint;
  readonly commission: Commission | undefined;
  readonly earning: string | undefined;
}

/**
 * Records a sale and credits its commission, both or neither. The same sale again changes nothing. Sales of one partner
 * come one after the other, because the rate of each depends on those before it.
 */
export async function recordSale(database: Database, sale: SaleRequest): Promise<void> {
  const { id, partner, kind, amount, at } = sale;
  await database.together(async ({ query, store }) => {
    const [locked] = await query('SELECT id FROM partner WHERE id = $1 FOR UPDATE', [partner]);
    if (locked === undefined) throw new Refused(404, 'PARTNER_NOT_FOUND', 'There is no such partner.');
    const [stored] = await query('SELECT partner, amount::text FROM sale WHERE id = $1', [id]);
    if (stored !== undefined) {
      if (stored['partner'] === partner && stored['amount'] === amount.toString()) return;
      throw new Refused(409, 'SALE_CONFLICT', 'There is another sale under this id.');
    }
    const before = await soldBefore(query, partner, at);
    const commission = RULES.of({ participant: partner, kind, amount }, before);
    let earning: string | undefined;
    if (commission !== undefined && commission.amount > 0n) {
      const engine = engineOn(store, query);
      const credit = {
        key: `sale/${id}`,
        participant: partner,
        currency: 'USD',
        amount: commission.amount,
        kind: 'commission',
        subject: id,
        earnedAt: at,
        hold: { days: HOLD_DAYS },
      } as const;
      const [credited] = await engine.credit({ program: PROGRAM, credits: [credit] });
      earning = credited?.id;
    }
    await query(
      `INSERT INTO sale (id, partner, kind, amount, at, commission, earning) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, partner, kind, amount.toString(), at.toISOString(), textOf(commission), earning ?? null],
    );
  });
  await refreshTier(database, partner);
}

const YEAR_MS = 365 * 86_400_000;

/** What a partner had sold in the 365 days before an instant, refunds taken off. */
export async function soldBefore(
  query: Query,
  partner: string,
  at: Date,
): Promise<{ readonly amount: bigint; readonly count: bigint }> {
  const [row] = await query(
    `SELECT coalesce(sum(amount - refunded), 0)::text AS amount, count(*)::text AS count FROM sale
     WHERE partner = $1 AND kind = 'products' AND at >= $2 AND at < $3`,
    [partner, new Date(at.getTime() - YEAR_MS).toISOString(), at.toISOString()],
  );
  return { amount: amountOf(row, 'amount'), count: amountOf(row, 'count') };
}

/** The tier of a partner now. It decides from when on they are paid out. */
export async function currentTier(query: Query, partner: string, at: Date): Promise<Tier> {
  return tierOf((await soldBefore(query, partner, at)).amount);
}

/** Gives a partner the tier of what they sold in the 365 days until now: it rises with sales, and falls as they grow old. */
export async function refreshTier(database: Database, partner: string): Promise<void> {
  const [found] = await database.store.transact(PROGRAM, (unit) => unit.participants.find([partner]));
  if (found === undefined) return;
  const { id } = await currentTier(database.query, partner, new Date());
  if (found.tier !== id) await putParticipants(database.store, PROGRAM, [{ ...found, tier: id }]);
}

/** A refund of all or part of a sale. */
export interface RefundRequest {
  readonly id: string;
  readonly sale: string;
  readonly amount: bigint;
}

/** Records a refund, and takes back the commission on it in proportion. The same refund again changes nothing. */
export async function refundSale(database: Database, { id, sale, amount }: RefundRequest): Promise<void> {
  await database.together(async ({ query }) => {
    const [row] = await query(
      `SELECT amount::text, refunded::text, commission, earning FROM sale WHERE id = $1 FOR UPDATE`,
      [sale],
    );
    if (row === undefined) throw new Refused(404, 'SALE_NOT_FOUND', 'There is no such sale.');
    const [stored] = await query('SELECT sale, amount::text FROM refund WHERE id = $1', [id]);
    if (stored !== undefined) {
      if (stored['sale'] === sale && stored['amount'] === amount.toString()) return;
      throw new Refused(409, 'REFUND_CONFLICT', 'There is another refund under this id.');
    }
    const [before, whole] = [amountOf(row, 'refunded'), amountOf(row, 'amount')];
    if (amount <= 0n) throw new Refused(422, 'INVALID_AMOUNT', 'A refund is above zero.');
    if (before + amount > whole)
      throw new Refused(409, 'REFUND_TOO_LARGE', 'It is more than is left of the sale.');
    const commission = commissionOf(row);
    const takenBack =
      commission === undefined
        ? 0n
        : commissionLeft(commission, before) - commissionLeft(commission, before + amount);
    await query('UPDATE sale SET refunded = refunded + $2 WHERE id = $1', [sale, amount.toString()]);
    await query('INSERT INTO refund (id, sale, amount, taken_back, applied) VALUES ($1, $2, $3, $4, $5)', [
      id,
      sale,
      amount.toString(),
      takenBack.toString(),
      takenBack === 0n,
    ]);
  });
  await applyRefunds(database);
}

/**
 * Takes back the commissions of refunds that are recorded: also of those that a crash came between. A reversal may end a
 * payout that waits, which the library does in transactions of its own; its key makes it happen once.
 */
export async function applyRefunds(database: Database): Promise<void> {
  const engine = engineOn(database.store, database.query);
  const waiting = await database.query(
    `SELECT r.id, r.taken_back::text, s.earning FROM refund r JOIN sale s ON s.id = r.sale
     WHERE NOT r.applied ORDER BY r.at, r.id`,
  );
  for (const row of waiting) {
    const id = String(row['id']);
    await engine.reverse({
      program: PROGRAM,
      key: `refund/${id}`,
      earning: String(row['earning']),
      amount: amountOf(row, 'taken_back'),
      reason: 'refund',
    });
    await database.query('UPDATE refund SET applied = true WHERE id = $1', [id]);
  }
}

const SALE = `SELECT id, partner, kind, amount::text, refunded::text, at, commission, earning FROM sale`;

/** The sales of a partner, newest first. */
export async function salesOf(query: Query, partner: string, limit = 50): Promise<readonly Sale[]> {
  const rows = await query(`${SALE} WHERE partner = $1 ORDER BY at DESC, id LIMIT $2`, [partner, limit]);
  return rows.map(readSale);
}

/** All sales, newest first. */
export async function allSales(query: Query, limit = 100): Promise<readonly Sale[]> {
  return (await query(`${SALE} ORDER BY at DESC, id LIMIT $1`, [limit])).map(readSale);
}

function readSale(row: Row): Sale {
  const kind = row['kind'];
  return {
    id: String(row['id']),
    partner: String(row['partner']),
    kind: kind === 'services' ? kind : 'products',
    amount: amountOf(row, 'amount'),
    refunded: amountOf(row, 'refunded'),
    at: row['at'] instanceof Date ? row['at'] : new Date(String(row['at'])),
    commission: commissionOf(row),
    earning: typeof row['earning'] === 'string' ? row['earning'] : undefined,
  };
}

function amountOf(row: Row | undefined, name: string): bigint {
  const text = row?.[name];
  if (typeof text !== 'string')
    throw new PayoutError('INVARIANT_BROKEN', { invariant: `${name} is read as text` });
  return BigInt(text);
}

/** A commission as text: amounts as strings, because JSON has no integers of their size. */
function textOf(commission: Commission | undefined): string {
  return JSON.stringify(commission ?? null, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

function commissionOf(row: Row): Commission | undefined {
  const stored = JSON.parse(String(row['commission'])) as StoredCommission | null;
  if (stored === null) return undefined;
  return {
    ...stored,
    sale: BigInt(stored.sale),
    amount: BigInt(stored.amount),
    parts: stored.parts.map(({ of, rate }) => ({ of: BigInt(of), rate })),
  };
}

interface StoredCommission extends Omit<Commission, 'sale' | 'amount' | 'parts'> {
  readonly sale: string;
  readonly amount: string;
  readonly parts: readonly { readonly of: string; readonly rate: string }[];
}
