/** One parameter of a statement: text as PostgreSQL reads it, or NULL. */
export type Param = string | null;

/** What the store needs of a driver. {@link pgExecutor} and {@link pgliteExecutor} make one. */
export interface Executor {
  /**
   * Runs the work in one READ COMMITTED transaction on one connection, and commits when the work resolves. When it
   * rejects, nothing is kept and the same error is thrown. It must not resolve unless the commit is known to have
   * succeeded.
   *
   * @param setup statements to run first, without parameters
   */
  transaction<T>(setup: string, work: (connection: Connection) => Promise<T>): Promise<T>;
}

/** The connection of one transaction. */
export interface Connection {
  /**
   * Runs one statement. Rows come as arrays of text as PostgreSQL writes it, or null: no driver's idea of a
   * number. Each column that can hold any text stands behind the comment {@link ANY_TEXT}, for drivers that lose some of it.
   */
  query(sql: string, params: readonly Param[]): Promise<readonly unknown[]>;
  /** Runs any number of statements that take no parameters. */
  execute(script: string): Promise<void>;
}

/** Stands before each selected column that can hold any text. */
export const ANY_TEXT = '/* any text */';
