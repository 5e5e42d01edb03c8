import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { migrate, pgExecutor, pgliteExecutor, postgresStore } from '@payout-engines/adapters-postgres';
import type { Store } from '@payout-engines/core';
import { Pool } from 'pg';

/** An open database. */
export interface Database {
  readonly store: Store;
  close(): Promise<void>;
}

/** Where an app keeps its data: a server by its URL, a folder for the embedded one, or memory. */
export type Where = { readonly url: string } | { readonly folder: string } | 'memory';

/** Opens the database of an app and brings its schema to this release. */
export async function openDatabase(where: Where, schema: string): Promise<Database> {
  if (where !== 'memory' && 'url' in where) {
    const pool = new Pool({ connectionString: where.url });
    // A connection that is lost while nobody uses it is no reason to end the app.
    pool.on('error', () => undefined);
    const executor = pgExecutor(pool);
    await migrate(executor, { schema });
    return { store: postgresStore(executor, { schema }), close: () => pool.end() };
  }
  if (where !== 'memory') await mkdir(where.folder, { recursive: true });
  const database = await PGlite.create(where === 'memory' ? undefined : where.folder);
  const executor = pgliteExecutor(database);
  await migrate(executor, { schema });
  return { store: postgresStore(executor, { schema }), close: () => database.close() };
}
