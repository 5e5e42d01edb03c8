import {
  type Period,
  PayoutError,
  type RevenueSharePlan,
  type Store,
  type UnitOfWork,
} from '@payout-engines/core';
import type { Job } from '../job.ts';
import { count, counted } from '../report/amounts.ts';
import type { Progress } from '../report/progress.ts';
import { sayingSteps } from '../report/steps.ts';
import { type PeriodPlan, planPeriod, reviewedPlan } from './plan-period.ts';
import { type EventReceipt, recordEvents } from './record-events.ts';

/** What recording the facts and planning gave. */
export interface Prepared {
  /** Left out when a frozen plan goes on: then no facts are read. */
  readonly events?: EventReceipt;
  readonly plans: readonly PeriodPlan[];
  /** Periods with events that have not ended yet: they stay open. */
  readonly notEnded: readonly Period[];
}

/** What would be, in full. */
export interface Rehearsal extends Prepared {
  readonly drafts: readonly RevenueSharePlan[];
}

/**
 * Records the events of a job and plans its periods, in one transaction: whatever is refused, be it the last line of
 * the file or the revenue of one period, leaves nothing behind.
 *
 * @param reviewed the digest of the only plan that may be committed.
 */
export async function prepare(
  store: Store,
  job: Job,
  progress: Progress,
  reviewed: string | undefined,
): Promise<Prepared> {
  return store.transact(job.program, async (unit) => {
    const { only } = job.calendar;
    const frozen = only === undefined ? undefined : await reviewedPlan(unit, only, reviewed);
    if (frozen !== undefined) return { plans: [frozen], notEnded: [] };
    const prepared = await recordAndPlan(unit, job, progress, () => undefined);
    for (const { period, digest } of prepared.plans) {
      if (reviewed === undefined || reviewed === digest) continue;
      throw new PayoutError('PLAN_CHANGED', { period: period.id, expected: reviewed, actual: digest });
    }
    return prepared;
  });
}

/** The same, with nothing left behind. */
export async function rehearse(store: Store, job: Job, progress: Progress): Promise<Rehearsal> {
  try {
    return await store.transact(job.program, async (unit) => {
      const drafts: RevenueSharePlan[] = [];
      const prepared = await recordAndPlan(unit, job, progress, (draft) => drafts.push(draft));
      throw new Rehearsed({ ...prepared, drafts });
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.rehearsal;
    throw error;
  }
}

/** Ends a transaction that is to leave nothing behind. */
class Rehearsed extends Error {
  readonly rehearsal: Rehearsal;
  constructor(rehearsal: Rehearsal) {
    super('rehearsed');
    this.rehearsal = rehearsal;
  }
}

type OnDraft = (draft: RevenueSharePlan) => void;

async function recordAndPlan(
  unit: UnitOfWork,
  job: Job,
  progress: Progress,
  onDraft: OnDraft,
): Promise<Prepared> {
  const { only } = job.calendar;
  return only === undefined
    ? planScheduled(unit, job, progress, onDraft)
    : planOnly(unit, job, only, progress, onDraft);
}

async function planOnly(
  unit: UnitOfWork,
  job: Job,
  period: Period,
  progress: Progress,
  onDraft: OnDraft,
): Promise<Prepared> {
  await unit.periods.open([period]);
  let events: EventReceipt | undefined;
  const { draft, ...plan } = await planPeriod(unit, job, period, {
    record: async () => {
      ({ receipt: events } = await recordEvents(unit, job, progress));
      sayReceipt(progress, events);
      progress.say('Plan     what closing the period would do, under a digest');
    },
    onProgress: sayingSteps(progress, ['validate', 'scores', 'pool']),
  });
  onDraft(draft);
  return { ...(events === undefined ? {} : { events }), plans: [plan], notEnded: [] };
}

async function planScheduled(
  unit: UnitOfWork,
  job: Job,
  progress: Progress,
  onDraft: OnDraft,
): Promise<Prepared> {
  const { receipt: events, periods } = await recordEvents(unit, job, progress);
  sayReceipt(progress, events);
  const plans: PeriodPlan[] = [];
  const notEnded: Period[] = [];
  for (const period of periods) {
    progress.show(`planning ${plans.length + 1} of ${periods.length} periods`);
    try {
      const { draft, ...plan } = await planPeriod(unit, job, period, {});
      onDraft(draft);
      plans.push(plan);
    } catch (error) {
      if (!PayoutError.is(error, 'PERIOD_NOT_ENDED')) throw error;
      notEnded.push(period);
    }
  }
  return { events, plans, notEnded };
}

function sayReceipt(progress: Progress, { read, recorded, duplicates, late }: EventReceipt): void {
  const news = [`${count(recorded)} new`, `${count(duplicates)} recorded before`];
  if (late > 0) news.push(`${count(late)} too late for their period and counted in the next`);
  progress.say(`Facts    ${counted(read, 'event')} read: ${news.join(', ')}`);
  progress.say();
}
