import {
  Amount,
  Field,
  Page,
  type Session,
  Table,
  Time,
  Token,
  type Typed,
} from '@payout-engines/example-kit';
import { USD } from '../program.ts';
import type { Sale } from '../sales.ts';
import { FRAME } from './frame.ts';

/** A form as it was typed, with what is wrong with it. */
export interface SaleForm {
  readonly typed: Typed;
  readonly problems: Readonly<Record<string, string>>;
}

const EMPTY: SaleForm = { typed: {}, problems: {} };

/** All sales, and the forms for a new one and for a refund: in an app of yours, the shop calls instead. */
export function OperatorSales({
  session,
  sales,
  sale = EMPTY,
  refund = EMPTY,
}: {
  readonly session: Session;
  readonly sales: readonly Sale[];
  readonly sale?: SaleForm;
  readonly refund?: SaleForm;
}) {
  return (
    <Page frame={FRAME} title="Sales" session={session} at="/operator/sales">
      <div class="cards">
        <form method="post" action="/operator/sales" data-once class="card" aria-label="Record a sale">
          <h2>Record a sale</h2>
          <Token session={session} />
          <TypedField form={sale} name="id" label="Sale" hint="Its id in the shop: recorded once." />
          <TypedField form={sale} name="partner" label="Partner" />
          <TypedField form={sale} name="kind" label="Kind" hint="products or services" initial="products" />
          <TypedField form={sale} name="amount" label="Amount in USD" decimal />
          <button>Record</button>
        </form>
        <form method="post" action="/operator/refunds" data-once class="card" aria-label="Record a refund">
          <h2>Record a refund</h2>
          <Token session={session} />
          <TypedField form={refund} name="id" label="Refund" hint="Its id in the shop: recorded once." />
          <TypedField form={refund} name="sale" label="Sale that is refunded" />
          <TypedField form={refund} name="amount" label="Amount in USD" decimal />
          <button>Refund</button>
        </form>
      </div>
      <Table
        caption="Sales, newest first"
        rows={sales}
        empty="No sale yet."
        columns={[
          { head: 'Sold', cell: ({ at }) => <Time at={at} /> },
          { head: 'Sale', cell: ({ id }) => id },
          { head: 'Partner', cell: ({ partner }) => partner },
          { head: 'Kind', cell: ({ kind }) => kind },
          { head: 'Amount', numeric: true, cell: ({ amount }) => <Amount minor={amount} currency={USD} /> },
          {
            head: 'Refunded',
            numeric: true,
            cell: ({ refunded }) => (refunded === 0n ? '' : <Amount minor={-refunded} currency={USD} />),
          },
          { head: 'Rule', cell: ({ commission }) => commission?.rule ?? 'none' },
          {
            head: 'Commission',
            numeric: true,
            cell: ({ commission }) => <Amount minor={commission?.amount ?? 0n} currency={USD} />,
          },
        ]}
      />
    </Page>
  );
}

function TypedField({
  form,
  name,
  label,
  hint,
  initial,
  decimal = false,
}: {
  readonly form: SaleForm;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly initial?: string;
  readonly decimal?: boolean;
}) {
  const value = form.typed[name] ?? initial;
  const problem = form.problems[name];
  return (
    <Field
      name={name}
      label={label}
      required
      {...(value !== undefined && { value })}
      {...(problem !== undefined && { problem })}
      {...(hint !== undefined && { hint })}
      {...(decimal && { inputMode: 'decimal' as const })}
    />
  );
}
