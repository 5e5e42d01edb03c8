import type { ParticipantBalance, WhyNot } from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { totalsByKind } from './entries.ts';
import { bankAccountOf } from './members.ts';
import { engineOn, PROGRAM } from './program.ts';

/** How a member stands. */
export interface Standing {
  readonly balance: ParticipantBalance;
  /** What all their lines come to, by kind. */
  readonly totals: ReadonlyMap<string, bigint>;
  /** Why nothing could be asked for now; empty where it could. */
  readonly reasons: readonly WhyNot[];
  readonly bankAccount: string | undefined;
}

const NOTHING: ParticipantBalance = {
  currency: 'INR',
  held: 0n,
  releases: [],
  available: 0n,
  reserved: 0n,
  paid: 0n,
  debt: 0n,
  lifetime: 0n,
};

/** How a member stands now: what is due is released before, because nobody should wait for a job to see their money. */
export async function standingOf({ store, query }: Database, member: string): Promise<Standing> {
  const engine = engineOn(store, query);
  await engine.release({ program: PROGRAM });
  const balances = await engine.balance({ program: PROGRAM, participant: member });
  return {
    balance: balances.find(({ currency }) => currency === 'INR') ?? NOTHING,
    totals: await totalsByKind(query, member),
    reasons: await engine.whyNot({ program: PROGRAM, participant: member, currency: 'INR' }),
    bankAccount: await bankAccountOf(query, member),
  };
}
