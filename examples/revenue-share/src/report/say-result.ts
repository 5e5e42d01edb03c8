import type { RevenueSharePlan, Store } from '@payout-engines/core';
import type { Job } from '../job.ts';
import type { PeriodResult } from '../run/close.ts';
import { engineOf } from '../run/engine.ts';
import { type Payout, payoutsOf, plannedPayouts } from '../run/payouts.ts';
import type { Rehearsal } from '../run/prepare.ts';
import type { JobResult } from '../run/run-job.ts';
import { count, counted } from './amounts.ts';
import { explanationLines, whyNotLines } from './explanation.ts';
import { outcomeText, periodTable } from './period-table.ts';
import type { Progress } from './progress.ts';
import { balanceLines, LISTED_MAX, payoutTable, periodTitle, poolTable, sumLines } from './statement.ts';

/** The statement of a run, for people. */
export async function sayResult(
  store: Store,
  job: Job,
  result: JobResult,
  explained: readonly string[],
  progress: Progress,
): Promise<void> {
  const [only] = result.periods;
  if (result.periods.length === 1 && only !== undefined) await sayPeriod(store, job, only, result, progress);
  else sayPeriods(result, progress);
  for (const period of result.periods) await sayExplanations(store, job, period, explained, progress);
  sayLedger(result, progress);
  sayFiles(result, progress);
}

/** What a run would do, for people. */
export async function sayRehearsal(job: Job, { drafts }: Rehearsal, progress: Progress): Promise<void> {
  const [only] = drafts;
  if (drafts.length === 1 && only !== undefined) await sayDraft(job, only, progress);
  progress.say('Only planned: nothing was written, and nobody was paid.');
  if (drafts.length === 1) progress.say('The same command with --commit and the digest does exactly this.');
}

async function sayDraft(job: Job, draft: RevenueSharePlan, progress: Progress): Promise<void> {
  const { header } = draft;
  progress.say(`Plan of ${periodTitle(header.period)}`);
  progress.say();
  sayIndented(progress, poolTable(header));
  progress.say();
  await sayPayouts(job, plannedPayouts(draft), undefined, progress);
  sayIndented(progress, sumLines(header));
  progress.say();
}

async function sayPeriod(
  store: Store,
  job: Job,
  result: PeriodResult,
  { payable }: JobResult,
  progress: Progress,
): Promise<void> {
  const { statement } = result;
  const { header } = statement;
  progress.say(`Statement of ${periodTitle(header.period)}: ${outcomeText(result)}`);
  progress.say();
  sayIndented(progress, poolTable(header));
  progress.say();
  await sayPayouts(job, payoutsOf(store, job, header), payable, progress);
  sayIndented(progress, [...sumLines(header), ...balanceLines(statement)]);
  progress.say();
}

async function sayPayouts(
  job: Job,
  batches: AsyncIterable<readonly Payout[]>,
  payable: JobResult['payable'] | undefined,
  progress: Progress,
): Promise<void> {
  const listed: Payout[] = [];
  let more = 0;
  for await (const payouts of batches) {
    const taken = payouts.slice(0, LISTED_MAX - listed.length);
    listed.push(...taken);
    more += payouts.length - taken.length;
  }
  sayIndented(progress, payoutTable(listed, payable, job.currency));
  if (more > 0) progress.say(`  … and ${count(more)} more; --out DIR writes all of them`);
  progress.say();
}

function sayPeriods({ periods }: JobResult, progress: Progress): void {
  if (periods.length === 0) {
    progress.say('No period has ended: nothing was closed, and nobody was paid.');
    progress.say();
    return;
  }
  progress.say(`Statement of ${counted(periods.length, 'period')}`);
  progress.say();
  sayIndented(progress, periodTable(periods));
  progress.say();
  const returned = periods.filter(({ statement }) => statement.returned > 0n).length;
  if (returned > 0) {
    progress.say(`  ${counted(returned, 'period')} without points: the pool went back to funding.`);
  }
  const unbalanced = periods.filter(({ statement }) => !statement.balanced).length;
  progress.say(unbalanced === 0 ? '  All of them balance.' : `  ${unbalanced} OF THEM DO NOT BALANCE.`);
  progress.say();
}

async function sayExplanations(
  store: Store,
  job: Job,
  { statement }: PeriodResult,
  participants: readonly string[],
  progress: Progress,
): Promise<void> {
  if (participants.length === 0) return;
  const engine = engineOf(store, job);
  const period = statement.header.period.id;
  const request = { program: job.program, period };
  progress.say(`Why, in period ${period}`);
  for (const participant of participants) {
    const explanation = await engine.explain(request, participant);
    if (explanation !== undefined && explanation.amount !== '0') {
      sayIndented(progress, explanationLines(explanation, job.currency));
    }
    sayIndented(progress, whyNotLines(participant, await engine.whyNot(request, participant)));
  }
  progress.say();
}

function sayLedger({ verification, newTransfers }: JobResult, progress: Progress): void {
  const { ok, transfers, accounts, earnings, problems } = verification;
  const moved = `${counted(transfers, 'transfer')} (${count(newTransfers)} new)`;
  progress.say(`Ledger   ${moved}, ${counted(accounts, 'account')}, ${counted(earnings, 'earning')}`);
  progress.say(
    ok
      ? '         verify(): every balance is the sum of its transfers, and all of them together are zero'
      : `         verify() FOUND ${counted(problems.length, 'PROBLEM')}`,
  );
  for (const { problem } of problems.slice(0, LISTED_MAX)) progress.say(`           ${problem}`);
}

function sayFiles({ notifications, files }: JobResult, progress: Progress): void {
  const { stored, undelivered, delivered } = notifications;
  progress.say(
    `Outbox   ${counted(stored, 'notification')}: ${count(delivered)} delivered now, ${count(undelivered)} waiting`,
  );
  for (const file of files) progress.say(`Written  ${file}`);
}

function sayIndented(progress: Progress, lines: readonly string[]): void {
  for (const line of lines) progress.say(`  ${line}`);
}
