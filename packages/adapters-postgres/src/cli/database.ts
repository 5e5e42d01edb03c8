import { PayoutError } from '@payout-engines/core';
import type { Executor } from '../executor.ts';
import { pgExecutor, type PgPool } from '../pg-executor.ts';
import { type CommandLine, UsageError } from './command-line.ts';

/** Brings `pg`, which the user installs. */
export type LoadPg = () => Promise<PgModule>;

/** What the commands need of `pg`. */
export interface PgModule {
  readonly Pool: new (config: { connectionString: string; max: number }) => PgPool & {
    on(event: 'error', listener: () => void): unknown;
    end(): Promise<void>;
  };
}

/** Runs the work on one connection to the database of the command line or the environment, and closes it. */
export async function withDatabase<T>(
  { url }: CommandLine,
  surroundings: { readonly env: Readonly<Record<string, string | undefined>>; readonly loadPg: LoadPg },
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  const connectionString = url ?? surroundings.env['DATABASE_URL'];
  if (connectionString === undefined || connectionString === '') {
    throw new UsageError('no database is given; set DATABASE_URL, or pass --url');
  }
  const { Pool } = await driver(surroundings.loadPg);
  const pool = new Pool({ connectionString, max: 1 });
  // A connection that is lost while nobody uses it is no reason to end the process.
  pool.on('error', () => undefined);
  try {
    return await work(pgExecutor(pool));
  } finally {
    await pool.end();
  }
}

async function driver(load: LoadPg): Promise<PgModule> {
  try {
    return await load();
  } catch {
    throw new PayoutError('INVALID_INPUT', {
      issues: [{ path: 'pg', reason: 'this command needs the package pg; install it: npm install pg' }],
    });
  }
}
