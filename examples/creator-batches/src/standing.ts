import type { ParticipantBalance, Payouts, WhyNot } from '@payout-engines/core';
import type { RecipientReadiness } from '@payout-engines/adapters-stripe';
import type { Database } from '@payout-engines/example-kit';
import { type BatchRun, batchRuns } from './batches.ts';
import { creditedBy } from './earnings.ts';
import { paydayPeriod, PROGRAM } from './program.ts';
import type { Connect } from './stripe/connect.ts';

/** Everything that a creator’s page shows of how they stand. */
export interface Standing {
  readonly balance: ParticipantBalance;
  /** All that was ever credited, by kind, and what was charged back of it. */
  readonly tips: bigint;
  readonly calls: bigint;
  readonly chargedBack: bigint;
  /** Why the next batch would pay nothing; empty where it would. */
  readonly reasons: readonly WhyNot[];
  readonly nextPayday: Date;
  /** What will be available then, as things stand. */
  readonly expected: bigint;
  /** The batch of the latest payday, where it was opened. */
  readonly current: BatchRun | undefined;
  readonly verified: boolean;
  /** The end of the account’s id at Stripe. */
  readonly account: string | undefined;
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

/** How a creator stands now. What is due is released first: nobody should wait for a job to see their money. */
export async function standingOf(
  database: Database,
  engine: Payouts,
  creator: string,
  now: Date,
): Promise<Standing> {
  const { store, query } = database;
  await engine.release({ program: PROGRAM });
  const balances = await engine.balance({ program: PROGRAM, participant: creator });
  const balance = balances.find(({ currency }) => currency === 'USD') ?? NOTHING;
  const { totals, participant } = await store.transact(PROGRAM, async (unit) => ({
    totals: await unit.earnings.totalsOf(creator),
    participant: (await unit.participants.find([creator]))[0],
  }));
  const { id: key, end: nextPayday } = paydayPeriod(now);
  const freeByThen = balance.releases.filter(({ until }) => until !== undefined && until <= nextPayday);
  const { tips, calls } = await creditedBy(query, creator);
  return {
    balance,
    tips,
    calls,
    chargedBack: totals.find(({ currency }) => currency === 'USD')?.reversed ?? 0n,
    reasons: await engine.whyNot({ program: PROGRAM, participant: creator, currency: 'USD' }),
    nextPayday,
    expected: freeByThen.reduce((sum, { amount }) => sum + amount, balance.available - balance.debt),
    current: (await batchRuns(query, 1)).find((run) => run.key === key),
    verified: participant?.verified === true,
    account: participant?.destination && masked(participant.destination.id),
  };
}

/** `acct_•••• 42`: enough to know it by, and of no use to anybody else. */
export function masked(account: string): string {
  return `acct_•••• ${account.slice(-2)}`;
}

/** What Stripe says of a creator’s account now; nothing where it cannot be asked. */
export async function readinessNow(
  { onboarding }: Connect,
  creator: string,
): Promise<RecipientReadiness | 'no_account' | 'not_asked'> {
  try {
    return (await onboarding.state({ program: PROGRAM, participant: creator })) ?? 'no_account';
  } catch {
    return 'not_asked';
  }
}
