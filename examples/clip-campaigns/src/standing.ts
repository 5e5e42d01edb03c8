import type { Participant, ParticipantBalance, WhyNot } from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { maskedDetails } from './payment-details.ts';
import { type Engines, PROGRAM } from './program.ts';

/** Everything that a clipper's first page shows of how they stand. */
export interface Standing {
  readonly balance: ParticipantBalance;
  /** All that their clips have ever earned, and what was taken back of it. */
  readonly earned: bigint;
  readonly takenBack: bigint;
  /** Why nothing can be asked for now; empty where it can. */
  readonly reasons: readonly WhyNot[];
  /** Where they are paid, all but the end of it hidden. */
  readonly details: string | undefined;
  readonly participant: Participant | undefined;
}

const NOTHING: ParticipantBalance = {
  currency: 'USD',
  held: 0n,
  releases: [],
  available: 0n,
  reserved: 0n,
  paid: 0n,
  debt: 0n,
  lifetime: 0n,
};

/** How a clipper stands now. */
export async function standingOf(
  { store, query }: Database,
  { payouts }: Engines,
  clipper: string,
): Promise<Standing> {
  const balances = await payouts.balance({ program: PROGRAM, participant: clipper });
  const { totals, participant } = await store.transact(PROGRAM, async (unit) => ({
    totals: await unit.earnings.totalsOf(clipper),
    participant: (await unit.participants.find([clipper]))[0],
  }));
  const inDollars = totals.find(({ currency }) => currency === 'USD');
  return {
    balance: balances.find(({ currency }) => currency === 'USD') ?? NOTHING,
    earned: inDollars?.amount ?? 0n,
    takenBack: inDollars?.reversed ?? 0n,
    reasons: await payouts.whyNot({ program: PROGRAM, participant: clipper, currency: 'USD' }),
    details: await maskedDetails(query, clipper),
    participant,
  };
}
