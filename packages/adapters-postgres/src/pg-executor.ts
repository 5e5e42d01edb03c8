import type { Connection, Executor } from './executor.ts';

/** A `Pool` of `pg`, as far as it is needed. */
export interface PgPool {
  connect(): Promise<PgClient>;
}

/** A client of `pg`, as far as statements are run on it. */
export interface PgQueries {
  query(config: PgQuery): Promise<PgResult>;
}

/** A client of a `pg` pool, as far as it is needed. */
export interface PgClient extends PgQueries {
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
  release(destroy?: boolean): void;
}

/** One query of `pg`. */
export interface PgQuery {
  readonly text: string;
  values?: (string | null)[];
  readonly rowMode: 'array';
  readonly types: { readonly getTypeParser: () => (text: string) => string };
}

/** What `pg` answers. */
export interface PgResult {
  readonly command: string;
  readonly rows: readonly unknown[];
}

// Values stay the text that PostgreSQL wrote, whatever parsers the application has set for itself.
const ROWS = { rowMode: 'array', types: { getTypeParser: () => (text: string) => text } } as const;

/**
 * Lets the store work on a pool of `pg`. Give the pool an `error` listener, as `pg` asks for.
 *
 * @example
 * ```ts no-run
 * import { Pool } from 'pg';
 * import { pgExecutor, postgresStore } from '@payout-engines/adapters-postgres';
 *
 * const store = postgresStore(pgExecutor(new Pool({ connectionString: process.env.DATABASE_URL })));
 * ```
 */
export function pgExecutor(pool: PgPool): Executor {
  return {
    transaction: async (setup, work) => {
      const client = await pool.connect();
      let usable = true;
      // A client in use has no listener of the pool's, and an error event without one ends the process.
      const onError = (): void => {
        usable = false;
      };
      client.on('error', onError);
      try {
        await client.query({ ...ROWS, text: `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;${setup}` });
        const result = await work(pgConnection(client));
        const { command } = await client.query({ ...ROWS, text: 'COMMIT' });
        // PostgreSQL answers the COMMIT of an aborted transaction with a ROLLBACK, and no error.
        if (command !== 'COMMIT') throw new Error('the transaction was rolled back instead of committed');
        return result;
      } catch (error) {
        usable = usable && (await rolledBack(client));
        throw error;
      } finally {
        client.removeListener('error', onError);
        client.release(!usable);
      }
    },
  };
}

/** A client of `pg` as the store sees it. */
export function pgConnection(client: PgQueries): Connection {
  return {
    query: async (text, values) => (await client.query({ ...ROWS, text, values: [...values] })).rows,
    execute: async (text) => {
      await client.query({ ...ROWS, text });
    },
  };
}

async function rolledBack(client: PgClient): Promise<boolean> {
  try {
    await client.query({ ...ROWS, text: 'ROLLBACK' });
    return true;
  } catch {
    return false;
  }
}
