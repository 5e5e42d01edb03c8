import { PayoutError } from '@payout-engines/core';
import type { Executor } from '../executor.ts';
import { failureOf } from '../session/failure.ts';
import { type AppliedMigration, readApplied, unreadiness } from './applied.ts';
import { MIGRATIONS } from './embedded.ts';
import type { Migration } from './migration.ts';
import { DEFAULT_SCHEMA, SchemaName } from './schema-name.ts';

/**
 * How one migration stands between a schema and this release: `applied`; `missing` from the schema; `different` from the
 * one of this release; `newer` than this release, which can live with it; or `breaking`, newer, so that it cannot.
 */
export type MigrationState = 'applied' | 'missing' | 'different' | 'newer' | 'breaking';

/** One migration of a schema, of this release, or of both. */
export interface MigrationStatus {
  readonly id: number;
  readonly name: string;
  readonly state: MigrationState;
  readonly appliedAt?: Date;
}

/** How a schema stands to this release. */
export interface SchemaStatus {
  readonly schema: string;
  /** Whether a store of this release works on it. */
  readonly ready: boolean;
  /** Why not, and what to do. */
  readonly reason?: string;
  readonly migrations: readonly MigrationStatus[];
}

/**
 * Compares a schema with this release and changes nothing.
 *
 * @throws {@link PayoutError} with code `SCHEMA_NOT_READY`, `STORE_UNAVAILABLE` or, for the name, `INVALID_ID`
 *
 * @example
 * ```ts
 * import { PGlite } from '@electric-sql/pglite';
 * import { migrate, pgliteExecutor, schemaStatus } from '@payout-engines/adapters-postgres';
 *
 * const executor = pgliteExecutor(new PGlite());
 * (await schemaStatus(executor)).reason; // => 'schema payouts has no tables of the library; run migrate'
 * await migrate(executor);
 * (await schemaStatus(executor)).ready; // => true
 * ```
 */
export async function schemaStatus(
  executor: Executor,
  options: { readonly schema?: string } = {},
): Promise<SchemaStatus> {
  const schema = new SchemaName(options.schema ?? DEFAULT_SCHEMA);
  try {
    return await executor.transaction('', async (connection) => {
      const applied = await readApplied(connection, schema);
      const reason = unreadiness(applied, schema);
      return {
        schema: schema.plain,
        ready: reason === undefined,
        ...(reason === undefined ? {} : { reason }),
        migrations: compared(applied.rows),
      };
    });
  } catch (error) {
    throw PayoutError.is(error) ? error : failureOf(error).error;
  }
}

/** All migrations that the schema or this release knows, in order. */
function compared(rows: readonly AppliedMigration[]): readonly MigrationStatus[] {
  const applied = new Map(rows.map((row) => [row.id, row]));
  const known = MIGRATIONS.map((migration) => ofRelease(migration, applied.get(migration.id)));
  const ids = new Set(MIGRATIONS.map(({ id }) => id));
  const newer = rows
    .filter(({ id }) => !ids.has(id))
    .map(({ id, name, breaking, appliedAt }) => ({
      id,
      name,
      state: breaking ? ('breaking' as const) : ('newer' as const),
      appliedAt,
    }));
  return [...known, ...newer];
}

function ofRelease(migration: Migration, row: AppliedMigration | undefined): MigrationStatus {
  const { id, name, checksum } = migration;
  if (row === undefined) return { id, name, state: 'missing' };
  return { id, name, state: row.checksum === checksum ? 'applied' : 'different', appliedAt: row.appliedAt };
}
