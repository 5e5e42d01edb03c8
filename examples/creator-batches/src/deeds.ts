import type { Query, Row } from '@payout-engines/example-kit';

/** Something that somebody did. */
export interface Deed {
  readonly at: Date;
  readonly who: string;
  readonly what: string;
  readonly about: string | undefined;
}

/** Writes down who did what, when. */
export async function addDeed(query: Query, who: string, what: string, about?: string): Promise<void> {
  await query('INSERT INTO deed (who, what, about) VALUES ($1, $2, $3)', [who, what, about ?? null]);
}

/** What was done, newest first. */
export async function deeds(query: Query, limit: number): Promise<readonly Deed[]> {
  const rows = await query('SELECT at, who, what, about FROM deed ORDER BY id DESC LIMIT $1', [limit]);
  return rows.map((row) => ({
    at: instantOf(row, 'at'),
    who: String(row['who']),
    what: String(row['what']),
    about: typeof row['about'] === 'string' ? row['about'] : undefined,
  }));
}

/** An instant as the driver reads it. */
export function instantOf(row: Row, name: string): Date {
  const at = row[name];
  return at instanceof Date ? at : new Date(String(at));
}
