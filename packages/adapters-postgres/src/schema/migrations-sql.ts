import { PayoutError } from '@payout-engines/core';
import { MIGRATIONS } from './embedded.ts';
import { type Migration, MIGRATION_TABLE } from './migration.ts';
import { DEFAULT_SCHEMA, SchemaName } from './schema-name.ts';

/**
 * The migrations as a script for the tool that runs your SQL. It makes the schema unless it begins later, and keeps the
 * rows by which a store knows that it is ready. Each migration is a transaction of its own: a tool that opens one itself
 * has to leave that to the script.
 *
 * @throws {@link PayoutError} with code `INVALID_ID` for the name, or `INVALID_INPUT` for a `from` that is no migration
 *
 * @example
 * ```ts
 * import { migrationsSql } from '@payout-engines/adapters-postgres';
 *
 * migrationsSql({ schema: 'money' }).includes('CREATE SCHEMA IF NOT EXISTS "money";'); // => true
 * migrationsSql({ from: 2 }).includes('CREATE SCHEMA'); // => false
 * ```
 */
export function migrationsSql(
  options: {
    /** Where the tables go. @defaultValue `'payouts'` */
    readonly schema?: string;
    /** The id of the first migration to print: the first that is missing. @defaultValue `1` */
    readonly from?: number;
  } = {},
): string {
  const schema = new SchemaName(options.schema ?? DEFAULT_SCHEMA);
  const { from = 1 } = options;
  if (!MIGRATIONS.some(({ id }) => id === from)) throw unknown();
  const first = from === 1 ? [`CREATE SCHEMA IF NOT EXISTS ${schema.quoted};`] : [];
  const steps = MIGRATIONS.filter(({ id }) => id >= from).map((migration) => step(migration, schema));
  return [...first, ...steps].join('\n\n');
}

function step({ id, name, checksum, breaking, sql }: Migration, schema: SchemaName): string {
  return [
    'BEGIN;',
    `SET LOCAL search_path = ${schema.quoted};`,
    // The lock of migrate(): whoever comes second stops at the row, and has changed nothing.
    `SELECT pg_advisory_xact_lock(hashtextextended('payout-engines/migrate/${schema.plain}', 0));`,
    ...(id === 1 ? [`${MIGRATION_TABLE};`] : []),
    // Names and checksums are made by us, of letters, digits and hyphens.
    `INSERT INTO migration (id, name, checksum, breaking) VALUES (${id}, '${name}', '${checksum}', ${breaking ? 'true' : 'false'});`,
    '',
    sql.trimEnd(),
    '',
    'COMMIT;',
    '',
  ].join('\n');
}

function unknown(): PayoutError {
  const reason = `it must be the number of a migration, from 1 to ${MIGRATIONS.length}`;
  return new PayoutError('INVALID_INPUT', { issues: [{ path: 'from', reason }] });
}
