import type { WhyNot, WhyNotReason } from '@payout-engines/core';
import { Day } from '@payout-engines/example-kit';
import { CLAIM_MINIMUM, WALLET_HOLD_DAYS } from '../program.ts';
import { Sol } from './words.tsx';

/** Why nothing can be claimed, as a creator reads it: what is missing, and until when. */
function Reason({ reason }: { readonly reason: WhyNot }) {
  switch (reason.kind) {
    case 'below_threshold':
      return (
        <>
          <Sol minor={reason.missing} /> are missing to the least claim of <Sol minor={CLAIM_MINIMUM} />
          {reason.until !== undefined && (
            <>
              ; what is held reaches it on <Day at={reason.until} />
            </>
          )}
          . What you have stays yours.
        </>
      );
    case 'debt':
      return (
        <>
          <Sol minor={reason.amount} /> more was taken back than was left. Your next shares go against it.
        </>
      );
    case 'no_destination':
      return (
        <>
          We do not know yet where to send it. <a href="/wallet">Add your wallet</a>.
        </>
      );
    case 'not_verified':
      return <>You are not verified yet. What you earn until then is held for you.</>;
    case 'payout_open':
      return <>A claim is under way already. The next can be made when it has arrived.</>;
    case 'destination_blocked':
      return (
        <>
          The last claim came back from your wallet. <a href="/wallet">Add another one</a>.
        </>
      );
    case 'on_hold':
      return (
        <>
          Your wallet is new: nothing is sent to it for {WALLET_HOLD_DAYS} days
          {reason.until !== undefined && (
            <>
              , until <Day at={reason.until} />
            </>
          )}
          . That keeps a thief from changing it and claiming at once.
        </>
      );
    case 'inactive':
      return <>You do not take part at the moment.</>;
    case 'not_payable':
    case 'insufficient_available':
    case 'not_known':
    case 'outside_rules':
      return <>There is nothing to claim yet.</>;
  }
}

/** All of them. */
export function Reasons({ reasons }: { readonly reasons: readonly WhyNot[] }) {
  if (reasons.length === 0) return <>There is nothing to claim yet.</>;
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

/** Why a period has brought nothing, or nothing that is free yet. */
export function periodReason(reason: WhyNotReason): string {
  switch (reason.reason) {
    case 'no_interactions':
      return 'You did nothing in it that counts.';
    case 'not_known':
      return 'You were not registered when it was shared out.';
    case 'inactive':
      return 'You did not take part when it was shared out. You count again from the next period on, once you do.';
    case 'no_points':
      return 'You had no points: following or liking yourself does not count.';
    case 'share_below_one_unit':
      return 'Your part of the pool is less than the smallest unit of SOL, or the pool was empty.';
    case 'on_hold':
      return `It is held until ${reason.until.slice(0, 10)}.`;
    case 'not_verified':
      return 'You were not verified when it was shared out: it is held until you are.';
  }
}
