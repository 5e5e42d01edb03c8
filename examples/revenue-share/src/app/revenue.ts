import { money, type RevenueSource } from '@payout-engines/core';
import { type Database, type Query, Refused } from '@payout-engines/example-kit';
import { PROGRAM, SOL, SOURCES } from './program.ts';

/** What one source brought in during a period. */
export interface Revenue {
  readonly source: string;
  /** Lamports; nothing where it is not known yet. */
  readonly amount: bigint | undefined;
  readonly saidBy: string | undefined;
  readonly at: Date | undefined;
}

/** The port that the engine asks: the table below. */
export function revenueOf(query: Query): RevenueSource {
  return {
    revenue: async (_, { id }, sources) => {
      const known = new Map((await revenueIn(query, id)).map((one) => [one.source, one.amount]));
      return sources.map((source) => {
        const amount = known.get(source);
        return amount === undefined ? undefined : money(SOL, amount);
      });
    },
  };
}

/** All sources of a period, whether they are known or not. */
export async function revenueIn(query: Query, period: string): Promise<readonly Revenue[]> {
  const rows = await query('SELECT source, amount::text, said_by, at FROM revenue WHERE period = $1', [
    period,
  ]);
  return SOURCES.map(({ source }) => {
    const row = rows.find((one) => one['source'] === source);
    return {
      source,
      amount: row === undefined ? undefined : BigInt(String(row['amount'])),
      saidBy: row === undefined ? undefined : String(row['said_by']),
      at: row?.['at'] instanceof Date ? row['at'] : undefined,
    };
  });
}

/** Says what the sources of a period brought in. Once its run has begun, that is what it is. */
export async function sayRevenue(
  database: Database,
  period: string,
  amounts: ReadonlyMap<string, bigint>,
  by: string,
): Promise<void> {
  await database.together(async ({ query, store }) => {
    // The lock of the period: a run that begins now waits until the revenue is written, or is seen here.
    const record = await store.transact(PROGRAM, (unit) => unit.periods.lock(period));
    if (record === undefined) throw new Refused(404, 'PERIOD_NOT_FOUND', 'There is no such period.');
    const [run] = await query('SELECT failed FROM period_run WHERE period = $1 FOR UPDATE', [period]);
    if (record.state !== 'open' || run?.['failed'] === null) {
      throw new Refused(409, 'PERIOD_CLOSED', 'Its pool is shared out already: the revenue stays as it was.');
    }
    for (const [source, amount] of amounts) {
      await query(
        `INSERT INTO revenue (period, source, amount, said_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (period, source) DO UPDATE SET amount = $3, said_by = $4, at = now()`,
        [period, source, amount.toString(), by],
      );
    }
  });
}
