import { Field, Page, type Session, Token } from '@payout-engines/example-kit';
import { NEW_DETAILS_DAYS } from '../program.ts';
import { FRAME } from './frame.ts';

/** Where a clipper is paid, masked; and the form for another place. */
export function PaymentDetailsPage({
  session,
  details,
  sent,
}: {
  readonly session: Session;
  readonly details: string | undefined;
  readonly sent?: { readonly address: string; readonly problem: string };
}) {
  return (
    <Page frame={FRAME} title="Payment details" session={session} at="/payment-details">
      <p>
        {details === undefined
          ? 'We do not know yet where to pay you.'
          : `You are paid to ${details}. All but this is hidden, from you too.`}
      </p>
      <form method="post" action="/payment-details" data-once class="card" aria-label="Payment details">
        <h2>{details === undefined ? 'Say where to pay you' : 'Change it'}</h2>
        <Token session={session} />
        <Field
          name="address"
          label="IBAN, or e-mail of your PayPal account"
          required
          {...(sent === undefined
            ? {
                hint: `When it changes, nothing is paid to the new one for ${NEW_DETAILS_DAYS} days: somebody else might have changed it.`,
              }
            : { value: sent.address, problem: sent.problem })}
        />
        <button>Save</button>
      </form>
      <p>Only the operator who is paying you sees it in full, and that they have looked is written down.</p>
    </Page>
  );
}
