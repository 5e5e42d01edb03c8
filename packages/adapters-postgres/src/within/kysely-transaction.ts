import type { Param } from '../executor.ts';
import { behindSavepoint, type CallerTransaction } from './caller-transaction.ts';
import { objectQuery } from './object-query.ts';

/** A transaction of Kysely, as far as it is needed. */
export interface KyselyTransaction {
  readonly isTransaction: true;
  executeQuery(query: KyselyQuery): Promise<{ readonly rows: readonly unknown[] }>;
}

/** A query as Kysely compiles one. */
export interface KyselyQuery {
  readonly query: {
    readonly kind: 'RawNode';
    readonly sqlFragments: readonly string[];
    readonly parameters: readonly never[];
  };
  readonly queryId: { readonly queryId: string };
  readonly sql: string;
  readonly parameters: readonly Param[];
}

/**
 * A transaction of Kysely on PostgreSQL.
 *
 * @example
 * ```ts no-run
 * await db.transaction().execute(async (transaction) => {
 *   await transaction.updateTable('orders').set({ state: 'completed' }).where('id', '=', 'o1').execute();
 *   await payouts({ ...ports, store: storeWithin(kyselyTransaction(transaction)) }).credit({ program, credits });
 * });
 * ```
 */
export function kyselyTransaction(transaction: KyselyTransaction): CallerTransaction {
  const rows = async (sql: string, parameters: readonly Param[]): Promise<readonly unknown[]> => {
    const query = {
      query: { kind: 'RawNode', sqlFragments: [sql], parameters: [] },
      queryId: { queryId: 'payouts' },
      sql,
      parameters,
    } as const;
    return (await transaction.executeQuery(query)).rows;
  };
  const query = objectQuery({ rows, run: rows });
  return { client: transaction, savepoint: (work) => behindSavepoint(query, work) };
}
