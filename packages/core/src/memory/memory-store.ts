import { assertId } from '../id.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { Store, UnitOfWork } from '../ports/store.ts';
import { memoryEarnings } from './earning-rows.ts';
import { memoryInteractions } from './interaction-rows.ts';
import { Journal } from './journal.ts';
import { memoryLedger } from './ledger-rows.ts';
import { memoryOutbox } from './outbox-rows.ts';
import { memoryParticipants } from './participant-rows.ts';
import { memoryPeriods } from './period-rows.ts';
import { memoryPlans } from './plan-rows.ts';
import { memoryReferrals } from './referral-rows.ts';

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
export function memoryStore(options: { readonly clock?: Clock } = {}): Store {
  const clock = options.clock ?? systemClock;
  const programs = new Map<string, { readonly unit: UnitOfWork; readonly journal: Journal }>();
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
        try {
          const result = await work(unit);
          journal.commit();
          return result;
        } catch (error) {
          journal.rollback();
          throw error;
        }
      });
      last = run.catch(() => undefined);
      return run;
    },
  };
}

function openProgram(program: string, journal: Journal, clock: Clock): UnitOfWork {
  const periods = memoryPeriods(journal);
  return {
    program,
    now: async () => Promise.resolve(clock()),
    ledger: memoryLedger(journal, clock),
    earnings: memoryEarnings(journal),
    periods,
    interactions: memoryInteractions(journal, periods),
    participants: memoryParticipants(journal),
    referrals: memoryReferrals(journal),
    plans: memoryPlans(journal),
    outbox: memoryOutbox(journal, clock),
  };
}
