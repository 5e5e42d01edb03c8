import { assertId, PayoutError, type Store, type UnitOfWork } from '@payout-engines/core';
import type { Executor } from './executor.ts';
import { earningRows } from './rows/earning-rows.ts';
import { interactionRows } from './rows/interaction-rows.ts';
import { ledgerRows } from './rows/ledger-rows.ts';
import { now } from './rows/now.ts';
import { outboxRows } from './rows/outbox-rows.ts';
import { participantRows } from './rows/participant-rows.ts';
import { periodRows } from './rows/period-rows.ts';
import { planRows } from './rows/plan-rows.ts';
import { referralRows } from './rows/referral-rows.ts';
import { assertReady } from './schema/applied.ts';
import { DEFAULT_SCHEMA, SchemaName } from './schema/schema-name.ts';
import { type Failure, failureOf } from './session/failure.ts';
import { Session } from './session/session.ts';
import { setupOf } from './session/setup.ts';
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
  const schema = new SchemaName(options.schema ?? DEFAULT_SCHEMA);
  const statements = new Statements(schema);
  const setup = setupOf(options);
  const { attempts = 10 } = options;
  let ready = false;

  /** One run of the work. Gives a failure instead of throwing where running it again may help. */
  const run = async <T>(
    program: string,
    work: (unit: UnitOfWork) => Promise<T>,
  ): Promise<{ readonly result: T } | { readonly conflict: Failure }> => {
    let session: Session | undefined;
    let finished = false;
    try {
      const result = await executor.transaction(setup, async (connection) => {
        if (!ready) await assertReady(connection, schema);
        session = new Session(program, connection, statements);
        const value = await finish(session, work);
        finished = true;
        return value;
      });
      ready = true;
      return { result };
    } catch (error) {
      const failure = session?.failure ?? (isOurs(error, session, finished) ? undefined : failureOf(error));
      if (failure?.conflict === true) return { conflict: failure };
      throw failure === undefined || isOurs(error, session, finished) ? error : failure.error;
    }
  };

  return {
    transact: async (program, work) => {
      assertId(program, 'program');
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await run(program, work);
        if ('result' in outcome) return outcome.result;
        if (attempt >= attempts) throw outcome.conflict.error;
        await waitToRetry(attempt);
      }
    },
  };
}

/** Runs the work, and throws if it could not be kept although the work did not notice. */
async function finish<T>(session: Session, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work(unitOf(session));
  } finally {
    await session.end();
  }
  if (session.failure !== undefined) throw session.failure.error;
  return result;
}

/** Whether an error came from the work or from us, not from the driver: after the work, only the commit can fail. */
function isOurs(error: unknown, session: Session | undefined, finished: boolean): boolean {
  return finished || session === undefined ? PayoutError.is(error) : true;
}

function unitOf(session: Session): UnitOfWork {
  const periods = periodRows(session);
  return {
    program: session.program,
    now: () => session.operation(() => now(session)),
    ledger: ledgerRows(session),
    earnings: earningRows(session),
    periods,
    interactions: interactionRows(session),
    participants: participantRows(session),
    referrals: referralRows(session),
    plans: planRows(session),
    outbox: outboxRows(session),
  };
}
