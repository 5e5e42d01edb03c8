import type { Payout } from '@payout-engines/core';
import type { Database, Query } from '@payout-engines/example-kit';
import { engineOn, PROGRAM } from './program.ts';

/** What somebody did about a payout, besides what its attempts and its approval tell. */
export interface Deed {
  readonly by: string;
  readonly what: string;
  readonly at: Date;
}

/** Takes a payout back that was not sent yet, and keeps who did. */
export async function cancelPayout(
  database: Database,
  { payout, by }: { readonly payout: string; readonly by: string },
): Promise<Payout> {
  return database.together(async ({ query, store }) => {
    const cancelled = await engineOn(store, query).cancel({ program: PROGRAM, payout, by });
    await query('INSERT INTO deed (payout, by, what) VALUES ($1, $2, $3)', [payout, by, 'took it back']);
    return cancelled;
  });
}

/** Opens another attempt of a payout that has failed, and keeps who did. */
export async function reopenPayout(
  database: Database,
  { payout, by }: { readonly payout: string; readonly by: string },
): Promise<Payout> {
  return database.together(async ({ query, store }) => {
    const reopened = await engineOn(store, query).retry({ program: PROGRAM, payout, by });
    await query('INSERT INTO deed (payout, by, what) VALUES ($1, $2, $3)', [
      payout,
      by,
      'asked for another attempt',
    ]);
    return reopened;
  });
}

/** What was done about a payout, oldest first. */
export async function deedsOf(query: Query, payout: string): Promise<readonly Deed[]> {
  const rows = await query('SELECT by, what, at FROM deed WHERE payout = $1 ORDER BY id', [payout]);
  return rows.map(({ by, what, at }) => ({
    by: String(by),
    what: String(what),
    at: at instanceof Date ? at : new Date(String(at)),
  }));
}
