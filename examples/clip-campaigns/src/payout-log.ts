import type { Database, Query } from '@payout-engines/example-kit';

/** What people did with a payout, beyond what the library keeps of it. */
export interface PayoutLogEntry {
  readonly at: Date;
  readonly by: string;
  readonly what: string;
}

/** Writes down who did what with a payout: the first time that they did. */
export async function logPayout(
  query: Query,
  {
    payout,
    key,
    by,
    what,
  }: { readonly payout: string; readonly key: string; readonly by: string; readonly what: string },
): Promise<void> {
  await query(
    'INSERT INTO payout_log (key, payout, by, what) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [`${payout}/${key}/${by}`, payout, by, what],
  );
}

/** What was written down of a payout, oldest first. */
export async function payoutLog({ query }: Database, payout: string): Promise<readonly PayoutLogEntry[]> {
  const rows = await query(
    'SELECT at, by, what FROM payout_log WHERE payout = $1 ORDER BY at, key LIMIT 100',
    [payout],
  );
  return rows.map((row) => ({
    at: row['at'] instanceof Date ? row['at'] : new Date(String(row['at'])),
    by: String(row['by']),
    what: String(row['what']),
  }));
}
