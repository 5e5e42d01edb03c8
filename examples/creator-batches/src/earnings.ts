import type { Earning } from '@payout-engines/core';
import { type Database, type Query, Refused } from '@payout-engines/example-kit';
import { addDeed, instantOf } from './deeds.ts';
import { engineOn, HOLD_DAYS, type PayingWith, PROGRAM, UNIT } from './program.ts';

/** What a fan has paid a creator in tokens. */
export interface FanPayment {
  readonly id: string;
  readonly creator: string;
  readonly kind: 'tip' | 'call';
  readonly tokens: bigint;
  readonly at: Date;
}

/** A payment as it was credited: at the rate of then, which is on the earning for ever. */
export interface CreditedPayment extends FanPayment {
  /** Cents for one token. */
  readonly rate: string;
  readonly amount: bigint;
  readonly earning: Earning | undefined;
  readonly chargedBack: boolean;
}

/** Records a payment and credits it in dollars, both or neither. The same payment again changes nothing. */
export async function recordPayment(
  database: Database,
  payingWith: PayingWith,
  { id, creator, kind, tokens, at }: FanPayment,
): Promise<void> {
  await database.together(async ({ query, store }) => {
    const [known] = await query('SELECT id FROM creator WHERE id = $1 FOR UPDATE', [creator]);
    if (known === undefined) throw new Refused(404, 'CREATOR_NOT_FOUND', 'There is no such creator.');
    const [stored] = await query('SELECT creator, kind, tokens::text FROM fan_payment WHERE id = $1', [id]);
    if (stored !== undefined) {
      const isSame =
        stored['creator'] === creator && stored['kind'] === kind && stored['tokens'] === tokens.toString();
      if (isSame) return;
      throw new Refused(409, 'PAYMENT_CONFLICT', 'There is another payment under this id.');
    }
    const rate = await rateAt(query, at);
    const [credited] = await engineOn(store, payingWith).credit({
      program: PROGRAM,
      credits: [
        {
          key: `fan-payment/${id}`,
          participant: creator,
          currency: 'USD',
          amount: { unit: UNIT, quantity: tokens, rate, rounding: 'floor' },
          kind: kind === 'tip' ? 'tip' : 'other',
          subject: id,
          earnedAt: at,
          hold: { days: HOLD_DAYS },
        },
      ],
    });
    if (credited === undefined) throw new Error('what is credited is answered');
    await query(
      `INSERT INTO fan_payment (id, creator, kind, tokens, at, rate, amount, earning)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, creator, kind, tokens.toString(), at.toISOString(), rate, credited.amount.toString(), credited.id],
    );
  });
}

/** Cents for one token at an instant. */
export async function rateAt(query: Query, at: Date): Promise<string> {
  const [row] = await query('SELECT cents FROM token_rate WHERE since <= $1 ORDER BY since DESC LIMIT 1', [
    at.toISOString(),
  ]);
  if (row === undefined) throw new Refused(422, 'NO_RATE', 'There was no rate for tokens then.');
  return String(row['cents']);
}

/** Takes a payment back that the fan’s bank has taken back. The same again changes nothing. */
export async function chargeBack(
  database: Database,
  payingWith: PayingWith,
  payment: string,
  by: string,
): Promise<void> {
  const [known] = await database.query('SELECT id FROM fan_payment WHERE id = $1', [payment]);
  if (known === undefined) throw new Refused(404, 'PAYMENT_NOT_FOUND', 'There is no such payment.');
  const added = await database.query(
    'INSERT INTO charge_back (payment, by) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING payment',
    [payment, by],
  );
  if (added.length > 0) await addDeed(database.query, by, 'charged back', payment);
  await applyChargeBacks(database, payingWith);
}

/**
 * Takes back the earnings of charge-backs that are recorded: also of those that a crash came between. The library may
 * have to end a payout for it, in transactions of its own; the key makes it happen once.
 */
export async function applyChargeBacks(database: Database, payingWith: PayingWith): Promise<void> {
  const engine = engineOn(database.store, payingWith);
  const waiting = await database.query(
    `SELECT c.payment, p.earning FROM charge_back c JOIN fan_payment p ON p.id = c.payment
     WHERE NOT c.applied ORDER BY c.at, c.payment`,
  );
  for (const row of waiting) {
    const payment = String(row['payment']);
    await engine.reverse({
      program: PROGRAM,
      key: `charge-back/${payment}`,
      earning: String(row['earning']),
      reason: 'charge-back',
    });
    await database.query('UPDATE charge_back SET applied = true WHERE payment = $1', [payment]);
  }
}

/** Payments, newest first: of one creator, or of all. */
export async function paymentsOf(
  { query, store }: Database,
  creator: string | undefined,
  limit = 100,
): Promise<readonly CreditedPayment[]> {
  const rows = await query(
    `SELECT p.id, p.creator, p.kind, p.tokens::text, p.at, p.rate, p.amount::text, p.earning,
            c.payment IS NOT NULL AS charged_back
     FROM fan_payment p LEFT JOIN charge_back c ON c.payment = p.id
     WHERE $1::text IS NULL OR p.creator = $1 ORDER BY p.at DESC, p.id LIMIT $2`,
    [creator ?? null, limit],
  );
  const ids = rows.map((row) => String(row['earning']));
  const earnings = await store.transact(PROGRAM, (unit) => unit.earnings.find(ids));
  return rows.map((row, index) => ({
    id: String(row['id']),
    creator: String(row['creator']),
    kind: row['kind'] === 'call' ? 'call' : 'tip',
    tokens: BigInt(String(row['tokens'])),
    at: instantOf(row, 'at'),
    rate: String(row['rate']),
    amount: BigInt(String(row['amount'])),
    earning: earnings[index],
    chargedBack: row['charged_back'] === true,
  }));
}

/** What a creator was credited in all, by kind. */
export async function creditedBy(
  query: Query,
  creator: string,
): Promise<{ readonly tips: bigint; readonly calls: bigint }> {
  const [row] = await query(
    `SELECT coalesce(sum(amount) FILTER (WHERE kind = 'tip'), 0)::text AS tips,
            coalesce(sum(amount) FILTER (WHERE kind = 'call'), 0)::text AS calls
     FROM fan_payment WHERE creator = $1`,
    [creator],
  );
  return { tips: BigInt(String(row?.['tips'])), calls: BigInt(String(row?.['calls'])) };
}
