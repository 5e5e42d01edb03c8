import { PayoutError, type Store, type UnitOfWork } from '@payout-engines/core';
import { type PostgresStoreOptions, storesOf } from '../store.ts';
import type { CallerTransaction } from './caller-transaction.ts';
import { savepointExecutor } from './savepoint-executor.ts';

/** How stores inside transactions of the caller behave. Limits of time hold where the caller has set none. */
export type PostgresStoreWithinOptions = Omit<PostgresStoreOptions, 'attempts'>;

/**
 * Makes stores that work inside transactions of the caller, so that "order completed" and "earning credited" are kept
 * together or not at all. Call it once, and what it gives once for each transaction.
 *
 * The transaction must be READ COMMITTED. What was done in it is only kept once the caller has committed, so such a
 * store refuses whatever begins or ends a payment at a provider: an intent must be committed before it is acted upon.
 * Await each call before the next statement of your own; calls at the same time take turns.
 *
 * @throws {@link PayoutError} from `transact`, with code `UNFIT_TRANSACTION`, or `TRANSACTION_CONFLICT` when the
 * caller's whole transaction must be run again; otherwise the transaction can go on as if the call had not been made
 *
 * @example
 * ```ts
 * import { PGlite } from '@electric-sql/pglite';
 * import { migrate, pgliteExecutor, pgliteTransaction, postgresStoreWithin } from '@payout-engines/adapters-postgres';
 *
 * const database = new PGlite();
 * await migrate(pgliteExecutor(database));
 * const storeWithin = postgresStoreWithin();
 * await database.transaction(async (transaction) => {
 *   const store = storeWithin(pgliteTransaction(transaction));
 *   await store.transact('acme', (unit) => unit.outbox.counts()); // => { stored: 0, undelivered: 0 }
 * });
 * ```
 */
export function postgresStoreWithin(
  options: PostgresStoreWithinOptions = {},
): (transaction: CallerTransaction) => Store {
  const storeOn = storesOf(options);
  const lastOf = new WeakMap<object, Promise<unknown>>();
  return (transaction) => ({
    transact: (program, work) => {
      const { client } = transaction;
      const store = storeOn(savepointExecutor(transaction));
      const result = (lastOf.get(client) ?? Promise.resolve()).then(() =>
        store.transact(program, (unit) => work(withoutSends(unit))),
      );
      lastOf.set(
        client,
        result.catch(() => undefined),
      );
      return result;
    },
  });
}

/** Nothing is sent without storing an attempt before, so refusing that refuses all that could pay twice. */
function withoutSends(unit: UnitOfWork): UnitOfWork {
  const put = (): Promise<never> => {
    const reason =
      'a payment is begun and ended in transactions of the library, which are committed before anything is sent';
    return Promise.reject(new PayoutError('UNFIT_TRANSACTION', { reason }));
  };
  return { ...unit, attempts: { ...unit.attempts, put } };
}
