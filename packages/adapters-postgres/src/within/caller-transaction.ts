import type { Param } from '../executor.ts';

/** Runs one statement; rows come as arrays of text, as {@link Connection} asks for. */
export type Query = (sql: string, params: readonly Param[]) => Promise<readonly unknown[]>;

/**
 * A transaction that the application has begun and will end. `pgTransaction`, `postgresJsTransaction`,
 * `pgliteTransaction`, `drizzleTransaction`, `kyselyTransaction` and `prismaTransaction` make one.
 */
export interface CallerTransaction {
  /** What the application's client has for the transaction: calls on the same one take turns. */
  readonly client: object;
  /** Runs the work behind a savepoint. When it rejects, nothing is kept, and the transaction can go on. */
  savepoint<T>(work: (query: Query) => Promise<T>): Promise<T>;
}

/** Savepoints by plain SQL, for clients that do not mind a failed statement in between. */
export async function behindSavepoint<T>(query: Query, work: (query: Query) => Promise<T>): Promise<T> {
  await query('SAVEPOINT payouts_call', []);
  let result: T;
  try {
    result = await work(query);
  } catch (error) {
    await query('ROLLBACK TO SAVEPOINT payouts_call', []);
    await query('RELEASE SAVEPOINT payouts_call', []);
    throw error;
  }
  await query('RELEASE SAVEPOINT payouts_call', []);
  return result;
}
