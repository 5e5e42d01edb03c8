import { Pool, type PoolConfig } from 'pg';
import { inject } from 'vitest';
import { migrate, pgExecutor, postgresStore, type PostgresStoreOptions } from '../src/index.ts';
import type { Store } from '@payout-engines/core';

/** A pool on the real server, whose idle connections may be cut without ending the process. */
export function openPool(config: PoolConfig = {}): Pool {
  const pool = new Pool({ connectionString: inject('postgresUrl'), ...config });
  pool.on('error', () => undefined);
  return pool;
}

/** A store on a schema of its own. */
export async function openStore(
  pool: Pool,
  schema: string,
  options: PostgresStoreOptions = {},
): Promise<Store> {
  const executor = pgExecutor(pool);
  await migrate(executor, { schema });
  return postgresStore(executor, { schema, ...options });
}
