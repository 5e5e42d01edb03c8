import type { PeriodStep, PlanHeader } from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { PROGRAM } from './program.ts';

/** The six steps of a period, in order, as people call them. */
export const STEPS: readonly { readonly step: PeriodStep; readonly name: string }[] = [
  { step: 'validate', name: 'Check the period and its revenue' },
  { step: 'scores', name: 'Count the points' },
  { step: 'pool', name: 'Fill the pool' },
  { step: 'shares', name: 'Credit the shares' },
  { step: 'bonuses', name: 'Credit the referral bonuses' },
  { step: 'notifications', name: 'Tell everybody' },
];

/** How far one step is. */
export interface StepProgress {
  readonly name: string;
  readonly state: 'done' | 'now' | 'next';
  /** Creators that are done, where it is known. */
  readonly done?: number;
  readonly total?: number;
}

/** A run: who began it, and how far it is. */
export interface Run {
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | undefined;
  /** Why it has stopped. */
  readonly failed: string | undefined;
  readonly steps: readonly StepProgress[];
}

/** The run of a period, if it has begun: from the plan once that is frozen, which a crash cannot make wrong. */
export async function runOf({ store, query }: Database, period: string): Promise<Run | undefined> {
  const [row] = await query(
    'SELECT started_by, started_at, finished_at, failed, step, done, total FROM period_run WHERE period = $1',
    [period],
  );
  if (row === undefined) return undefined;
  const plan = await store.transact(PROGRAM, (unit) => unit.plans.find(period));
  const finished = row['finished_at'] instanceof Date ? row['finished_at'] : undefined;
  const counts = { done: Number(row['done']), ...(row['total'] !== null && { total: Number(row['total']) }) };
  let at: { readonly step: string; readonly done?: number; readonly total?: number };
  if (plan === undefined) {
    at = { step: String(row['step']), ...(row['step'] === 'scores' && counts) };
  } else {
    const { participants } = JSON.parse(plan.header) as PlanHeader;
    // Once all is written, messages are sent still.
    const step = plan.step === 'done' ? 'notifications' : plan.step;
    const through = plan.step === 'done' ? plan.pages : plan.page;
    const done = plan.pages === 0 ? 0 : Math.floor((participants.all * through) / plan.pages);
    at = { step, ...(step !== 'pool' && { done, total: participants.all }) };
  }
  const now = finished === undefined ? STEPS.findIndex(({ step }) => step === at.step) : STEPS.length;
  return {
    startedBy: String(row['started_by']),
    startedAt: row['started_at'] instanceof Date ? row['started_at'] : new Date(String(row['started_at'])),
    finishedAt: finished,
    failed: typeof row['failed'] === 'string' ? row['failed'] : undefined,
    steps: STEPS.map(({ name }, index) => ({
      name,
      state: index < now ? 'done' : index === now ? 'now' : 'next',
      ...(index === now && at.done !== undefined && { done: at.done }),
      ...(index === now && at.total !== undefined && { total: at.total }),
    })),
  };
}
