import type { IneligibleReason } from '@payout-engines/core';
import { Amount, Day } from '@payout-engines/example-kit';
import { USD } from '../program.ts';

/** Why a batch pays nothing to somebody. Creators and operators read the same: what is missing, and until when. */
export function Reason({ reason }: { readonly reason: IneligibleReason }) {
  switch (reason.kind) {
    case 'below_threshold':
      return (
        <>
          Below the least payout: <Amount minor={reason.missing} currency={USD} /> missing
          {reason.until !== undefined && (
            <>
              , reached on <Day at={reason.until} /> by what is held
            </>
          )}
        </>
      );
    case 'debt':
      return (
        <>
          Charge-backs took <Amount minor={reason.amount} currency={USD} /> more than was left; next earnings
          go against it
        </>
      );
    case 'not_verified':
      return <>Not verified by Stripe yet</>;
    case 'no_destination':
      return <>No Stripe account yet</>;
    case 'payout_open':
      return <>The payout before this one is still under way</>;
    case 'destination_blocked':
      return <>A payment to this account came back; another one is needed</>;
    case 'on_hold':
      return (
        <>
          On hold ({reason.hold})
          {reason.until !== undefined && (
            <>
              {' '}
              until <Day at={reason.until} />
            </>
          )}
        </>
      );
    case 'inactive':
      return <>Does not take part at the moment</>;
    case 'insufficient_available':
    case 'not_payable':
    case 'not_known':
    case 'outside_rules':
      return <>Nothing that could be paid yet</>;
  }
}

/** All of them. */
export function Reasons({ reasons }: { readonly reasons: readonly IneligibleReason[] }) {
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

/** All of them in one cell. */
export function ReasonsInLine({ reasons }: { readonly reasons: readonly IneligibleReason[] }) {
  return (
    <span>
      {reasons.map((reason, index) => (
        <>
          {index > 0 && '. '}
          <Reason reason={reason} />
        </>
      ))}
    </span>
  );
}

/** The same in a cell of a file. */
export function reasonText(reason: IneligibleReason): string {
  return 'until' in reason && reason.until !== undefined
    ? `${reason.kind} until ${reason.until.toISOString()}`
    : reason.kind;
}

const CODES: Readonly<Record<string, string>> = {
  insufficient_capabilities_for_transfer:
    'Stripe does not let this account receive transfers at the moment. Next step: finish what Stripe asks for.',
  transfers_not_allowed: 'Stripe cannot pay to the country of this account. Next step: another account.',
  balance_insufficient:
    'The balance of the platform at Stripe is too low. Next step: top it up; it is tried again by itself.',
  not_verified: 'The account is not verified any more. Next step: finish what Stripe asks for.',
  no_destination: 'There is no account to pay to. Next step: connect one.',
  destination_blocked: 'A payment to this account came back. Next step: connect another one.',
  debt: 'Charge-backs took back what this payout was made of.',
  earning_reversed:
    'A charge-back took back what this payout was made of. Next step: none; what is left is paid with the next batch.',
  resource_missing: 'Stripe does not know this account. Next step: connect again.',
};

/** Why a payout is where it is, and what comes next. */
export function WhyText({ code }: { readonly code: string }) {
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  return known === undefined ? <code>{code}</code> : <>{known}</>;
}
