import { PGlite } from '@electric-sql/pglite';
import { memoryStore, type Store } from '@payout-engines/core';
import type { StoreHarness } from '@payout-engines/core/testing';
import { Pool } from 'pg';
import postgres from 'postgres';
import {
  type Executor,
  migrate,
  pgExecutor,
  pgliteExecutor,
  postgresJsExecutor,
  postgresStore,
} from '../../../src/index.ts';

/** A store under test, and what it can do. */
export interface TestedStore {
  readonly store: Store;
  readonly harness: StoreHarness;
  close(): Promise<void>;
}

const CONNECTIONS = 40;

/** Clients of a server, by the name of their package. */
export const DRIVERS: Readonly<Record<string, (url: string) => Promise<TestedStore>>> = {
  pg: async (url) => {
    const pool = new Pool({ connectionString: url, max: CONNECTIONS });
    pool.on('error', () => undefined);
    return tested(pgExecutor(pool), 'matrix_pg', true, () => pool.end());
  },
  postgres: async (url) => {
    const sql = postgres(url, { max: CONNECTIONS, onnotice: () => undefined });
    return tested(postgresJsExecutor(sql), 'matrix_postgres', true, () => sql.end());
  },
};

/** PostgreSQL in process. It has one connection, so that transactions wait for each other. */
export async function openPglite(): Promise<TestedStore> {
  const database = await PGlite.create();
  return tested(pgliteExecutor(database), 'matrix_pglite', false, () => database.close());
}

/** The reference. Its transactions of one program run one after the other. */
export function openMemory(): TestedStore {
  let now = Date.UTC(2026, 6, 1);
  const store = memoryStore({ clock: () => new Date((now += 1)) });
  return {
    store,
    harness: {
      open: () => Promise.resolve({ store }),
      abilities: { concurrency: false, time: true },
      passTime: (ms) => {
        now += ms;
        return Promise.resolve();
      },
    },
    close: () => Promise.resolve(),
  };
}

async function tested(
  executor: Executor,
  schema: string,
  concurrency: boolean,
  close: () => Promise<void>,
): Promise<TestedStore> {
  await migrate(executor, { schema });
  const store = postgresStore(executor, { schema });
  return {
    store,
    harness: {
      open: () => Promise.resolve({ store }),
      abilities: { concurrency, time: true },
      passTime: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
    close,
  };
}
