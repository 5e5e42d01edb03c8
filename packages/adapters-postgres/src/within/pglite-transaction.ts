import { pgliteConnection, type PgliteTransaction } from '../pglite-executor.ts';
import { behindSavepoint, type CallerTransaction, type Query } from './caller-transaction.ts';

/**
 * A transaction of PGlite.
 *
 * @example
 * ```ts no-run
 * await database.transaction(async (transaction) => {
 *   await transaction.query(`UPDATE orders SET state = 'completed' WHERE id = $1`, ['o1']);
 *   await payouts({ ...ports, store: storeWithin(pgliteTransaction(transaction)) }).credit({ program, credits });
 * });
 * ```
 */
export function pgliteTransaction(transaction: PgliteTransaction): CallerTransaction {
  const connection = pgliteConnection(transaction);
  const query: Query = (sql, params) => connection.query(sql, params);
  return { client: transaction, savepoint: (work) => behindSavepoint(query, work) };
}
