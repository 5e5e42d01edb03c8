import { parseMinor, type PlanHeader } from '@payout-engines/core';
import type { Job } from '../job.ts';
import type { Prepared, Rehearsal } from '../run/prepare.ts';
import type { JobResult } from '../run/run-job.ts';
import { decimal } from './amounts.ts';

/** The statement of a run as JSON. Amounts are exact decimals, as text. */
export function statementJson(job: Job, result: JobResult): string {
  const { verification, newTransfers, notifications, files } = result;
  return text({
    ...head(job, result.prepared),
    periods: result.periods.map(({ statement, outcome }) => ({
      ...periodFields(job, statement.digest, statement.header),
      outcome,
      left: decimal(statement.left, job.currency),
      balanced: statement.balanced,
    })),
    ledger: { ...verification, newTransfers },
    notifications,
    files,
  });
}

/** What a run would do as JSON. */
export function rehearsalJson(job: Job, rehearsal: Rehearsal): string {
  const periods = rehearsal.drafts.map(({ digest, header }) => ({
    ...periodFields(job, digest, header),
    outcome: 'planned',
  }));
  return text({ ...head(job, rehearsal), periods });
}

function text(value: unknown): string {
  const plain = (_key: string, part: unknown): unknown => (typeof part === 'bigint' ? part.toString() : part);
  return JSON.stringify(value, plain, 2);
}

function head({ program, currency }: Job, { events, notEnded }: Prepared) {
  return {
    program,
    currency,
    events: events ?? null,
    notEnded: notEnded.map(({ id, end }) => ({ id, end: end.toISOString() })),
  };
}

function periodFields({ currency }: Job, digest: string, header: PlanHeader) {
  const amount = (minor: string): string => decimal(parseMinor(minor), currency);
  const rates = new Map(header.rules.revenue.map(({ source, rate }) => [source, rate]));
  return {
    ...header.period,
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
