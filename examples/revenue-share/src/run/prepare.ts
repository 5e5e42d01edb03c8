import {
  type InteractionReceipt,
  isSameInteraction,
  type Period,
  type PeriodRecord,
  PayoutError,
  type PlanHeader,
  type PlanRecord,
  type Progress as StepProgress,
  revenueShare,
  type Store,
  storeInteractions,
  type UnitOfWork,
} from '@payout-engines/core';
import { invalid, placed, PlacedError } from '../input/errors.ts';
import type { Event } from '../input/events-file.ts';
import type { Job } from '../job.ts';
import { count, counted } from '../report/amounts.ts';
import type { Progress } from '../report/progress.ts';
import { sayingSteps } from '../report/steps.ts';

/** What is to be done with one period. */
export interface PeriodPlan {
  readonly period: Period;
  readonly digest: string;
  readonly header: PlanHeader;
  /** Planned now, being closed by an interrupted run, or closed before. */
  readonly state: 'new' | 'closing' | 'closed';
}

/** What recording the facts and planning gave. */
export interface Prepared {
  readonly events: InteractionReceipt & { readonly read: number };
  readonly plans: readonly PeriodPlan[];
  /** Periods with events that have not ended yet: they stay open. */
  readonly notEnded: readonly Period[];
}

/** Ends a transaction that is to leave nothing behind. */
class Rehearsed extends Error {
  readonly prepared: Prepared;
  constructor(prepared: Prepared) {
    super('rehearsed');
    this.prepared = prepared;
  }
}

/**
 * Records the events of a job and plans its periods, in one transaction: whatever is refused, be it the last line of
 * the file or the revenue of one period, leaves nothing behind.
 *
 * @param rehearse gives the plans and leaves nothing behind either.
 */
