import type { WhyNot } from '@payout-engines/core';
import { Amount, Day } from '@payout-engines/example-kit';
import { INR } from '../program.ts';

/** Why nothing is paid out now, as a member reads it: what is missing, and until when. */
export function Reason({ reason }: { readonly reason: WhyNot }) {
  switch (reason.kind) {
    case 'below_threshold':
      return (
        <>
          <Amount minor={reason.missing} currency={INR} /> are missing to the least payout
          {reason.until !== undefined && (
            <>
              ; what is held reaches it on <Day at={reason.until} />
            </>
          )}
          .
        </>
      );
    case 'debt':
      return (
        <>
          Refunds took back <Amount minor={reason.amount} currency={INR} /> more than was left. What you earn
          next goes against it first.
        </>
      );
    case 'no_destination':
      return (
        <>
          We do not know yet where to pay you. <a href="/bank-account">Add a bank account</a>.
        </>
      );
    case 'on_hold':
      return (
        <>
          Your bank account is new.{' '}
          {reason.until !== undefined && (
            <>
              Payouts go to it from <Day at={reason.until} /> on.
            </>
          )}
        </>
      );
    case 'not_verified':
      return <>You are not verified yet.</>;
    case 'payout_open':
      return <>A payout is under way already.</>;
    case 'destination_blocked':
      return (
        <>
          A payment to your bank account came back. <a href="/bank-account">Add another one</a>.
        </>
      );
    case 'inactive':
      return <>You do not take part at the moment.</>;
    case 'not_payable':
    case 'insufficient_available':
    case 'not_known':
    case 'outside_rules':
      return <>There is nothing that could be paid out yet.</>;
  }
}

/** All of them. */
export function Reasons({ reasons }: { readonly reasons: readonly WhyNot[] }) {
  return (
    <ul class="reasons">
      {reasons.map((reason) => (
        <li>
          <Reason reason={reason} />
        </li>
      ))}
    </ul>
  );
}
