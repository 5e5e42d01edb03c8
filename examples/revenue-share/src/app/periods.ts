import { openPeriods, type Period, periodAt, PayoutError } from '@payout-engines/core';
import { type Database, Refused } from '@payout-engines/example-kit';
import { PROGRAM, SCHEDULE } from './program.ts';
import { type Run, runOf } from './progress.ts';
import { type Revenue, revenueIn } from './revenue.ts';

/** Where a period is: going on, over and waiting to be shared out, being shared out, stopped in that, or done. */
export type Stage = 'open' | 'waiting' | 'calculating' | 'stopped' | 'closed';

/** A period of the program as everybody may see it. */
export interface ProgramPeriod extends Period {
  readonly stage: Stage;
  readonly run: Run | undefined;
  readonly revenue: readonly Revenue[];
}

/** All periods, newest first. The one that goes on now is opened by whoever looks first. */
export async function periodsOf(database: Database): Promise<readonly ProgramPeriod[]> {
  const { records, now } = await database.store.transact(PROGRAM, async (unit) => ({
    records: await unit.periods.all(),
    now: await unit.now(),
  }));
  if (!records.some(({ start, end }) => start <= now && now < end)) {
    const period = periodAt(SCHEDULE, now);
    if (period === undefined)
      throw new PayoutError('INVARIANT_BROKEN', { invariant: 'a schedule has no end' });
    await openPeriods(database.store, PROGRAM, [period]);
    return periodsOf(database);
  }
  const periods: ProgramPeriod[] = [];
  for (const { id, start, end } of records.toReversed()) {
    const run = await runOf(database, id);
    const revenue = await revenueIn(database.query, id);
    periods.push({ id, start, end, run, revenue, stage: stageOf(run, end, now) });
  }
  return periods;
}

/** One of them. */
export async function periodOf(database: Database, id: string): Promise<ProgramPeriod> {
  const found = (await periodsOf(database)).find((period) => period.id === id);
  if (found === undefined) throw new Refused(404, 'PERIOD_NOT_FOUND', 'There is no such period.');
  return found;
}

function stageOf(run: Run | undefined, end: Date, now: Date): Stage {
  if (run?.finishedAt !== undefined) return 'closed';
  if (run?.failed !== undefined) return 'stopped';
  if (run !== undefined) return 'calculating';
  return now < end ? 'open' : 'waiting';
}

/** Why a period cannot be shared out now; nothing where it can. */
export function whyNotRun({ stage, revenue }: ProgramPeriod): string | undefined {
  if (stage === 'open') return 'It has not ended yet.';
  if (stage === 'calculating') return 'It is being shared out already.';
  if (stage === 'closed') return 'It is shared out already.';
  const missing = revenue.filter(({ amount }) => amount === undefined).map(({ source }) => source);
  return missing.length === 0 ? undefined : `The revenue of ${missing.join(' and ')} is not known yet.`;
}

/** When a period is shared out: on the day after its end. */
export function expectedAt({ end }: Period): Date {
  return new Date(end.getTime() + 86_400_000);
}