export async function prepare(
  store: Store,
  job: Job,
  progress: Progress,
  { rehearse }: { readonly rehearse: boolean },
): Promise<Prepared> {
  try {
    return await store.transact(job.program, async (unit) => {
      const prepared = await prepareIn(unit, job, progress);
      if (rehearse) throw new Rehearsed(prepared);
      return prepared;
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.prepared;
    throw error;
  }
}

async function prepareIn(unit: UnitOfWork, job: Job, progress: Progress): Promise<Prepared> {
  const { only } = job.calendar;
  if (only === undefined) {
    const { receipt, periods } = await record(unit, job, progress);
    sayReceipt(progress, receipt);
    const plans: PeriodPlan[] = [];
    const notEnded: Period[] = [];
    for (const period of periods) {
      progress.show(`planning ${plans.length + 1} of ${periods.length} periods`);
      const plan = await planUnlessRunning(unit, job, period);
      if (plan === undefined) notEnded.push(period);
      else plans.push(plan);
    }
    return { events: receipt, plans, notEnded };
  }
  await unit.periods.open([only]);
  let receipt: Prepared['events'] | undefined;
  const recordEvents = async (): Promise<void> => {
    ({ receipt } = await record(unit, job, progress));
    sayReceipt(progress, receipt);
    progress.say('Plan     what closing the period would do, under a digest');
  };
  const plan = await planAsIfOpen(unit, job, only, {
    recordEvents,
    onProgress: sayingSteps(progress, ['validate', 'scores', 'pool']),
  });
  return { events: receipt ?? NO_EVENTS, plans: [plan], notEnded: [] };
}

function sayReceipt(progress: Progress, { read, recorded, duplicates, late }: Prepared['events']): void {
  const news = [`${count(recorded)} new`, `${count(duplicates)} recorded before`];
  if (late > 0) news.push(`${count(late)} too late for their period and counted in the next`);
  progress.say(`Facts    ${counted(read, 'event')} read: ${news.join(', ')}`);
  progress.say();
}

const NO_EVENTS: Prepared['events'] = { read: 0, recorded: 0, duplicates: 0, late: 0 };

/** The plan of a period of a schedule, or nothing for one that goes on still. */
async function planUnlessRunning(
  unit: UnitOfWork,
  job: Job,
  period: Period,
): Promise<PeriodPlan | undefined> {
  try {
    return await planAsIfOpen(unit, job, period, {});
  } catch (error) {
    if (PayoutError.is(error, 'PERIOD_NOT_ENDED')) return undefined;
    throw error;
  }
}

/**
 * What the plan of a period is by these facts and rules, whether it has been closed or not.
 *
 * A period that is closed must come out with the digest under which it was. To find out it is open for the length of
 * the planning; the transaction then ends with the state as it was, or with nothing.
 */
async function planAsIfOpen(
  unit: UnitOfWork,
  job: Job,
  { id }: Period,
  { recordEvents, onProgress }: PlanSteps,
): Promise<PeriodPlan> {
  const stored = await unit.periods.lock(id);
  const frozen = await unit.plans.find(id);
  if (stored === undefined) throw new PayoutError('PERIOD_NOT_FOUND', { period: id });
  if (stored.state !== 'open') await unit.periods.setState(id, 'open');
  await recordEvents?.();
  const { digest, header } = await engineIn(unit, job).plan(
    { program: job.program, period: id },
    onProgress === undefined ? {} : { onProgress },
  );
  if (stored.state !== 'open') await unit.periods.setState(id, stored.state);
  assertSamePlan(stored, frozen, digest);
  return { period: stored, digest, header, state: stateOf(stored) };
}

interface PlanSteps {
  /** What there is to record before the period is planned, if that has not been done. */
  readonly recordEvents?: () => Promise<void>;
  readonly onProgress?: (progress: StepProgress) => void;
}

function stateOf({ state }: PeriodRecord): PeriodPlan['state'] {
  return state === 'open' ? 'new' : state;
}

/** Whoever comes with other input for a closed period must learn that it is closed, and that nothing has changed. */
function assertSamePlan({ id, state }: PeriodRecord, frozen: PlanRecord | undefined, digest: string): void {
  if (frozen === undefined || frozen.digest === digest) return;
  const closed = state === 'closed' ? 'is closed' : 'is being closed';
  throw new PlacedError(
    `period ${id}, which ${closed} under digest ${frozen.digest}; nothing was changed`,
    new PayoutError('PLAN_CHANGED', { period: id, expected: frozen.digest, actual: digest }),
  );
}

/** The engine inside of a transaction that is open already. */
function engineIn(unit: UnitOfWork, job: Job) {
  return engineOf({ transact: (_program, work) => work(unit) }, job);
}

/** The engine of a job. */
export function engineOf(store: Store, { rules, revenue, directory, pageSize }: Job) {
  return revenueShare({
    store,
    rules,
    revenue,
    directory,
    interactions: storeInteractions(store),
    ...(pageSize === undefined ? {} : { pageSize }),
  });
}

/** Records all events of the job in batches, opening periods of a schedule as events need them. */
async function record(
  unit: UnitOfWork,
  { events, calendar }: Job,
  progress: Progress,
): Promise<{ readonly receipt: Prepared['events']; readonly periods: readonly Period[] }> {
  const touched = new Map<string, Period>();
  const receipt = { read: 0, recorded: 0, duplicates: 0, late: 0 };
  for await (const batch of events()) {
    const opening: Period[] = [];
    for (const { interaction } of batch) {
      const period = calendar.periodOf(interaction.at);
      if (period === undefined || touched.has(period.id)) continue;
      touched.set(period.id, period);
      opening.push(period);
    }
    if (calendar.only === undefined) await unit.periods.open(opening);
    const { recorded, duplicates, late } = await recordBatch(unit, batch);
    receipt.read += batch.length;
    receipt.recorded += recorded;
    receipt.duplicates += duplicates;
    receipt.late += late;
    progress.show(`${receipt.read} events read`);
  }
  // A failed export, or one whose every line is skipped, would close the period and send its whole pool back.
  if (receipt.read === 0) throw invalid('events', 'there is not one, so there is nobody to share with');
  const periods = [...touched.values()].sort((left, right) => left.start.getTime() - right.start.getTime());
  return { receipt, periods };
}

async function recordBatch(unit: UnitOfWork, batch: readonly Event[]): Promise<InteractionReceipt> {
  try {
    return await unit.interactions.record(batch.map(({ interaction }) => interaction));
  } catch (error) {
    throw placedInBatch(batch, error);
  }
}

/** Gives the error of a batch the place of the event that it names. */
function placedInBatch(batch: readonly Event[], error: unknown): unknown {
  const id = PayoutError.is(error, 'IDEMPOTENCY_CONFLICT')
    ? error.details.id
    : PayoutError.is(error, 'OUTSIDE_EVERY_PERIOD')
      ? error.details.interaction
      : undefined;
  const [first, ...again] = batch.filter(({ interaction }) => interaction.id === id);
  if (first === undefined) return error;
  // Either one of the later ones differs from the first, or the first differs from what an earlier batch has stored.
  const other = again.find(({ interaction }) => !isSameInteraction(first.interaction, interaction));
  return placed((other ?? first).place, error);
}
