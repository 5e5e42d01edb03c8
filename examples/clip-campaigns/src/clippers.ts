import type { Database } from '@payout-engines/example-kit';

/** The names of clippers, by their ids. */
export async function clipperNames({ query }: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await query('SELECT id, name FROM clipper');
  return new Map(rows.map((row) => [String(row['id']), String(row['name'])]));
}
