import { parseMinor } from '@payout-engines/core';
import type { Job } from '../job.ts';
import type { PeriodPlan, Prepared } from '../run/prepare.ts';
import type { JobResult } from '../run/run-job.ts';
import { decimal } from './amounts.ts';

/** The statement of a run as JSON. Amounts are exact decimals, as text. */
export function statementJson(job: Job, prepared: Prepared, closed: JobResult | undefined): string {
  const { program, currency } = job;
  const statement = {
    program,
    currency,
    events: prepared.events,
    periods: closed === undefined ? prepared.plans.map((plan) => planJson(job, plan)) : periodsJson(job, closed),
    notEnded: prepared.notEnded.map(({ id, end }) => ({ id, end: end.toISOString() })),
    ...(closed === undefined
      ? {}
      : {
          ledger: { ...closed.verification, newTransfers: closed.newTransfers },
          notifications: closed.notifications,
          files: closed.files,
        }),
  };
  const text = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
  return JSON.stringify(statement, text, 2);
}

function planJson({ currency }: Job, { digest, header, state }: Omit<PeriodPlan, 'period'>) {
  const amount = (minor: string): string => decimal(parseMinor(minor), currency);
  const rates = new Map(header.rules.revenue.map(({ source, rate }) => [source, rate]));
  return {
    ...header.period,
    outcome: state === 'new' ? 'planned' : state,
    digest,
    sources: header.revenue.map(({ source, amount: revenue, toPool }) => ({
      source,
      revenue: amount(revenue),
      rate: rates.get(source),
      toPool: amount(toPool),
    })),
    pool: amount(header.pool),
    shares: amount(header.shares),
    returned: amount(header.returned),
    bonuses: amount(header.bonuses.amount),
    bonusCount: header.bonuses.count,
    bonusesFundedBy: header.rules.referrals?.fundedBy ?? null,
    heldUntil: header.heldUntil,
    interactions: header.interactions,
    points: header.points,
    participants: header.participants,
  };
}

function periodsJson(job: Job, { periods }: JobResult) {
  return periods.map(({ statement, outcome }) => ({
    ...planJson(job, { digest: statement.digest, header: statement.header, state: 'new' }),
    outcome,
    left: decimal(statement.left, job.currency),
    balanced: statement.balanced,
  }));
}
