import { Amount, Page, type Session, Table } from '@payout-engines/example-kit';
import { USD } from '../program.ts';
import type { Year } from '../years.ts';
import { FRAME } from './frame.ts';

/** What was paid in each year. */
export function YearsPage({
  session,
  years,
}: {
  readonly session: Session;
  readonly years: readonly Year[];
}) {
  return (
    <Page frame={FRAME} title="Years" session={session} at="/years">
      <p>What has arrived in each calendar year, UTC, less what came back.</p>
      <Table
        caption="Totals by year"
        rows={years}
        empty="Nothing was paid yet."
        columns={[
          { head: 'Year', cell: ({ year }) => year },
          { head: 'Payments', numeric: true, cell: ({ payments }) => payments },
          { head: 'Paid', numeric: true, cell: ({ paid }) => <Amount minor={paid} currency={USD} /> },
        ]}
      />
    </Page>
  );
}
