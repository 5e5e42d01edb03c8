import type { Store, UnitOfWork } from '@payout-engines/core';
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
import type { Session } from './session/session.ts';
import { transactionsOf } from './session/transactions.ts';

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
  const run = transactionsOf(options);
  return (executor) => ({
    transact: (program, work) => run(executor, program, (session) => work(unitOf(session))),
    snapshot: (program, work) => run(executor, program, (session) => work(unitOf(session)), 'snapshot'),
  });
}

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
