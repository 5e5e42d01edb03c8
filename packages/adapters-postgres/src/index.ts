/** The Store on PostgreSQL. */

export { postgresStore, type PostgresStoreOptions } from './store.ts';
export { postgresIntents, type PostgresIntents } from './intents.ts';
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
export {
  pgExecutor,
  type PgClient,
  type PgPool,
  type PgQueries,
  type PgQuery,
  type PgResult,
} from './pg-executor.ts';
export {
  type PostgresJs,
  postgresJsExecutor,
  type PostgresJsParameter,
  type PostgresJsQueries,
  type PostgresJsQuery,
} from './postgres-js-executor.ts';
export {
  pgliteExecutor,
  type PgliteDatabase,
  type PgliteQueryOptions,
  type PgliteTransaction,
} from './pglite-executor.ts';

// inside the caller's own transaction
export { postgresStoreWithin, type PostgresStoreWithinOptions } from './within/store-within.ts';
export { type CallerTransaction, type Query } from './within/caller-transaction.ts';
export { pgTransaction } from './within/pg-transaction.ts';
export { postgresJsTransaction, type PostgresJsTransaction } from './within/postgres-js-transaction.ts';
export { pgliteTransaction } from './within/pglite-transaction.ts';
export {
  type DrizzleQueries,
  type DrizzleSql,
  drizzleTransaction,
  type DrizzleTransaction,
} from './within/drizzle-transaction.ts';
export { type KyselyQuery, kyselyTransaction, type KyselyTransaction } from './within/kysely-transaction.ts';
export { prismaTransaction, type PrismaTransaction } from './within/prisma-transaction.ts';
