import type pg from 'pg';

/** One transaction a posting: what most applications do, and the least that it takes of the database. */

/** What is posted between: many accounts, or always the same one. */
export type Spread = 'many' | 'hot';

/** How many accounts many are. */
export const ACCOUNTS = 10_000;

/** The name of the account that a posting takes from. */
export function debitOf(spread: Spread, index: number): `participant/${string}/available` {
  return `participant/${spread === 'hot' ? 'hot' : `d${index % ACCOUNTS}`}/available`;
}

export function creditOf(index: number): `participant/${string}/available` {
  return `participant/c${index % ACCOUNTS}/available`;
}

/**
 * A conditional update of the debited balance, an update of the credited one and the transfer, as one statement, which
 * is one transaction: everything that can be saved is. So many callers on sixteen connections.
 */
export async function conditionalUpdates(
  pool: pg.Pool,
  schema: string,
  spread: Spread,
  count: number,
  callers: number,
): Promise<number> {
  const text = `
    WITH taken AS (
      UPDATE ${schema}.account SET balance = balance - 1
       WHERE program = 'bench' AND account = $2 AND currency = 'USD' AND balance >= 1 RETURNING 1
    ), given AS (
      INSERT INTO ${schema}.account AS a
      SELECT 'bench', $3, 'USD', 1 FROM taken
      ON CONFLICT (program, account, currency) DO UPDATE SET balance = a.balance + excluded.balance
    )
    INSERT INTO ${schema}.transfer (program, id, debit, credit, currency, asked, moved, kind, subject, at_most, at)
    SELECT 'bench', $1, $2, $3, 'USD', 1, 1, 'adjustment', 'bench', false, clock_timestamp() FROM taken`;
  let next = 0;
  let posted = 0;
  const call = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const values = [`${spread}/${index}`, debitOf(spread, index), creditOf(index)];
      const { rowCount } = await pool.query({ name: `post_${schema}`, text, values });
      posted += rowCount ?? 0;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: callers }, call));
  const ms = performance.now() - start;
  if (posted !== count) throw new Error(`${posted} of ${count} conditional updates moved something`);
  return ms;
}
