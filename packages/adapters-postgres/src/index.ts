/** The Store on PostgreSQL. */

export { postgresStore, type PostgresStoreOptions } from './store.ts';
export { migrate, type MigrationReport } from './schema/migrate.ts';
export {
  type MigrationState,
  type MigrationStatus,
  schemaStatus,
  type SchemaStatus,
} from './schema/status.ts';
export { migrationsSql } from './schema/migrations-sql.ts';
export { rolesSql, type RolesOptions } from './schema/roles-sql.ts';

// drivers
export { ANY_TEXT, type Connection, type Executor, type Param } from './executor.ts';
export { pgExecutor, type PgClient, type PgPool, type PgQuery, type PgResult } from './pg-executor.ts';
export {
  pgliteExecutor,
  type PgliteDatabase,
  type PgliteQueryOptions,
  type PgliteTransaction,
} from './pglite-executor.ts';
