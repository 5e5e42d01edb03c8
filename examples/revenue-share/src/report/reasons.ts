import type { Currency, IneligibleReason, LineState } from '@payout-engines/core';
import { amount } from './amounts.ts';

/** Why somebody is not paid out, in words. */
export function reasonText(reason: IneligibleReason, currency: Currency): string {
  switch (reason.kind) {
    case 'debt':
      return `owes ${amount(reason.amount, currency)}${when(reason.until)}`;
    case 'below_threshold':
      return `${amount(reason.missing, currency)} short of the minimum${when(reason.until)}`;
    case 'on_hold':
      return `on hold (${reason.hold})${when(reason.until)}`;
    case 'inactive':
      return 'not active';
    case 'not_verified':
      return 'not verified';
    case 'no_destination':
      return 'no destination';
    case 'payout_open':
      return `payout ${reason.payout} is under way`;
    case 'destination_blocked':
      return 'money came back from the destination';
    case 'insufficient_available':
      return `${amount(reason.missing, currency)} more than is available`;
    case 'not_payable':
      return `${reason.provider} cannot pay it`;
    case 'not_known':
      return 'not in the directory';
    case 'outside_rules':
      return `the rules have no answer (${reason.code})`;
  }
}

function when(until: Date | undefined): string {
  return until === undefined ? '' : ` until ${until.toISOString().replace('.000Z', 'Z')}`;
}

/** What has become of a share, in words. */
export const STATE_TEXT = {
  available: 'available',
  held: 'held',
  held_until_verified: 'held until verified',
  inactive: 'inactive',
  unknown: 'not known',
} as const satisfies Readonly<Record<LineState, string>>;
