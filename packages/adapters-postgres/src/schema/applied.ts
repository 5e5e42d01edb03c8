import { PayoutError } from '@payout-engines/core';
import type { Connection } from '../executor.ts';
import { Columns } from '../session/columns.ts';
import { MIGRATIONS } from './embedded.ts';
import type { SchemaName } from './schema-name.ts';

/** What a schema says about itself. */
export interface Applied {
  /** Whether it keeps migrations at all. */
  readonly exists: boolean;
  /** The migrations that it keeps, in order. */
  readonly rows: readonly AppliedMigration[];
}

/** A migration as the schema has kept it. */
export interface AppliedMigration {
  readonly id: number;
  readonly name: string;
  readonly checksum: string;
  readonly breaking: boolean;
  readonly appliedAt: Date;
}

const OLDEST_SERVER = 140_000;

/**
 * Reads what was applied to a schema, whoever did it.
 *
 * @throws {@link PayoutError} with code `SCHEMA_NOT_READY` when this release must not use the server
 */
export async function readApplied(connection: Connection, schema: SchemaName): Promise<Applied> {
  // A look at the catalog, not to_regclass: that may go by what the session remembers from before it waited for a lock.
  const [server] = await connection.query(
    `SELECT current_setting('server_version_num'), current_setting('server_encoding'), EXISTS (
       SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relname = 'migration'
     )`,
    [schema.plain],
  );
  const columns = new Columns(server);
  if (columns.integer() < OLDEST_SERVER) throw notReady('the server is older than PostgreSQL 14');
  if (columns.text() !== 'UTF8') throw notReady('the encoding of the database is not UTF8');
  if (!columns.boolean()) return { exists: false, rows: [] };

  const rows = await connection.query(
    `SELECT id, name, checksum, breaking, (extract(epoch FROM date_trunc('milliseconds', applied_at)) * 1000)::int8
     FROM ${schema.quoted}.migration ORDER BY id`,
    [],
  );
  return { exists: true, rows: rows.map(readMigration) };
}

function readMigration(row: unknown): AppliedMigration {
  const columns = new Columns(row);
  return {
    id: columns.integer(),
    name: columns.text(),
    checksum: columns.text(),
    breaking: columns.boolean(),
    appliedAt: columns.instant(),
  };
}

/** The migrations of this release that a schema lacks, in order. */
export function missingIds({ rows }: Applied): readonly number[] {
  const applied = new Set(rows.map(({ id }) => id));
  return MIGRATIONS.map(({ id }) => id).filter((id) => !applied.has(id));
}

/** Why this release must neither use nor migrate a schema; nothing when it may. */
export function obstacle({ rows }: Applied, schema: SchemaName): string | undefined {
  for (const { id, checksum, breaking } of rows) {
    const known = MIGRATIONS.find((migration) => migration.id === id);
    if (known === undefined) {
      if (breaking) return `schema ${schema.plain} was made by a newer release (migration ${id}); upgrade`;
    } else if (known.checksum !== checksum) {
      return `migration ${id} in schema ${schema.plain} is not the one of this release; compare their SQL`;
    }
  }
  return undefined;
}

/** Why a store cannot work on a schema as it is; nothing when it can. */
export function unreadiness(applied: Applied, schema: SchemaName): string | undefined {
  const found = obstacle(applied, schema);
  if (found !== undefined) return found;
  if (!applied.exists) return `schema ${schema.plain} has no tables of the library; run migrate`;
  const missing = missingIds(applied).length;
  if (missing === 0) return undefined;
  return `schema ${schema.plain} lacks ${missing} of ${MIGRATIONS.length} migrations; run migrate`;
}

/** Throws `SCHEMA_NOT_READY` unless a store can work on the schema as it is. */
export async function assertReady(connection: Connection, schema: SchemaName): Promise<void> {
  const reason = unreadiness(await readApplied(connection, schema), schema);
  if (reason !== undefined) throw notReady(reason);
}

/** Of this reason. */
export function notReady(reason: string): PayoutError {
  return new PayoutError('SCHEMA_NOT_READY', { reason });
}
