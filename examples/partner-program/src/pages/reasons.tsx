import type { WhyNot } from '@payout-engines/core';
import { Amount, Day } from '@payout-engines/example-kit';
import { USD } from '../program.ts';

/** Why nothing can be asked for, as a partner reads it: what is missing, and until when. */
export function Reason({ reason }: { readonly reason: WhyNot }) {
  switch (reason.kind) {
    case 'below_threshold':
      return (
        <>
          <Amount minor={reason.missing} currency={USD} /> are missing to the least payout of your tier
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
          Refunds took back <Amount minor={reason.amount} currency={USD} /> more than was left. Your next
          commissions go against it.
        </>
      );
    case 'no_destination':
      return <>We do not know yet where to pay you. Add a bank account.</>;
    case 'not_verified':
      return <>You are not verified yet.</>;
    case 'payout_open':
      return <>A payout is under way already. The next can be asked for when it has arrived.</>;
    case 'destination_blocked':
      return <>The last payment to your bank account came back. Add another one.</>;
    case 'on_hold':
      return <>Payouts to you are on hold ({reason.hold}).</>;
    case 'inactive':
      return <>You do not take part in the program at the moment.</>;
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
