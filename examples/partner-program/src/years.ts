import type { Database } from '@payout-engines/example-kit';

/** What a partner was paid in a calendar year: what a tax form asks for. */
export interface Year {
  readonly year: number;
  /** Minor units that arrived, less what came back. */
  readonly paid: bigint;
  readonly payments: number;
}

/** By year, newest first, from what the bank has really paid. */
export async function yearsOf({ query }: Database, partner: string): Promise<readonly Year[]> {
  const rows = await query(
    `SELECT extract(year FROM at AT TIME ZONE 'UTC')::int AS year, sum(amount - returned)::text AS paid, count(*)::int AS payments
     FROM demo_bank_payment WHERE destination = $1 GROUP BY 1 ORDER BY 1 DESC`,
    [`bank-of-${partner}`],
  );
  return rows.map((row) => ({
    year: Number(row['year']),
    paid: BigInt(String(row['paid'])),
    payments: Number(row['payments']),
  }));
}
