import { deliverNotifications, type Store, type Verification, verify } from '@payout-engines/core';
import type { Job } from '../job.ts';
import { counted } from '../report/amounts.ts';
import type { Progress } from '../report/progress.ts';
import { sayingSteps } from '../report/steps.ts';
import { closePeriod, type PeriodResult } from './close.ts';
import { type Payable, payableOf } from './eligibility.ts';
import { notificationFile } from './notification-file.ts';
import { payoutsOf } from './payouts.ts';
import { writePayouts } from './payouts-file.ts';
import type { PeriodPlan } from './plan-period.ts';
import { prepare, type Prepared } from './prepare.ts';

/** What a run is to do beside closing periods. */
export interface JobSettings {
  /** The digest of the only plan that may be committed. */
  readonly commit: string | undefined;
  readonly out: string | undefined;
  readonly deliver: string | undefined;
}

/** What a run did. */
export interface JobResult {
  readonly prepared: Prepared;
  readonly periods: readonly PeriodResult[];
  readonly payable: ReadonlyMap<string, Payable>;
  readonly verification: Verification;
  /** How many transfers the run has added to the ledger. */
  readonly newTransfers: number;
  readonly notifications: {
    readonly stored: number;
    readonly undelivered: number;
    readonly delivered: number;
  };
  readonly files: readonly string[];
}

/** Records, plans and closes: all of it, or what an interrupted run has left to do, or nothing. */
export async function runJob(
  store: Store,
  job: Job,
  settings: JobSettings,
  progress: Progress,
): Promise<JobResult> {
  const prepared = await prepare(store, job, progress, settings.commit);
  sayPlans(progress, prepared);
  const before = await countTransfers(store, job);
  const periods = await closeAll(store, job, prepared.plans, progress);
  const payable = await payableToAll(store, job, periods);
  const headers = periods.map(({ statement }) => statement.header);
  const files =
    settings.out === undefined ? [] : await writePayouts(store, job, headers, payable, settings.out);
  const delivered =
    settings.deliver === undefined
      ? 0
      : await deliverNotifications(store, job.program, notificationFile(settings.deliver));
  const outbox = await store.transact(job.program, (unit) => unit.outbox.counts());
  const verification = await verify(store, job.program);
  const newTransfers = verification.transfers - before;
  const notifications = { ...outbox, delivered };
  return { prepared, periods, payable, verification, newTransfers, notifications, files };
}

/** The plans of a run: the one and its digest, or how many there are. */
export function sayPlans(progress: Progress, { plans, notEnded }: Prepared): void {
  const [first] = plans;
  if (plans.length === 1 && first !== undefined) progress.say(`  digest ${first.digest}`);
  else progress.say(`Plan     ${counted(plans.length, 'period')}, each under its digest`);
  for (const { id, end } of notEnded) {
    progress.say(`         period ${id} goes on until ${end.toISOString()} and stays open`);
  }
  progress.say();
}

/** How many transfers the program had before the run. */
async function countTransfers(store: Store, { program }: Job): Promise<number> {
  return store.transact(program, async (unit) => {
    let transfers = 0;
    for await (const batch of unit.ledger.transfers()) transfers += batch.length;
    return transfers;
  });
}

async function closeAll(
  store: Store,
  job: Job,
  plans: readonly PeriodPlan[],
  progress: Progress,
): Promise<readonly PeriodResult[]> {
  const [only] = plans;
  if (job.calendar.only !== undefined && only !== undefined) {
    sayCommit(progress, only);
    const result = await closePeriod(
      store,
      job,
      only,
      sayingSteps(progress, ['shares', 'bonuses', 'notifications']),
    );
    progress.say();
    return [result];
  }
  const results: PeriodResult[] = [];
  for (const plan of plans) {
    progress.show(`closing period ${plan.period.id}, ${results.length + 1} of ${plans.length}`);
    results.push(await closePeriod(store, job, plan));
  }
  return results;
}

function sayCommit(progress: Progress, { state }: PeriodPlan): void {
  if (state === 'new') progress.say('Commit   exactly that plan, once');
  if (state === 'closing') progress.say('Commit   goes on where the run before this one was interrupted');
  if (state === 'closed') {
    progress.say('Commit   nothing to do: the period was closed before, under this very plan.');
    progress.say('         Nobody is paid twice.');
  }
}

async function payableToAll(
  store: Store,
  job: Job,
  periods: readonly PeriodResult[],
): Promise<ReadonlyMap<string, Payable>> {
  const ids = new Set<string>();
  for (const { statement } of periods) {
    for await (const payouts of payoutsOf(store, job, statement.header)) {
      for (const { participant } of payouts) ids.add(participant);
    }
  }
  const at = await store.transact(job.program, (unit) => unit.now());
  return payableOf(store, job, ids, at);
}
