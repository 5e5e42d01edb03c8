import { PayoutError } from '@payout-engines/core';
import type { Executor, Param } from '../executor.ts';
import { ServerError, serverErrorOf } from '../server-error.ts';
import type { CallerTransaction } from './caller-transaction.ts';
import { OpenCursors } from './open-cursors.ts';
import { enter, leave } from './settings.ts';

/**
 * Runs what the store takes for transactions behind savepoints of the caller's transaction. Of its own, the store runs
 * work again after an id was taken meanwhile: going back to the savepoint is enough for that. After a deadlock or a
 * serialization failure it is not, because locks and the snapshot are the caller's too.
 */
export function savepointExecutor(transaction: CallerTransaction): Executor {
  let conflict: PayoutError | undefined;
  return {
    transaction: async (setup, work) => {
      if (conflict !== undefined) throw conflict;
      let failure: { readonly error: unknown } | undefined;
      try {
        return await transaction.savepoint(async (query) => {
          const cursors = new OpenCursors();
          const run = async (sql: string, params: readonly Param[]): Promise<readonly unknown[]> => {
            try {
              const rows = await query(sql, params);
              cursors.note(sql);
              return rows;
            } catch (error) {
              const known = serverErrorOf(error);
              conflict ??= conflictOf(known);
              throw known;
            }
          };
          try {
            const before = await enter(run, setup);
            const result = await work({
              query: run,
              execute: async (script) => {
                await run(script, []);
              },
            });
            await cursors.close(run);
            await leave(run, before);
            return result;
          } catch (error) {
            failure = { error };
            throw error;
          }
        });
      } catch (error) {
        // Why the work failed says more than why going back to the savepoint failed.
        throw unfitOr(failure === undefined ? serverErrorOf(error) : failure.error);
      }
    },
  };
}

/** Serialization failures and deadlocks. */
const CONFLICTS = new Set(['40001', '40P01']);

function conflictOf(error: unknown): PayoutError | undefined {
  if (!(error instanceof ServerError) || !CONFLICTS.has(error.code)) return undefined;
  return new PayoutError('TRANSACTION_CONFLICT', { reason: error.message }, { cause: error });
}

const UNFIT: Readonly<Record<string, string>> = {
  '25P01': 'it has not begun or has ended; begin it, and give the client that it runs on',
  '25P02': 'it has failed already; roll it back',
};

function unfitOr(error: unknown): unknown {
  const reason = error instanceof ServerError ? UNFIT[error.code] : undefined;
  return reason === undefined ? error : new PayoutError('UNFIT_TRANSACTION', { reason }, { cause: error });
}
