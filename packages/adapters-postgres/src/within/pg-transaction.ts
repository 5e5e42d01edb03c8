import { pgConnection, type PgQueries } from '../pg-executor.ts';
import { behindSavepoint, type CallerTransaction, type Query } from './caller-transaction.ts';

/**
 * The transaction that a client of `pg` is in.
 *
 * @example
 * ```ts no-run
 * await client.query('BEGIN');
 * await client.query(`UPDATE orders SET state = 'completed' WHERE id = $1`, ['o1']);
 * await payouts({ ...ports, store: storeWithin(pgTransaction(client)) }).credit({ program, credits });
 * await client.query('COMMIT');
 * ```
 */
export function pgTransaction(client: PgQueries & object): CallerTransaction {
  const connection = pgConnection(client);
  const query: Query = (sql, params) => connection.query(sql, params);
  return { client, savepoint: (work) => behindSavepoint(query, work) };
}
