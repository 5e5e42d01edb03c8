import { assertInvariant } from '../session/invariant.ts';
import { behindSavepoint, type CallerTransaction } from './caller-transaction.ts';
import { objectQuery } from './object-query.ts';

/** The client that `$transaction` of Prisma gives its function, as far as it is needed. */
export interface PrismaTransaction {
  $queryRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>;
  $executeRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>;
}

/**
 * An interactive transaction of Prisma on PostgreSQL.
 *
 * @example
 * ```ts no-run
 * await prisma.$transaction(async (transaction) => {
 *   await transaction.order.update({ where: { id: 'o1' }, data: { state: 'completed' } });
 *   await payouts({ ...ports, store: storeWithin(prismaTransaction(transaction)) }).credit({ program, credits });
 * });
 * ```
 */
export function prismaTransaction(transaction: PrismaTransaction): CallerTransaction {
  const query = objectQuery({
    rows: async (sql, params) => {
      return rowsOf(await transaction.$queryRawUnsafe(sql, ...params));
    },
    run: async (sql, params) => transaction.$executeRawUnsafe(sql, ...params),
  });
  return { client: transaction, savepoint: (work) => behindSavepoint(query, work) };
}

function rowsOf(rows: unknown): readonly unknown[] {
  assertInvariant(Array.isArray(rows), 'rows are an array');
  return rows;
}
