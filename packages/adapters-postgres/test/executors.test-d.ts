import type { PGlite } from '@electric-sql/pglite';
import type { Store } from '@payout-engines/core';
import type { Pool } from 'pg';
import { expectTypeOf, it } from 'vitest';
import { type Executor, pgExecutor, pgliteExecutor, postgresStore } from '../src/index.ts';

it('takes the pool of pg and the database of PGlite as they are', () => {
  expectTypeOf(pgExecutor).toBeCallableWith({} as Pool);
  expectTypeOf(pgliteExecutor).toBeCallableWith({} as PGlite);
  expectTypeOf(pgExecutor).returns.toEqualTypeOf<Executor>();
  expectTypeOf(postgresStore).returns.toEqualTypeOf<Store>();
});

it('takes nothing else', () => {
  // @ts-expect-error a pool that gives no client
  pgExecutor({ connect: () => Promise.resolve(undefined) });
  // @ts-expect-error a database without transactions
  pgliteExecutor({ query: () => Promise.resolve({ rows: [] }) });
});
