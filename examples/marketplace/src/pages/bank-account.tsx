import { Field, Page, type Session, Token } from '@payout-engines/example-kit';
import { BANK_HOLD_DAYS } from '../program.ts';
import type { Form } from '../web/page.ts';
import { FRAME } from './frame.ts';

/** Where a member is paid, and another account. */
export function BankAccountPage({
  session,
  account,
  form = { typed: {}, problems: {} },
}: {
  readonly session: Session;
  readonly account: string | undefined;
  readonly form?: Form;
}) {
  return (
    <Page frame={FRAME} title="Bank account" session={session} at="/bank-account">
      <p>
        {account === undefined ? 'We do not know yet where to pay you.' : `You are paid to ${account}.`}
        {account !== undefined &&
          ` After a change, nothing is sent for ${BANK_HOLD_DAYS} days: so that nobody else can have your money sent elsewhere unnoticed.`}
      </p>
      <form method="post" action="/bank-account" data-once class="card" aria-label="Change the bank account">
        <h2>{account === undefined ? 'Add your account' : 'Another account'}</h2>
        <Token session={session} />
        <TypedField form={form} name="ifsc" label="IFSC" hint="11 letters and digits, such as HDFC0000123" />
        <TypedField form={form} name="number" label="Account number" hint="9 to 18 digits" />
        <button>Save</button>
      </form>
    </Page>
  );
}

/** One field of a form, as it was typed. */
export function TypedField({
  form,
  name,
  label,
  hint,
  decimal = false,
}: {
  readonly form: Form;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly decimal?: boolean;
}) {
  const value = form.typed[name];
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
