import { postgresJsConnection, type PostgresJsQueries } from '../postgres-js-executor.ts';
import type { CallerTransaction, Query } from './caller-transaction.ts';

/** A transaction of postgres.js, as far as it is needed. */
export interface PostgresJsTransaction extends PostgresJsQueries {
  savepoint(work: (nested: PostgresJsQueries) => Promise<unknown>): Promise<unknown>;
}

/**
 * A transaction of postgres.js.
 *
 * @example
 * ```ts no-run
 * await sql.begin(async (transaction) => {
 *   await transaction`UPDATE orders SET state = 'completed' WHERE id = ${'o1'}`;
 *   await payouts({ ...ports, store: storeWithin(postgresJsTransaction(transaction)) }).credit({ program, credits });
 * });
 * ```
 */
export function postgresJsTransaction(transaction: PostgresJsTransaction): CallerTransaction {
  return {
    client: transaction,
    savepoint: <T>(work: (query: Query) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        let result: { readonly value: T } | undefined;
        let lost = false;
        // Its own savepoints, because it rolls back everything after a failed statement outside of them.
        transaction
          .savepoint(async (nested) => {
            const connection = postgresJsConnection(nested, () => lost);
            const run: Query = async (sql, params) => {
              try {
                return await connection.query(sql, params);
              } catch (error) {
                lost ||= isLoss(error);
                throw error;
              }
            };
            try {
              result = { value: await work(run) };
            } catch (error) {
              if (!lost) throw error;
              // There is nothing to go back to, and postgres.js would wait for it for ever.
              reject(error instanceof Error ? error : new Error('the connection was lost'));
              await new Promise(() => undefined);
            }
          })
          .then(() => {
            if (result !== undefined) resolve(result.value);
          })
          .catch(reject);
      }),
  };
}

const LOSSES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'ECONNRESET',
  'EPIPE',
]);

/** Whether postgres.js says that the connection is gone. */
function isLoss(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && LOSSES.has(error.code)
  );
}
