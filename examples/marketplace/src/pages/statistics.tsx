import {
  Amount,
  Card,
  Cards,
  LineChart,
  Page,
  Ranks,
  type Session,
  State,
  Table,
} from '@payout-engines/example-kit';
import { INR } from '../program.ts';
import type { Statistics } from '../statistics.ts';
import { FRAME } from './frame.ts';

/** How the marketplace pays. */
export function StatisticsPage({
  session,
  statistics: { paid, waiting, states, days, byKind },
}: {
  readonly session: Session;
  readonly statistics: Statistics;
}) {
  const recent = days.reduce((sum, day) => sum + day.paid, 0n);
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
        label="Paid by day"
        points={days.map(({ day, paid: value }) => ({ at: new Date(`${day}T00:00:00Z`), value }))}
        says={
          <>
            <Amount minor={recent} currency={INR} /> in the last 30 days.
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
