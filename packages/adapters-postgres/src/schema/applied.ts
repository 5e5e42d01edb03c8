import { PayoutError } from '@payout-engines/core';
import type { Connection } from '../executor.ts';
import { Columns } from '../session/columns.ts';
import { MIGRATIONS } from './embedded.ts';
import type { SchemaName } from './schema-name.ts';

/** What a schema says about itself. */
export interface Applied {
  /** Whether it keeps migrations at all. */
  readonly exists: boolean;
  /** The migrations of this release that it lacks, in order. */
  readonly missing: readonly number[];
}

const OLDEST_SERVER = 140_000;

/**
 * Compares a schema with the migrations of this release.
 *
 * @throws {@link PayoutError} with code `SCHEMA_NOT_READY` when this release must not use the server or the schema
 */
export async function readApplied(connection: Connection, schema: SchemaName): Promise<Applied> {
  const [server] = await connection.query(
    `SELECT current_setting('server_version_num'), current_setting('server_encoding'), to_regclass($1) IS NOT NULL`,
    [`${schema.quoted}.migration`],
  );
  const columns = new Columns(server);
  if (columns.integer() < OLDEST_SERVER) throw notReady('the server is older than PostgreSQL 14');
  if (columns.text() !== 'UTF8') throw notReady('the encoding of the database is not UTF8');
  if (!columns.boolean()) return { exists: false, missing: MIGRATIONS.map(({ id }) => id) };

  const rows = await connection.query(
    `SELECT id, checksum, breaking FROM ${schema.quoted}.migration ORDER BY id`,
    [],
  );
  const applied = new Set(rows.map((row) => compared(row, schema)));
  return { exists: true, missing: MIGRATIONS.map(({ id }) => id).filter((id) => !applied.has(id)) };
}

/** The id of an applied migration that this release can live with. */
function compared(row: unknown, schema: SchemaName): number {
  const columns = new Columns(row);
  const id = columns.integer();
  const checksum = columns.text();
  const breaking = columns.boolean();
  const known = MIGRATIONS.find((migration) => migration.id === id);
  if (known === undefined) {
    if (breaking)
      throw notReady(`schema ${schema.plain} was made by a newer release (migration ${id}); upgrade`);
  } else if (known.checksum !== checksum) {
    throw notReady(
      `migration ${id} in schema ${schema.plain} is not the one of this release; compare their SQL`,
    );
  }
  return id;
}

/** Throws `SCHEMA_NOT_READY` unless a store can work on the schema as it is. */
export async function assertReady(connection: Connection, schema: SchemaName): Promise<void> {
  const { exists, missing } = await readApplied(connection, schema);
  if (!exists) throw notReady(`schema ${schema.plain} has no tables of the library; run migrate`);
  if (missing.length > 0) {
    throw notReady(
      `schema ${schema.plain} lacks ${missing.length} of ${MIGRATIONS.length} migrations; run migrate`,
    );
  }
}

function notReady(reason: string): PayoutError {
  return new PayoutError('SCHEMA_NOT_READY', { reason });
}
