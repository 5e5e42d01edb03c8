import {
  type Period,
  type PeriodRecord,
  PayoutError,
  type PlanRecord,
  type Progress as StepProgress,
  type RevenueSharePlan,
  type UnitOfWork,
} from '@payout-engines/core';
import { PlacedError } from '../input/errors.ts';
import type { Job } from '../job.ts';
import { engineOf } from './engine.ts';

/** What is to be done with one period. */
export interface PeriodPlan {
  readonly period: Period;
  readonly digest: string;
  /** Planned now, being closed by an interrupted run, or closed before. */
  readonly state: 'new' | 'closing' | 'closed';
}

/** What comes before and with the planning of a period. */
export interface PlanSteps {
  /** What there is to record before the period is planned, if that has not been done. */
  readonly record?: () => Promise<void>;
  readonly onProgress?: (progress: StepProgress) => void;
}

/**
 * What the plan of a period is by these facts and rules, whether it has been closed or not, in a transaction that is
 * open already.
 *
 * A period that is closed must come out with the digest under which it was. To find that out it is open for the length
 * of the planning; the transaction then ends with the state as it was, or with nothing.
 */
export async function planPeriod(
  unit: UnitOfWork,
  job: Job,
  { id }: Period,
  { record, onProgress }: PlanSteps,
): Promise<PeriodPlan & { readonly draft: RevenueSharePlan }> {
  const stored = await unit.periods.lock(id);
  if (stored === undefined) throw new PayoutError('PERIOD_NOT_FOUND', { period: id });
  const frozen = await unit.plans.find(id);
  if (stored.state !== 'open') await unit.periods.setState(id, 'open');
  await record?.();
  const engine = engineOf({ transact: (_program, work) => work(unit) }, job);
  const draft = await engine.plan(
    { program: job.program, period: id },
    onProgress === undefined ? {} : { onProgress },
  );
  if (stored.state !== 'open') await unit.periods.setState(id, stored.state);
  assertSamePlan(stored, frozen, draft.digest);
  return { period: stored, digest: draft.digest, state: stateOf(stored), draft };
}

/** The plan that an earlier run has frozen, if it is the one that was reviewed: whatever the input is now. */
export async function reviewedPlan(
  unit: UnitOfWork,
  { id }: Period,
  reviewed: string | undefined,
): Promise<PeriodPlan | undefined> {
  if (reviewed === undefined) return undefined;
  const [stored, frozen] = [await unit.periods.find(id), await unit.plans.find(id)];
  if (stored === undefined || frozen?.digest !== reviewed) return undefined;
  return { period: stored, digest: reviewed, state: stateOf(stored) };
}

function stateOf({ state }: PeriodRecord): PeriodPlan['state'] {
  return state === 'open' ? 'new' : state;
}

/** Whoever comes with other input for a closed period must learn that it is closed, and that nothing has changed. */
function assertSamePlan({ id, state }: PeriodRecord, frozen: PlanRecord | undefined, digest: string): void {
  if (frozen === undefined || frozen.digest === digest) return;
  const closed =
    state === 'closed'
      ? `is closed under digest ${frozen.digest}; nothing was changed`
      : `is being closed under digest ${frozen.digest}; --commit with that digest goes on`;
  throw new PlacedError(
    `period ${id}, which ${closed}`,
    new PayoutError('PLAN_CHANGED', { period: id, expected: frozen.digest, actual: digest }),
  );
}
