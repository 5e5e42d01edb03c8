import type { Param } from '../executor.ts';
import { assertInvariant } from '../session/invariant.ts';
import type { CallerTransaction, Query } from './caller-transaction.ts';
import { objectQuery } from './object-query.ts';

/** What Drizzle runs statements on, as far as it is needed. */
export interface DrizzleQueries<Statement> {
  execute(statement: Statement): PromiseLike<unknown>;
}

/** A transaction of Drizzle on PostgreSQL, as far as it is needed. */
export interface DrizzleTransaction<Statement> extends DrizzleQueries<Statement> {
  transaction<T>(work: (nested: DrizzleQueries<Statement>) => Promise<T>): Promise<T>;
  /** A database has none. */
  rollback(): never;
}

/** The tag `sql` of Drizzle. */
export type DrizzleSql<Statement> = (strings: TemplateStringsArray, ...params: Param[]) => Statement;

/**
 * A transaction of Drizzle on PostgreSQL, over any of its drivers that keeps a transaction open.
 *
 * @param sql the tag of `drizzle-orm`
 *
 * @example
 * ```ts no-run
 * import { sql } from 'drizzle-orm';
 *
 * await db.transaction(async (transaction) => {
 *   await transaction.update(orders).set({ state: 'completed' }).where(eq(orders.id, 'o1'));
 *   await payouts({ ...ports, store: storeWithin(drizzleTransaction(transaction, sql)) }).credit({ program, credits });
 * });
 * ```
 */
export function drizzleTransaction<Statement>(
  transaction: DrizzleTransaction<Statement>,
  sql: DrizzleSql<Statement>,
): CallerTransaction {
  return {
    client: transaction,
    // A transaction in a transaction is a savepoint: its own, as postgres.js minds a failed statement outside.
    savepoint: (work) => transaction.transaction((nested) => work(queryOf(nested, sql))),
  };
}

function queryOf<Statement>(client: DrizzleQueries<Statement>, sql: DrizzleSql<Statement>): Query {
  const rows = async (text: string, params: readonly Param[]): Promise<readonly unknown[]> => {
    const { strings, values } = template(text, params);
    return rowsOf(await client.execute(sql(strings, ...values)));
  };
  return objectQuery({ rows, run: rows });
}

/** Some drivers give an array of rows, others an object that has one. */
function rowsOf(result: unknown): readonly unknown[] {
  const rows = typeof result === 'object' && result !== null && 'rows' in result ? result.rows : result;
  assertInvariant(Array.isArray(rows), 'rows are an array');
  return rows;
}

const PARAMETER = /\$(\d+)/g;

/** The statement as a tag gets it: cut at its parameters, each of which comes as often as it is used. */
function template(
  text: string,
  params: readonly Param[],
): { readonly strings: TemplateStringsArray; readonly values: Param[] } {
  const values: Param[] = [];
  const parts: string[] = [];
  let from = 0;
  for (const { 0: name, 1: number = '', index } of text.matchAll(PARAMETER)) {
    const value = params.find((_, position) => number === (position + 1).toString());
    assertInvariant(value !== undefined, 'a parameter has a value');
    values.push(value);
    parts.push(text.slice(from, index));
    from = index + name.length;
  }
  parts.push(text.slice(from));
  return { strings: Object.assign(parts, { raw: parts }), values };
}
