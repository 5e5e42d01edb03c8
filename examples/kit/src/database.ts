import { mkdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import {
  type CallerTransaction,
  migrate,
  pgExecutor,
  pgliteExecutor,
  pgliteTransaction,
  pgTransaction,
  postgresStore,
  postgresStoreWithin,
} from '@payout-engines/adapters-postgres';
import type { Store } from '@payout-engines/core';
import { Pool } from 'pg';

/** A row as the driver reads it; amounts are selected as text. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs one statement of the app's own tables. */
export type Query = (sql: string, params?: readonly unknown[]) => Promise<readonly Row[]>;

/** The app's tables and the library's, in one transaction. */
export interface Together {
  readonly query: Query;
  readonly store: Store;
}

/** An open database: the library's tables in a schema of their own, the app's beside it. */
export interface Database {
  readonly store: Store;
  readonly query: Query;
  /** Keeps what is written in the app's tables and in the library's, or none of it. */
  together<T>(work: (transaction: Together) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Where an app keeps its data: a server by its URL, a folder for the embedded one, or memory. */
export type Where = { readonly url: string } | { readonly folder: string } | 'memory';

/**
 * Opens the database of an app, brings the library's schema to this release and makes the app's own tables.
 *
 * @param tables statements that make them where they are missing
 */
export async function openDatabase(where: Where, schema: string, tables = ''): Promise<Database> {
  const database =
    where !== 'memory' && 'url' in where ? await onServer(where.url, schema) : await embedded(where, schema);
  for (const statement of tables.split(';')) {
    if (statement.trim() !== '') await database.query(statement);
  }
  return database;
}

async function onServer(url: string, schema: string): Promise<Database> {
  const pool = new Pool({ connectionString: url });
  // A connection that is lost while nobody uses it is no reason to end the app.
  pool.on('error', () => undefined);
  const executor = pgExecutor(pool);
  await migrate(executor, { schema });
  const storeWithin = postgresStoreWithin({ schema });
  return {
    store: postgresStore(executor, { schema }),
    query: async (sql, params = []) => (await pool.query<Row>(sql, [...params])).rows,
    together: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const query: Query = async (sql, params = []) => (await client.query<Row>(sql, [...params])).rows;
        const result = await work({ query, store: storeWithin(pgTransaction(client)) });
        await client.query('COMMIT');
        client.release();
        return result;
      } catch (error) {
        // Nothing of it is kept: closing the connection takes back what was begun.
        client.release(true);
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

async function embedded(where: { readonly folder: string } | 'memory', schema: string): Promise<Database> {
  if (where !== 'memory') await mkdir(where.folder, { recursive: true });
  const database = await PGlite.create(where === 'memory' ? undefined : where.folder);
  const executor = pgliteExecutor(database);
  await migrate(executor, { schema });
  const storeWithin = postgresStoreWithin({ schema });
  return {
    store: postgresStore(executor, { schema }),
    query: async (sql, params = []) => {
      const { rows } = await database.query<Row>(sql, [...params]);
      // It computes in this thread: without a pause, nobody would be answered until a long run is over.
      await setImmediate();
      return rows;
    },
    together: (work) =>
      database.transaction((transaction) => {
        const query: Query = async (sql, params = []) =>
          (await transaction.query<Row>(sql, [...params])).rows;
        const within: CallerTransaction = pgliteTransaction(transaction);
        return work({ query, store: storeWithin(within) });
      }),
    close: () => database.close(),
  };
}
