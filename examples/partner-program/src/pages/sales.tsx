import type { Earning } from '@payout-engines/core';
import { Amount, Day, Page, type Session, Table } from '@payout-engines/example-kit';
import { HOLD_DAYS, USD } from '../program.ts';
import type { Sale } from '../sales.ts';
import { FRAME } from './frame.ts';
import { percentOf } from './overview.tsx';

/** A partner's sales: what each has earned, at which rates, and when it is free. */
export function SalesPage({
  session,
  sales,
  earnings,
}: {
  readonly session: Session;
  readonly sales: readonly Sale[];
  readonly earnings: ReadonlyMap<string, Earning>;
}) {
  const earningOf = (sale: Sale): Earning | undefined => earnings.get(sale.earning ?? '');
  return (
    <Page frame={FRAME} title="Sales" session={session} at="/sales">
      <p>A commission is held for {HOLD_DAYS} days after the sale, as long as the sale can be refunded.</p>
      <Table
        caption="Sales, newest first"
        rows={sales}
        csv="/sales.csv"
        empty="No sale yet. It comes with the first customer who uses your link."
        columns={[
          { head: 'Sold', cell: ({ at }) => <Day at={at} /> },
          { head: 'Sale', cell: ({ id }) => id },
          { head: 'Amount', numeric: true, cell: ({ amount }) => <Amount minor={amount} currency={USD} /> },
          {
            head: 'Refunded',
            numeric: true,
            cell: ({ refunded }) => (refunded === 0n ? '' : <Amount minor={-refunded} currency={USD} />),
          },
          {
            head: 'Rates',
            means: 'The rates of the tiers that the sale fell in. They stay as they were on its day.',
            cell: ({ commission }) =>
              commission?.parts.map(({ of, rate }) => (
                <div>
                  <Amount minor={of} currency={USD} /> × {percentOf(rate)}
                </div>
              )) ?? 'no commission',
          },
          {
            head: 'Commission',
            numeric: true,
            cell: ({ commission }) => <Amount minor={commission?.amount ?? 0n} currency={USD} />,
          },
          {
            head: 'Taken back',
            numeric: true,
            cell: (sale) => {
              const reversed = earningOf(sale)?.reversed ?? 0n;
              return reversed === 0n ? '' : <Amount minor={-reversed} currency={USD} />;
            },
          },
          { head: 'State', cell: (sale) => <EarningState earning={earningOf(sale)} /> },
        ]}
      />
    </Page>
  );
}

function EarningState({ earning }: { readonly earning: Earning | undefined }) {
  if (earning === undefined) return <>nothing earned</>;
  if (earning.reversed === earning.amount) return <span class="state over">Taken back</span>;
  if (earning.held === 0n) return <span class="state good">On the balance</span>;
  return (
    <span class="state waits">
      Held{' '}
      {earning.hold?.until !== undefined && (
        <>
          until <Day at={earning.hold.until} />
        </>
      )}
    </span>
  );
}
