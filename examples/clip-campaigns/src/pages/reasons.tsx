import type { WhyNot } from '@payout-engines/core';
import { Amount, Day } from '@payout-engines/example-kit';
import { PAYOUT_MINIMUM, USD } from '../program.ts';

/** Why nothing can be asked for, as a clipper reads it: what is missing, and what to do. */
export function Reason({ reason }: { readonly reason: WhyNot }) {
  switch (reason.kind) {
    case 'below_threshold':
      return (
        <>
          A payout is at least <Amount minor={PAYOUT_MINIMUM} currency={USD} />:{' '}
          <Amount minor={reason.missing} currency={USD} /> are missing.
        </>
      );
    case 'debt':
      return (
        <>
          <Amount minor={reason.amount} currency={USD} /> more were paid than was earned. What you earn next
          goes against it.
        </>
      );
    case 'no_destination':
      return (
        <>
          We do not know yet where to pay you. <a href="/payment-details">Say where</a>.
        </>
      );
    case 'payout_open':
      return <>A payout is under way already. The next can be asked for when it has ended.</>;
    case 'destination_blocked':
      return (
        <>
          The last payment to you came back. <a href="/payment-details">Give other payment details</a>.
        </>
      );
    case 'on_hold':
      return (
        <>
          Payouts to you are on hold
          {reason.until !== undefined && (
            <>
              {' '}
              until <Day at={reason.until} />
            </>
          )}
          .
        </>
      );
    case 'not_verified':
      return <>You are not verified yet.</>;
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
