import type { PGlite, Transaction as PgliteTransaction } from '@electric-sql/pglite';
import type { Store } from '@payout-engines/core';
import { sql as drizzleSql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgliteDatabase as DrizzlePgliteDatabase } from 'drizzle-orm/pglite';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Kysely, Transaction } from 'kysely';
import type { Client, Pool, PoolClient } from 'pg';
import type { Sql, TransactionSql } from 'postgres';
import { expectTypeOf, it } from 'vitest';
import {
  type CallerTransaction,
  drizzleTransaction,
  type Executor,
  kyselyTransaction,
  pgExecutor,
  pgliteExecutor,
  pgliteTransaction,
  pgTransaction,
  postgresJsExecutor,
  postgresJsTransaction,
  postgresStore,
  postgresStoreWithin,
} from '../src/index.ts';

/** The transaction that a Drizzle database gives its function. */
type InDrizzle<Database extends { transaction: (work: never) => unknown }> = Parameters<
  Database['transaction']
>[0] extends (transaction: infer Given) => unknown
  ? Given
  : never;

interface Tables {
  readonly orders: { readonly id: string; readonly state: string };
}

it('takes the clients as they are', () => {
  expectTypeOf(pgExecutor).toBeCallableWith({} as Pool);
  expectTypeOf(pgliteExecutor).toBeCallableWith({} as PGlite);
  expectTypeOf(postgresJsExecutor).toBeCallableWith({} as Sql);
  expectTypeOf(postgresJsExecutor).toBeCallableWith({} as Sql<{ bigint: bigint }>);
  expectTypeOf(pgExecutor).returns.toEqualTypeOf<Executor>();
  expectTypeOf(postgresStore).returns.toEqualTypeOf<Store>();
});

it('takes the transactions of clients as they are', () => {
  expectTypeOf(pgTransaction).toBeCallableWith({} as PoolClient);
  expectTypeOf(pgTransaction).toBeCallableWith({} as Client);
  expectTypeOf(pgliteTransaction).toBeCallableWith({} as PgliteTransaction);
  expectTypeOf(postgresJsTransaction).toBeCallableWith({} as TransactionSql);
  expectTypeOf(postgresJsTransaction).toBeCallableWith({} as TransactionSql<{ bigint: bigint }>);
  expectTypeOf(kyselyTransaction).toBeCallableWith({} as Transaction<Tables>);
  expectTypeOf(
    drizzleTransaction({} as InDrizzle<NodePgDatabase>, drizzleSql),
  ).toEqualTypeOf<CallerTransaction>();
  expectTypeOf(
    drizzleTransaction({} as InDrizzle<PostgresJsDatabase>, drizzleSql),
  ).toEqualTypeOf<CallerTransaction>();
  expectTypeOf(
    drizzleTransaction({} as InDrizzle<DrizzlePgliteDatabase>, drizzleSql),
  ).toEqualTypeOf<CallerTransaction>();
  expectTypeOf(postgresStoreWithin()).returns.toEqualTypeOf<Store>();
});

it('takes nothing else', () => {
  // @ts-expect-error a pool that gives no client
  pgExecutor({ connect: () => Promise.resolve(undefined) });
  // @ts-expect-error a database without transactions
  pgliteExecutor({ query: () => Promise.resolve({ rows: [] }) });
  // @ts-expect-error a database is no transaction: the store would commit on its own
  drizzleTransaction({} as NodePgDatabase, drizzleSql);
  // @ts-expect-error a database is no transaction
  kyselyTransaction({} as Kysely<Tables>);
  // @ts-expect-error a client is no transaction
  postgresJsTransaction({} as Sql);
});
