import type { PayoutState, PayoutTotals } from '@payout-engines/core';
import type { Database, Row } from '@payout-engines/example-kit';
import { engineOn, PROGRAM } from './program.ts';

/** How the marketplace pays: by state, by whom, by day. Amounts in paise. */
export interface Statistics {
  readonly currency: 'INR';
  readonly states: readonly {
    readonly state: PayoutState;
    readonly count: number;
    readonly amount: bigint;
  }[];
  readonly paid: bigint;
  readonly waiting: bigint;
  readonly byKind: readonly { readonly kind: string; readonly members: number; readonly paid: bigint }[];
  /** The last 30 days, UTC, oldest first: what was earned on each, and what left for bank accounts. */
  readonly days: readonly { readonly day: string; readonly earned: bigint; readonly paid: bigint }[];
}

const DAYS = 30;
const DAY_MS = 86_400_000;

export async function statisticsOf({ store, query }: Database, now = new Date()): Promise<Statistics> {
  const totals = await engineOn(store, query).summary({ program: PROGRAM });
  const byKind = await query(
    `SELECT m.kind, count(DISTINCT m.id)::int AS members, coalesce(sum(b.amount - b.returned), 0)::text AS paid
     FROM member m LEFT JOIN demo_bank_payment b ON b.destination LIKE 'bank-of-' || m.id || '-%' OR b.destination = 'bank-of-' || m.id
     GROUP BY m.kind ORDER BY m.kind DESC`,
  );
  const since = new Date(now.getTime() - DAYS * DAY_MS).toISOString();
  const paidOn = byDay(
    await query(
      `SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, sum(amount - returned)::text AS amount
       FROM demo_bank_payment WHERE at >= $1 GROUP BY 1`,
      [since],
    ),
  );
  const earnedOn = byDay(
    await query(
      `SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, sum(amount)::text AS amount
       FROM entry WHERE at >= $1 AND kind <> 'carried' GROUP BY 1`,
      [since],
    ),
  );
  const days = Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(now.getTime() - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return { day, earned: earnedOn.get(day) ?? 0n, paid: paidOn.get(day) ?? 0n };
  });
  return {
    currency: 'INR',
    states: totals.map(({ state, count, amount }) => ({ state, count, amount })),
    paid: totals.reduce((sum, one) => sum + one.paid - one.returned, 0n),
    waiting: sumOf(totals, ['pending', 'approved', 'processing', 'needs_review']).amount,
    byKind: byKind.map((row) => ({
      kind: String(row['kind']),
      members: Number(row['members']),
      paid: BigInt(String(row['paid'])),
    })),
    days,
  };
}

function byDay(rows: readonly Row[]): ReadonlyMap<string, bigint> {
  return new Map(rows.map(({ day, amount }) => [String(day), BigInt(String(amount))]));
}

/** How many payouts in these states, and how much. */
export function sumOf(
  totals: readonly PayoutTotals[],
  states: readonly PayoutState[],
): { readonly count: number; readonly amount: bigint } {
  const shown = totals.filter(({ state }) => states.includes(state));
  return {
    count: shown.reduce((sum, { count }) => sum + count, 0),
    amount: shown.reduce((sum, { amount }) => sum + amount, 0n),
  };
}
