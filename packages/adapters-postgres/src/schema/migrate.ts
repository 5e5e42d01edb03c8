import { PayoutError } from '@payout-engines/core';
import { assertInvariant } from '../session/invariant.ts';
import type { Connection, Executor } from '../executor.ts';
import { Columns } from '../session/columns.ts';
import { failureOf } from '../session/failure.ts';
import { missingIds, notReady, obstacle, readApplied } from './applied.ts';
import { MIGRATIONS } from './embedded.ts';
import { type Migration, MIGRATION_TABLE } from './migration.ts';
import { DEFAULT_SCHEMA, SchemaName } from './schema-name.ts';

/** What {@link migrate} did. */
export interface MigrationReport {
  readonly schema: string;
  /** The ids of the migrations that this call applied; none when there was nothing to do. */
  readonly applied: readonly number[];
}

/**
 * Brings a schema to this release: makes it if it is missing, and applies the migrations it lacks, each in a
 * transaction of its own. Safe to call again, and from several processes at once. Starting a store never does this.
 *
 * @throws {@link PayoutError} with code `SCHEMA_NOT_READY`, `STORE_UNAVAILABLE` or, for the name, `INVALID_ID`
 *
 * @example
 * ```ts no-run
 * import { Pool } from 'pg';
 * import { migrate, pgExecutor } from '@payout-engines/adapters-postgres';
 *
 * await migrate(pgExecutor(new Pool({ connectionString: process.env.DATABASE_URL })), { schema: 'payouts' });
 * ```
 */
export async function migrate(
  executor: Executor,
  options: { readonly schema?: string } = {},
): Promise<MigrationReport> {
  const schema = new SchemaName(options.schema ?? DEFAULT_SCHEMA);
  const applied: number[] = [];
  for (;;) {
    const id = await applyNext(executor, schema);
    if (id === undefined) return { schema: schema.plain, applied };
    applied.push(id);
  }
}

/** Applies the first missing migration and tells its id. */
async function applyNext(executor: Executor, schema: SchemaName): Promise<number | undefined> {
  const setup = `SET LOCAL search_path = ${schema.quoted}; SET LOCAL lock_timeout = 60000; SET LOCAL statement_timeout = 0;`;
  try {
    return await executor.transaction(setup, async (connection) => {
      // Held until the transaction ends, so that of two processes one finds everything done.
      await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text', [
        `payout-engines/migrate/${schema.plain}`,
      ]);
      const applied = await readApplied(connection, schema);
      const reason = obstacle(applied, schema);
      if (reason !== undefined) throw notReady(reason);
      if (!applied.exists) await createSchema(connection, schema);
      const [next] = missingIds(applied);
      const migration = MIGRATIONS.find(({ id }) => id === next);
      if (migration === undefined) return undefined;
      await apply(connection, migration);
      return migration.id;
    });
  } catch (error) {
    throw PayoutError.is(error) ? error : failureOf(error).error;
  }
}

async function createSchema(connection: Connection, schema: SchemaName): Promise<void> {
  const [found] = await connection.query('SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = $1', [
    schema.plain,
  ]);
  // A schema that someone made for us needs no right to make one.
  if (new Columns(found).integer() === 0) await connection.execute(`CREATE SCHEMA ${schema.quoted}`);
  await connection.execute(MIGRATION_TABLE);
}

/** The row comes first: a process that got past the lock somehow stops at its key. */
async function apply(
  connection: Connection,
  { id, name, checksum, breaking, sql }: Migration,
): Promise<void> {
  const [row] = await connection.query(
    `INSERT INTO migration (id, name, checksum, breaking)
     VALUES ($1::integer, $2::text, $3::text, $4::boolean) RETURNING id`,
    [id.toString(), name, checksum, breaking.toString()],
  );
  assertInvariant(new Columns(row).integer() === id, 'a migration has its row');
  await connection.execute(sql);
}
