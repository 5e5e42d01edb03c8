import { approvalDigest } from '../../payouts/approval.ts';
import type { Destination, Payout } from '../../payouts/payout.ts';
import { NEVER, type PayoutContext } from './context.ts';

/** The payout as it is once somebody has agreed to all that is in it. */
export function approved(
  context: PayoutContext,
  program: string,
  payout: Payout,
  by: string,
  at: Date,
): Payout {
  const digest = approvalDigest(program, payout);
  return {
    ...payout,
    state: 'approved',
    approval: { by, at, digest },
    dueAt: whenSendable(context, payout, at),
    updatedAt: at,
  };
}

/** An approved payout is sent at once, unless a person pays it. */
export function whenSendable(
  context: PayoutContext,
  { provider }: Pick<Payout, 'provider'>,
  now: Date,
): Date {
  return context.providers.get(provider)?.capabilities.manual === true ? NEVER : now;
}

/** Until when nothing is approved to a destination that replaced another one. */
export function holdEnd({ rules }: PayoutContext, destination: Destination | undefined): Date | undefined {
  if (destination?.since === undefined || rules.destinationHoldMs === 0) return undefined;
  return new Date(destination.since.getTime() + rules.destinationHoldMs);
}
