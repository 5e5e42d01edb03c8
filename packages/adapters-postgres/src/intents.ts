import { assertId } from '@payout-engines/core';
import type { Executor } from './executor.ts';
import { now } from './rows/now.ts';
import { Columns } from './session/columns.ts';
import { integer, text } from './session/params.ts';
import { anyText, CLOCK } from './session/statement.ts';
import { transactionsOf } from './session/transactions.ts';
import type { PostgresStoreOptions } from './store.ts';

/**
 * Where adapters keep what they do at a provider beside payouts: the `IntentStore` of `@payout-engines/adapters-stripe`,
 * for one. One row of text each, which is replaced only by whoever has read it last.
 */
export interface PostgresIntents {
  /** The server's clock, which all workers share. */
  now(): Promise<Date>;
  read(program: string, id: string): Promise<{ readonly version: number; readonly text: string } | undefined>;
  /**
   * Stores the text if the row still has that version (0: if there is none), and gives it the next one. `false` where
   * somebody else was faster. When it resolves, it is committed.
   */
  replace(program: string, id: string, version: number, text: string): Promise<boolean>;
}

const READ = (s: string): string =>
  `SELECT version, ${anyText('content')} FROM ${s}.intent WHERE program = $1 AND id = $2`;

const INSERT = (s: string): string => `
  INSERT INTO ${s}.intent (program, id, version, content, updated_at) VALUES ($1, $2, 1, $3, ${CLOCK})
  ON CONFLICT DO NOTHING RETURNING 1`;

const REPLACE = (s: string): string => `
  UPDATE ${s}.intent SET version = version + 1, content = $3, updated_at = ${CLOCK}
  WHERE program = $1 AND id = $2 AND version = $4 RETURNING 1`;

/** The clock belongs to no program, but every transaction does. */
const CLOCK_PROGRAM = 'clock';

/**
 * Intents in the database of the store, with the options of the store.
 *
 * @example
 * ```ts
 * import { PGlite } from '@electric-sql/pglite';
 * import { migrate, pgliteExecutor, postgresIntents } from '@payout-engines/adapters-postgres';
 *
 * const executor = pgliteExecutor(new PGlite());
 * await migrate(executor);
 * const intents = postgresIntents(executor);
 * await intents.replace('acme', 'clawback-1', 0, 'waiting'); // => true
 * await intents.replace('acme', 'clawback-1', 0, 'waiting'); // => false
 * await intents.read('acme', 'clawback-1'); // => { version: 1, text: 'waiting' }
 * ```
 */
export function postgresIntents(executor: Executor, options: PostgresStoreOptions = {}): PostgresIntents {
  const run = transactionsOf(options);
  return {
    now: () => run(executor, CLOCK_PROGRAM, now),
    read: async (program, id) => {
      assertId(id, 'intent');
      const [row] = await run(executor, program, (session) => session.query(READ, id));
      if (row === undefined) return undefined;
      const columns = new Columns(row);
      return { version: columns.integer(), text: columns.text() };
    },
    replace: async (program, id, version, content) => {
      assertId(id, 'intent');
      const stored = text(content, 'content');
      const changed = await run(executor, program, (session) =>
        version === 0
          ? session.query(INSERT, id, stored)
          : session.query(REPLACE, id, stored, integer(version)),
      );
      return changed.length === 1;
    },
  };
}
