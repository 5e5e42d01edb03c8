import { ANY_TEXT, type Connection, type Executor } from './executor.ts';

/** A PGlite database, as far as it is needed. */
export interface PgliteDatabase {
  transaction<T>(work: (transaction: PgliteTransaction) => Promise<T>): Promise<T>;
}

/** A transaction of PGlite, as far as it is needed. */
export interface PgliteTransaction {
  query(
    sql: string,
    params: (string | null)[],
    options: PgliteQueryOptions,
  ): Promise<{ readonly rows: readonly unknown[] }>;
  exec(script: string): Promise<unknown>;
}

/** How PGlite is to answer. */
export interface PgliteQueryOptions {
  rowMode: 'array';
  parsers: Record<number, (text: string) => string>;
}

const asText = (text: string): string => text;

// PGlite drops a byte order mark (U+FEFF) that begins a text, so that two ids would become one. A sign before each text
// keeps it from being the beginning, and is taken off here.
const SIGN = '=';
const signed = (sql: string): string => sql.replaceAll(ANY_TEXT, `'${SIGN}' ||`);
const unsigned = (text: string): string => (text.startsWith(SIGN) ? text.slice(1) : text);

// Values stay the text that PostgreSQL wrote. Booleans, int8, int4 and text are all that the store reads.
const parsers = { 16: asText, 20: asText, 23: asText, 25: unsigned };

/**
 * Lets the store work on PGlite, PostgreSQL in process. It has one connection, so transactions run one after the other.
 *
 * @example
 * ```ts
 * import { PGlite } from '@electric-sql/pglite';
 * import { migrate, pgliteExecutor, postgresStore } from '@payout-engines/adapters-postgres';
 *
 * const executor = pgliteExecutor(new PGlite());
 * await migrate(executor);
 * const store = postgresStore(executor);
 * await store.transact('acme', (unit) => unit.outbox.counts()); // => { stored: 0, undelivered: 0 }
 * ```
 */
export function pgliteExecutor(database: PgliteDatabase): Executor {
  return {
    transaction: (setup, work) =>
      database.transaction(async (transaction) => {
        await transaction.exec(`SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE;${setup}`);
        return work(pgliteConnection(transaction));
      }),
  };
}

/** A transaction of PGlite as the store sees it. */
export function pgliteConnection(transaction: PgliteTransaction): Connection {
  return {
    query: async (sql, params) =>
      (await transaction.query(signed(sql), [...params], { rowMode: 'array', parsers })).rows,
    execute: async (script) => {
      await transaction.exec(script);
    },
  };
}
