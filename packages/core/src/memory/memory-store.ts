import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { Store, UnitOfWork } from '../ports/store.ts';
import { assertWholeNumber } from '../payouts/assert-whole-number.ts';
import { memoryAttempts } from './attempt-rows.ts';
import { memoryBatches } from './batch-rows.ts';
import { memoryBlocks } from './block-rows.ts';
import { memoryCampaigns } from './campaign-rows.ts';
import { memoryClips } from './clip-rows.ts';
import { Commits } from './commits.ts';
import { memoryControls } from './control-rows.ts';
import { memoryEarnings } from './earning-rows.ts';
import { memoryEvents } from './event-rows.ts';
import { memoryInteractions } from './interaction-rows.ts';
import { Journal } from './journal.ts';
import { memoryLedger } from './ledger-rows.ts';
import { memoryLocks } from './lock-rows.ts';
import { memoryMovements } from './movement-rows.ts';
import { memoryObservations } from './observation-rows.ts';
import { memoryOutbox } from './outbox-rows.ts';
import { memoryParticipants } from './participant-rows.ts';
import { memoryPayouts } from './payout-rows.ts';
import { memoryPeriods } from './period-rows.ts';
import { memoryPlans } from './plan-rows.ts';
import { memoryReferrals } from './referral-rows.ts';
import { memoryReversals } from './reversal-rows.ts';

/** The memory store, which can lose its last commits as a failover of a database does. */
export interface MemoryStore extends Store {
  /**
   * Takes back the last committed transactions of all programs, newest first, and says how many they were: at most the
   * `keepCommits` of the store. One that only read is no commit. A transaction that is running is lost with them: it
   * ends with `STORE_UNAVAILABLE`.
   */
  lose(commits: number): number;
}

/** How a memory store is made. */
export interface MemoryStoreOptions {
  readonly clock?: Clock;
  /** How many of the last commits can be lost. Left out, none can, and nothing is kept for it. */
  readonly keepCommits?: number;
}

/**
 * The reference Store: everything in process, nothing durable. One transaction runs at a time, and a transaction whose
 * work throws leaves no trace.
 *
 * @example
 * ```ts
 * import { memoryStore } from '@payout-engines/core';
 *
 * const store = memoryStore();
 * await store.transact('acme', async (unit) => {
 *   await unit.ledger.post([
 *     { id: 'gift/1', debit: 'funding', credit: 'participant/u1/available', currency: 'USD', asked: 500n, kind: 'deposit', subject: 'gift' },
 *   ]);
 * });
 * await store.transact('acme', (unit) =>
 *   unit.ledger.balances([{ account: 'participant/u1/available', currency: 'USD' }]),
 * ); // => [500n]
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { clock = systemClock, keepCommits = 0 } = options;
  assertWholeNumber(keepCommits, 0, 'keepCommits');
  const programs = new Map<string, { readonly unit: UnitOfWork; readonly journal: Journal }>();
  const commits = new Commits(keepCommits);
  let last: Promise<unknown> = Promise.resolve();

  const programOf = (program: string): { readonly unit: UnitOfWork; readonly journal: Journal } => {
    let state = programs.get(program);
    if (state === undefined) {
      const journal = new Journal();
      state = { unit: openProgram(program, journal, clock), journal };
      programs.set(program, state);
    }
    return state;
  };

  return {
    transact: async (program, work) => {
      assertId(program, 'program');
      const run = last.then(async () => {
        const { unit, journal } = programOf(program);
        const transaction = commits.begin(journal);
        try {
          const result = await work(unit);
          if (transaction.lost)
            throw new PayoutError('STORE_UNAVAILABLE', { reason: 'its last commits were lost' });
          commits.commit(transaction);
          return result;
        } catch (error) {
          commits.rollback(transaction);
          throw error;
        }
      });
      last = run.catch(() => undefined);
      return run;
    },
    lose: (count) => {
      assertWholeNumber(count, 0, 'commits');
      return commits.lose(count);
    },
  };
}

function openProgram(program: string, journal: Journal, clock: Clock): UnitOfWork {
  const periods = memoryPeriods(journal);
  const ledger = memoryLedger(journal, clock);
  return {
    program,
    now: async () => clock(),
    ledger,
    earnings: memoryEarnings(journal),
    periods,
    interactions: memoryInteractions(journal, periods),
    participants: memoryParticipants(journal, clock),
    referrals: memoryReferrals(journal),
    plans: memoryPlans(journal),
    outbox: memoryOutbox(journal, clock),
    locks: memoryLocks(),
    payouts: memoryPayouts(journal),
    attempts: memoryAttempts(journal),
    movements: memoryMovements(journal),
    batches: memoryBatches(journal),
    reversals: memoryReversals(journal),
    events: memoryEvents(journal),
    controls: memoryControls(journal),
    blocks: memoryBlocks(journal, ledger),
    campaigns: memoryCampaigns(journal),
    clips: memoryClips(journal),
    observations: memoryObservations(journal),
  };
}
