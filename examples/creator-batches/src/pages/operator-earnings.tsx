import { Field, Page, type Session, Table, Token, type Typed } from '@payout-engines/example-kit';
import type { CreditedPayment } from '../earnings.ts';
import { paymentColumns, rateText } from './earnings.tsx';
import { FRAME } from './frame.ts';

/** A form as it was typed, with what is wrong with it. */
export interface FilledForm {
  readonly typed: Typed;
  readonly problems: Readonly<Record<string, string>>;
}

const EMPTY: FilledForm = { typed: {}, problems: {} };

/** What fans paid, and the forms for it: in an app of yours, the platform that takes tokens calls instead. */
export function OperatorEarnings({
  session,
  payments,
  names,
  rate,
  payment = EMPTY,
  back = EMPTY,
}: {
  readonly session: Session;
  readonly payments: readonly CreditedPayment[];
  readonly names: ReadonlyMap<string, string>;
  readonly rate: string;
  readonly payment?: FilledForm;
  readonly back?: FilledForm;
}) {
  return (
    <Page frame={FRAME} title="Tips and calls" session={session} at="/operator/earnings">
      <div class="cards">
        <form
          method="post"
          action="/operator/earnings"
          data-once
          class="card"
          aria-label="Record a tip or a call"
        >
          <h2>Record a tip or a call</h2>
          <Token session={session} />
          <TypedField form={payment} name="id" label="Payment" hint="Its id where fans pay: recorded once." />
          <TypedField form={payment} name="creator" label="Creator" hint="Such as mia." />
          <TypedField form={payment} name="kind" label="Kind" hint="tip or call" initial="tip" />
          <TypedField
            form={payment}
            name="tokens"
            label="Tokens"
            hint={`A token is ${rateText(rate)} today.`}
            decimal
          />
          <button>Record</button>
        </form>
        <form
          method="post"
          action="/operator/charge-backs"
          data-once
          class="card"
          aria-label="Record a charge-back"
        >
          <h2>Record a charge-back</h2>
          <Token session={session} />
          <TypedField
            form={back}
            name="payment"
            label="Payment that the bank took back"
            hint="All of it: from what is held first, then from what is available."
          />
          <button>Take back</button>
        </form>
      </div>
      <Table
        caption="The latest tips and calls"
        rows={payments}
        empty="Nothing yet."
        csv="/operator/earnings.csv"
        columns={paymentColumns(names)}
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
  readonly form: FilledForm;
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
