import { assertId, PayoutError } from '@payout-engines/core';
import type { Executor } from '../executor.ts';
import { assertReady } from '../schema/applied.ts';
import { assertRowSecurity } from '../schema/row-security.ts';
import { DEFAULT_SCHEMA, SchemaName } from '../schema/schema-name.ts';
import type { PostgresStoreOptions } from '../store.ts';
import { failureOf } from './failure.ts';
import { lineUp } from './line-up.ts';
import { type Batches, type Run, Session } from './session.ts';
import { programSetting, setupOf } from './setup.ts';
import { Statements } from './statement.ts';
import { waitToRetry } from './wait-to-retry.ts';

/** Runs work in a transaction of one program, again where it collided with others. */
export type RunTransaction = <T>(
  executor: Executor,
  program: string,
  work: (session: Session) => Promise<T>,
  kind?: 'snapshot',
) => Promise<T>;

/** Transactions with the options of a store, which look once between them whether the schema is ready. */
export function transactionsOf(options: PostgresStoreOptions): RunTransaction {
  const schema = new SchemaName(options.schema ?? DEFAULT_SCHEMA);
  const statements = new Statements(schema);
  const setup = setupOf(options);
  const { attempts = 10, rowSecurity = false } = options;
  let ready = false;

  const attempt = async <T>(
    executor: Executor,
    isolation: string,
    run: Run,
    work: (session: Session) => Promise<T>,
  ): Promise<Outcome<T>> => {
    let session: Session | undefined;
    let thrown: { readonly error: unknown } | undefined;
    try {
      const begin = rowSecurity ? setup + programSetting(run.program) : setup;
      const result = await executor.transaction(isolation + begin, async (connection) => {
        if (!ready) {
          await assertReady(connection, schema);
          await assertRowSecurity(connection, schema, rowSecurity);
        }
        session = new Session(run, connection, statements);
        if (run.again) await lineUp(session);
        let value: T;
        try {
          value = await work(session);
        } catch (error) {
          thrown = { error };
          throw error;
        } finally {
          await session.end();
        }
        // A failure that the work has caught and forgotten is one all the same: nothing of it can be kept.
        if (session.failure !== undefined) throw session.failure.error;
        return value;
      });
      ready = true;
      return { result };
    } catch (error) {
      if (session?.failure?.conflict === true) {
        return { conflict: session.failure.error, posted: session.posted };
      }
      if (thrown !== undefined) throw thrown.error;
      if (PayoutError.is(error)) throw error;
      // Beginning or committing failed.
      const failure = failureOf(error);
      if (failure.conflict) return { conflict: failure.error, posted: session?.posted ?? [] };
      throw failure.error;
    }
  };

  const transact = async <T>(
    executor: Executor,
    isolation: string,
    program: string,
    work: (session: Session) => Promise<T>,
  ): Promise<T> => {
    assertId(program, 'program');
    let before: Batches = [];
    for (let count = 1; ; count += 1) {
      const outcome = await attempt(executor, isolation, { program, again: count > 1, before }, work);
      if ('result' in outcome) return outcome.result;
      if (count >= attempts) throw outcome.conflict;
      // An attempt that collided early says less than the one before it.
      if (outcome.posted.length > before.length) before = outcome.posted;
      await waitToRetry(count);
    }
  };

  return (executor, program, work, kind) =>
    transact(executor, kind === 'snapshot' ? SNAPSHOT : '', program, work);
}

/** Stands before everything else: PostgreSQL takes it only before the first statement that reads. */
const SNAPSHOT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;';

/** What one attempt came to, where it was not an error that running again would only repeat. */
type Outcome<T> = { readonly result: T } | { readonly conflict: PayoutError; readonly posted: Batches };
