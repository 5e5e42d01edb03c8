import {
  Amount,
  Card,
  Cards,
  LineChart,
  Page,
  Ranks,
  type Session,
  Table,
} from '@payout-engines/example-kit';
import { INR } from '../program.ts';
import type { Statistics } from '../statistics.ts';
import { FRAME } from './frame.ts';
import { State } from './payouts-table.tsx';

/** How the marketplace pays. */
export function StatisticsPage({
  session,
  statistics: { paid, waiting, states, days, byKind },
}: {
  readonly session: Session;
  readonly statistics: Statistics;
}) {
  const recent = days.reduce((before, day) => before + day.paid, 0n);
  let sum = 0n;
  const earned = days.map((day) => {
    sum += day.earned;
    return { at: new Date(`${day.day}T00:00:00Z`), value: sum };
  });
  return (
    <Page frame={FRAME} title="Statistics" session={session} at="/operator/statistics">
      <Cards>
        <Card label="Paid" means="All that has arrived, less what came back.">
          <Amount minor={paid} currency={INR} />
        </Card>
        <Card label="Under way" means="In payouts that have not come to an end.">
          <Amount minor={waiting} currency={INR} />
        </Card>
        <Card label="Paid in 30 days" means="What left for bank accounts.">
          <Amount minor={recent} currency={INR} />
        </Card>
      </Cards>
      <LineChart
        label="Earned in the last 30 days"
        points={earned}
        says={
          <>
            Sellers and scouts have earned <Amount minor={earned.at(-1)?.value ?? 0n} currency={INR} />, less
            what refunds took back.
          </>
        }
      />
      <Ranks
        label="Paid to"
        ranks={byKind.map(({ kind, members, paid: value }) => ({
          label: `${members} ${kind}s`,
          value,
          says: <Amount minor={value} currency={INR} />,
        }))}
      />
      <Table
        caption="By state"
        rows={states}
        empty="No payout yet."
        columns={[
          { head: 'State', cell: ({ state }) => <State state={state} /> },
          { head: 'Payouts', numeric: true, cell: ({ count }) => count },
          { head: 'Amount', numeric: true, cell: ({ amount }) => <Amount minor={amount} currency={INR} /> },
        ]}
      />
    </Page>
  );
}
