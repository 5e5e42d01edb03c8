import type { Earning } from '@payout-engines/core';
import { Amount, Day, Page, type Session, Table } from '@payout-engines/example-kit';
import type { Member } from '../members.ts';
import type { Order } from '../orders.ts';
import { BOUNTY_HOLD_DAYS, INR } from '../program.ts';
import { FRAME, statementPath } from './frame.ts';

/** An order as one member sees it, with what it earned them. */
export interface EarnedOrder {
  readonly order: Order;
  readonly earning: Earning | undefined;
  /** The payout that its money is in. */
  readonly payout: string | undefined;
}

/** A member's orders: sold, or brought. */
export function EarnedPage({
  session,
  member,
  rows,
}: {
  readonly session: Session;
  readonly member: Member;
  readonly rows: readonly EarnedOrder[];
}) {
  const isScout = member.kind === 'scout';
  return (
    <Page frame={FRAME} title="Orders" session={session} at="/earned">
      <p>
        {isScout
          ? `Of what your sellers earn on an order, 5 % are yours. A bounty is held for ${BOUNTY_HOLD_DAYS} days, as long as the order may come back.`
          : 'You earn the price less 10 %, once the buyer has the order. What is refunded is taken back in proportion.'}
      </p>
      <Table
        caption="Orders, newest first"
        rows={rows}
        csv="/earned.csv"
        empty="No order yet."
        columns={[
          { head: 'Placed', cell: ({ order }) => <Day at={order.placedAt} /> },
          { head: 'Order', cell: ({ order }) => order.id },
          ...(isScout
            ? [{ head: 'Seller', cell: ({ order }: EarnedOrder) => order.seller }]
            : [{ head: 'Item', cell: ({ order }: EarnedOrder) => order.item }]),
          {
            head: 'Price',
            numeric: true,
            cell: ({ order }) => <Amount minor={order.price} currency={INR} />,
          },
          {
            head: 'Refunded',
            numeric: true,
            cell: ({ order: { refunded } }) =>
              refunded === 0n ? '' : <Amount minor={-refunded} currency={INR} />,
          },
          {
            head: isScout ? 'Bounty' : 'You earn',
            means: 'Less what refunds took back.',
            numeric: true,
            cell: ({ earning }) =>
              earning === undefined ? (
                ''
              ) : (
                <Amount minor={earning.amount - earning.reversed} currency={INR} />
              ),
          },
          { head: 'State', cell: (row) => <OrderState row={row} isScout={isScout} /> },
        ]}
      />
    </Page>
  );
}

function OrderState({
  row: { order, earning, payout },
  isScout,
}: {
  readonly row: EarnedOrder;
  readonly isScout: boolean;
}) {
  if (order.completedAt === undefined) return <span class="state waits">On its way to the buyer</span>;
  if (earning === undefined) return <span class="state over">Nothing earned</span>;
  if (earning.amount === earning.reversed) return <span class="state over">Refunded</span>;
  if (earning.held > 0n) {
    return (
      <span class="state waits">
        Held
        {earning.hold?.until !== undefined && (
          <>
            {' '}
            until <Day at={earning.hold.until} />
          </>
        )}
      </span>
    );
  }
  if (payout === undefined) {
    return <span class="state good">{isScout ? 'Free to ask for' : 'On the balance'}</span>;
  }
  return <a href={statementPath(payout)}>In a payout</a>;
}
