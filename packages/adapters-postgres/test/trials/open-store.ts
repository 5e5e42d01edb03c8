import { Pool } from 'pg';
import type { Store } from '@payout-engines/core';
import { migrate, pgExecutor, postgresStore, type PostgresStoreOptions } from '../../src/index.ts';

/** A store on a schema of its own, over a pool of its own. */
export interface OpenedStore {
  readonly store: Store;
  readonly pool: Pool;
  /** Drops the schema. */
  close(): Promise<void>;
}

/** Opens all connections, so that what begins together runs together. */
export async function openStore(
  url: string,
  schema: string,
  connections: number,
  options: PostgresStoreOptions = {},
): Promise<OpenedStore> {
  const pool = new Pool({ connectionString: url, max: connections });
  // Idle connections may be cut.
  pool.on('error', () => undefined);
  const executor = pgExecutor(pool);
  await migrate(executor, { schema });
  const store = postgresStore(executor, { schema, ...options });
  await Promise.all(Array.from({ length: connections }, () => store.transact('warm', (unit) => unit.now())));
  return {
    store,
    pool,
    close: async () => {
      await pool.query(`DROP SCHEMA "${schema}" CASCADE`);
      await pool.end();
    },
  };
}
