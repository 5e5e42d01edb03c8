import { assertId, PayoutError, type Store, type UnitOfWork } from '@payout-engines/core';
import type { Executor } from './executor.ts';
import { attemptRows } from './rows/attempt-rows.ts';
import { batchRows } from './rows/batch-rows.ts';
import { blockRows } from './rows/block-rows.ts';
import { campaignRows } from './rows/campaign-rows.ts';
import { clipRows } from './rows/clip-rows.ts';
import { controlRows } from './rows/control-rows.ts';
import { earningRows } from './rows/earning-rows.ts';
import { eventRows } from './rows/event-rows.ts';
import { interactionRows } from './rows/interaction-rows.ts';
import { ledgerRows } from './rows/ledger-rows.ts';
import { lockRows } from './rows/lock-rows.ts';
import { movementRows } from './rows/movement-rows.ts';
import { now } from './rows/now.ts';
import { observationRows } from './rows/observation-rows.ts';
import { outboxRows } from './rows/outbox-rows.ts';
import { participantRows } from './rows/participant-rows.ts';
import { payoutRows } from './rows/payout-rows.ts';
import { periodRows } from './rows/period-rows.ts';
import { planRows } from './rows/plan-rows.ts';
import { referralRows } from './rows/referral-rows.ts';
import { reversalRows } from './rows/reversal-rows.ts';
import { assertReady } from './schema/applied.ts';
import { assertRowSecurity } from './schema/row-security.ts';
import { DEFAULT_SCHEMA, SchemaName } from './schema/schema-name.ts';
import { failureOf } from './session/failure.ts';
import { type Batches, type Run, Session } from './session/session.ts';
import { lineUp } from './session/line-up.ts';
import { programSetting, setupOf } from './session/setup.ts';
import { Statements } from './session/statement.ts';
import { waitToRetry } from './session/wait-to-retry.ts';

/** How a store on PostgreSQL behaves. */
export interface PostgresStoreOptions {
  /** Where its tables are. @defaultValue `'payouts'` */
  readonly schema?: string;
  /** How long one statement may take, in milliseconds; 0 for ever. @defaultValue `60000` */
  readonly statementTimeoutMs?: number;
  /** How long to wait for one lock, in milliseconds; 0 for ever. @defaultValue `30000` */
  readonly lockTimeoutMs?: number;
  /** How long a transaction may do nothing, in milliseconds; 0 for ever. @defaultValue `60000` */
  readonly idleTimeoutMs?: number;
  /** How often work that collided with other transactions is run in all. @defaultValue `10` */
  readonly attempts?: number;
  /**
   * Whether each transaction says which program it is of, for the policies of row-level security; see `docs/postgres.md`.
   * A store refuses to start where this and the database disagree.
   * @defaultValue `false`
   */
  readonly rowSecurity?: boolean;
}

/**
 * The Store on PostgreSQL 14 or newer. The schema must be there: {@link migrate} makes it, a store never does.
 *
 * @example
 * ```ts
 * import { PGlite } from '@electric-sql/pglite';
 * import { migrate, pgliteExecutor, postgresStore } from '@payout-engines/adapters-postgres';
 *
 * const executor = pgliteExecutor(new PGlite());
 * await migrate(executor);
 * const store = postgresStore(executor);
 * await store.transact('acme', (unit) =>
 *   unit.ledger.balances([{ account: 'participant/u1/available', currency: 'USD' }]),
 * ); // => [0n]
 * ```
 */
export function postgresStore(executor: Executor, options: PostgresStoreOptions = {}): Store {
  return storesOf(options)(executor);
}

/** Makes stores, each on an executor of its own, that look once between them whether the schema is ready. */
export function storesOf(options: PostgresStoreOptions): (executor: Executor) => Store {
  const schema = new SchemaName(options.schema ?? DEFAULT_SCHEMA);
  const statements = new Statements(schema);
  const setup = setupOf(options);
  const { attempts = 10, rowSecurity = false } = options;
  let ready = false;

  const attempt = async <T>(
    executor: Executor,
    isolation: string,
    run: Run,
    work: (unit: UnitOfWork) => Promise<T>,
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
          value = await work(unitOf(session));
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
    work: (unit: UnitOfWork) => Promise<T>,
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

  return (executor) => ({
    transact: (program, work) => transact(executor, '', program, work),
    snapshot: (program, work) => transact(executor, SNAPSHOT, program, work),
  });
}

/** Stands before everything else: PostgreSQL takes it only before the first statement that reads. */
const SNAPSHOT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;';

/** What one attempt came to, where it was not an error that running again would only repeat. */
type Outcome<T> = { readonly result: T } | { readonly conflict: PayoutError; readonly posted: Batches };

function unitOf(session: Session): UnitOfWork {
  return {
    program: session.program,
    now: () => session.operation(() => now(session)),
    ledger: ledgerRows(session),
    earnings: earningRows(session),
    periods: periodRows(session),
    interactions: interactionRows(session),
    participants: participantRows(session),
    referrals: referralRows(session),
    plans: planRows(session),
    outbox: outboxRows(session),
    locks: lockRows(session),
    payouts: payoutRows(session),
    attempts: attemptRows(session),
    movements: movementRows(session),
    batches: batchRows(session),
    reversals: reversalRows(session),
    events: eventRows(session),
    controls: controlRows(session),
    blocks: blockRows(session),
    campaigns: campaignRows(session),
    clips: clipRows(session),
    observations: observationRows(session),
  };
}
