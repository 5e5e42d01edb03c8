import type { Connection, Executor, Param } from './executor.ts';
import { assertInvariant } from './session/invariant.ts';
import { serverErrorOf } from './server-error.ts';

/** What `postgres()` gives, as far as it is needed. */
export interface PostgresJs {
  begin(options: string, work: (transaction: PostgresJsQueries) => Promise<unknown>): Promise<unknown>;
}

/** A transaction of postgres.js, as far as statements are run in it. */
export interface PostgresJsQueries {
  unsafe(query: string, parameters?: PostgresJsParameter[]): PostgresJsQuery;
  typed(value: Param, type: number): PostgresJsParameter;
}

/** A parameter of postgres.js whose type is said. */
export type PostgresJsParameter = {
  readonly type: number;
  readonly raw: Param;
};

/** A query of postgres.js that has not been sent yet. */
export interface PostgresJsQuery {
  raw(): PromiseLike<readonly unknown[]>;
}

/**
 * The type `unknown` of PostgreSQL, which has the server find out the type. Without a type, postgres.js asks the server
 * for it and then writes the parameter in its own way: the text `t` for a boolean as false.
 */
const UNKNOWN = 705;

/** A connection of postgres.js, whose queries stop once it is known to be lost. */
export function postgresJsConnection(sql: PostgresJsQueries, isLost: () => boolean): Connection {
  const run = async (text: string, params: readonly Param[]): Promise<readonly unknown[]> => {
    // postgres.js would send it through the next connection of the pool, outside of any transaction.
    if (isLost()) throw new Error('the connection was lost');
    try {
      const parameters = params.map((param) => sql.typed(param, UNKNOWN));
      // Raw, because parsers that the application has set would read the values otherwise.
      return (await sql.unsafe(text, parameters).raw()).map(readRow);
    } catch (error) {
      throw serverErrorOf(error);
    }
  };
  return {
    query: run,
    execute: async (script) => {
      await run(script, []);
    },
  };
}

/**
 * Lets the store work on a client of postgres.js (`postgres` 3.4 or newer).
 *
 * @example
 * ```ts no-run
 * import postgres from 'postgres';
 * import { postgresJsExecutor, postgresStore } from '@payout-engines/adapters-postgres';
 *
 * const store = postgresStore(postgresJsExecutor(postgres(process.env.DATABASE_URL)));
 * ```
 */
export function postgresJsExecutor(sql: PostgresJs): Executor {
  return {
    transaction: async <T>(setup: string, work: (connection: Connection) => Promise<T>): Promise<T> => {
      let lost = false;
      let working: Promise<T> | undefined;
      try {
        // The COMMIT of a transaction that has failed would be a ROLLBACK without an error; but postgres.js remembers
        // each failed query, and rolls back and rejects on its own.
        await sql.begin('isolation level read committed read write', async (transaction) => {
          const connection = postgresJsConnection(transaction, () => lost);
          working = connection.execute(setup).then(() => work(connection));
          await working.catch(turn);
          // Rejecting makes postgres.js send a ROLLBACK, which breaks its pool when the connection is gone. By now it
          // has rejected on its own, and waits for nothing.
          if (lost) await new Promise(() => undefined);
          await working;
        });
      } catch (error) {
        lost = true;
        await working?.catch(() => undefined);
        throw serverErrorOf(error);
      }
      if (working === undefined) throw new Error('the transaction has not begun');
      return working;
    },
  };
}

/** The bytes of each value as the text that they are, a byte order mark at its beginning included. */
function readRow(row: unknown): readonly unknown[] {
  assertInvariant(Array.isArray(row), 'a row is an array');
  return row.map((value: unknown) => (value instanceof Uint8Array ? DECODER.decode(value) : value));
}

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** By then postgres.js has told that the connection is lost, if that is why a query has failed. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}
