import { Action, Amount, Page, type Session, Table, Time, Token } from '@payout-engines/example-kit';
import type { Order } from '../orders.ts';
import { feeOn, INR } from '../program.ts';
import type { Form } from '../web/page.ts';
import { TypedField } from './bank-account.tsx';
import { FRAME } from './frame.ts';

const EMPTY: Form = { typed: {}, problems: {} };

/** All orders, and the forms for a new one and for a refund: in an app of yours, the shop calls instead. */
export function OperatorOrders({
  session,
  open,
  completed,
  order = EMPTY,
  refund = EMPTY,
}: {
  readonly session: Session;
  readonly open: readonly Order[];
  readonly completed: readonly Order[];
  readonly order?: Form;
  readonly refund?: Form;
}) {
  const price = {
    head: 'Price',
    numeric: true,
    cell: ({ price: minor }: Order) => <Amount minor={minor} currency={INR} />,
  };
  const refunded = {
    head: 'Refunded',
    numeric: true,
    cell: ({ refunded: minor }: Order) => (minor === 0n ? '' : <Amount minor={-minor} currency={INR} />),
  };
  return (
    <Page frame={FRAME} title="Orders" session={session} at="/operator/orders">
      <Table
        caption="On their way to the buyer"
        rows={open}
        empty="Every order is completed."
        columns={[
          { head: 'Placed', cell: ({ placedAt }) => <Time at={placedAt} /> },
          { head: 'Order', cell: ({ id }) => id },
          { head: 'Seller', cell: ({ seller }) => seller },
          { head: 'Item', cell: ({ item }) => item },
          price,
          refunded,
          {
            head: 'The buyer has it',
            cell: ({ id, seller, price: whole, refunded: back }) => {
              const left = whole - back;
              return (
                <Action
                  session={session}
                  to={`/operator/orders/${encodeURIComponent(id)}/complete`}
                  label="Complete"
                  sure={
                    <>
                      1 payout of <Amount minor={left - feeOn(left)} currency={INR} /> to {seller}, less what
                      refunds are still open.
                    </>
                  }
                />
              );
            },
          },
        ]}
      />
      <Table
        caption="Completed, newest first"
        rows={completed}
        empty="No order was completed yet."
        csv="/operator/orders.csv"
        columns={[
          { head: 'Completed', cell: ({ completedAt }) => completedAt && <Time at={completedAt} /> },
          { head: 'By', cell: ({ completedBy }) => completedBy ?? '' },
          { head: 'Order', cell: ({ id }) => id },
          { head: 'Seller', cell: ({ seller }) => seller },
          { head: 'Scout', cell: ({ scout }) => scout ?? '' },
          { head: 'Item', cell: ({ item }) => item },
          price,
          refunded,
        ]}
      />
      <h2>Record by hand</h2>
      <div class="cards">
        <form method="post" action="/operator/orders" data-once class="card" aria-label="Record an order">
          <h2>Record an order</h2>
          <Token session={session} />
          <TypedField form={order} name="id" label="Order" hint="Its id in the shop: recorded once." />
          <TypedField form={order} name="seller" label="Seller" />
          <TypedField form={order} name="item" label="Item" />
          <TypedField form={order} name="price" label="Price in INR" decimal />
          <button>Record</button>
        </form>
        <form method="post" action="/operator/refunds" data-once class="card" aria-label="Record a refund">
          <h2>Record a refund</h2>
          <Token session={session} />
          <TypedField form={refund} name="id" label="Refund" hint="Its id in the shop: recorded once." />
          <TypedField form={refund} name="order" label="Order that is refunded" />
          <TypedField form={refund} name="amount" label="Amount in INR" decimal />
          <button>Refund</button>
        </form>
      </div>
    </Page>
  );
}
