import type { Progress as StepProgress, RevenueShareStatement, Store } from '@payout-engines/core';
import type { Job } from '../job.ts';
import { engineOf } from './engine.ts';
import type { PeriodPlan } from './plan-period.ts';

/** One period after the run. */
export interface PeriodResult {
  readonly statement: RevenueShareStatement;
  /** What this run did to it. */
  readonly outcome: 'closed' | 'resumed' | 'already_closed';
}

/** Does what the plan says: all of it, the rest of it after an interruption, or nothing when it is done. */
export async function closePeriod(
  store: Store,
  job: Job,
  { period, digest, state }: PeriodPlan,
  onProgress?: (progress: StepProgress) => void,
): Promise<PeriodResult> {
  const statement = await engineOf(store, job).commit(
    { program: job.program, period: period.id },
    digest,
    onProgress === undefined ? {} : { onProgress },
  );
  return { statement, outcome: OUTCOMES[state] };
}

const OUTCOMES = { new: 'closed', closing: 'resumed', closed: 'already_closed' } as const;
