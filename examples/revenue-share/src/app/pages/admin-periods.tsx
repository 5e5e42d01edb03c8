import { Page, type Session, Table, Tabs } from '@payout-engines/example-kit';
import type { PlanHeader } from '@payout-engines/core';
import { grouped } from '../points.ts';
import { type ProgramPeriod, type Stage, whyNotRun } from '../periods.ts';
import { FRAME, periodPath } from './frame.ts';
import { Days, Sol, StageWord } from './words.tsx';

/** A period with the totals of its plan, once it has one. */
export interface PeriodTotals extends ProgramPeriod {
  readonly header: PlanHeader | undefined;
}

/** What operators look at together. */
export const PERIOD_TABS: readonly {
  readonly id: string;
  readonly label: string;
  readonly stages: readonly Stage[];
}[] = [
  { id: 'all', label: 'All', stages: ['open', 'waiting', 'calculating', 'stopped', 'closed'] },
  { id: 'waiting', label: 'To share out', stages: ['waiting', 'stopped'] },
  { id: 'calculating', label: 'Calculating', stages: ['calculating'] },
  { id: 'closed', label: 'Shared out', stages: ['closed'] },
];

/** All periods and their totals. */
export function AdminPeriods({
  session,
  periods,
  chosen,
}: {
  readonly session: Session;
  readonly periods: readonly PeriodTotals[];
  readonly chosen: string;
}) {
  const tab = PERIOD_TABS.find(({ id }) => id === chosen) ?? PERIOD_TABS[0];
  const rows = periods.filter(({ stage }) => tab?.stages.includes(stage));
  const amount = (text: string | undefined) => (text === undefined ? '' : <Sol minor={BigInt(text)} />);
  return (
    <Page frame={FRAME} title="Periods" session={session} at="/admin">
      <Tabs
        label="Periods by state"
        tabs={PERIOD_TABS.map(({ id, label, stages }) => {
          const inIt = periods.filter(({ stage }) => stages.includes(stage));
          const pools = inIt.reduce((sum, { header }) => sum + BigInt(header?.pool ?? 0), 0n);
          return {
            to: `/admin?tab=${id}`,
            label,
            count: inIt.length,
            sum: <Sol minor={pools} />,
            here: id === tab?.id,
          };
        })}
      />
      <Table
        caption="Periods, newest first"
        rows={rows}
        csv="/admin/periods.csv"
        empty="No period is here. Choose another tab."
        columns={[
          { head: 'Period', cell: (period) => <Days period={period} /> },
          { head: 'State', cell: ({ stage }) => <StageWord stage={stage} /> },
          {
            head: 'Creators paid',
            numeric: true,
            cell: ({ header }) => (header === undefined ? '' : grouped(header.participants.paid)),
          },
          { head: 'Pool', numeric: true, cell: ({ header }) => amount(header?.pool) },
          { head: 'Shares', numeric: true, cell: ({ header }) => amount(header?.shares) },
          { head: 'Bonuses', numeric: true, cell: ({ header }) => amount(header?.bonuses.amount) },
          { head: 'Not distributed', numeric: true, cell: ({ header }) => amount(header?.returned) },
          {
            head: 'Next',
            cell: (period) =>
              period.stage === 'waiting' || period.stage === 'stopped'
                ? (whyNotRun(period) ?? 'Dry run, then share out')
                : '',
          },
          { head: 'Details', cell: ({ id }) => <a href={periodPath(id, '/admin')}>Open</a> },
        ]}
      />
    </Page>
  );
}
