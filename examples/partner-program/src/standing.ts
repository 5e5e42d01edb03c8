import type { Participant, ParticipantBalance, Payouts, WhyNot } from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { engineOn, PROGRAM, type Tier } from './program.ts';
import { currentTier, refreshTier, soldBefore } from './sales.ts';

/** Everything that a partner's page shows of how they stand. */
export interface Standing {
  readonly balance: ParticipantBalance;
  /** All that was ever credited, and what refunds took back of it. */
  readonly earned: bigint;
  readonly takenBack: bigint;
  readonly tier: Tier;
  readonly sold: bigint;
  /** Why nothing can be asked for now; empty where it can. */
  readonly reasons: readonly WhyNot[];
  /** Where they are paid, all but the end of it hidden. */
  readonly bankAccount: string | undefined;
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

/**
 * Brings up to now what a request of a partner depends on: what is due is released, and the tier is that of today. Nobody
 * should wait for a job to see their money.
 */
export async function refresh(database: Database, partner: string): Promise<void> {
  await refreshTier(database, partner);
  await engineOn(database.store, database.query).release({ program: PROGRAM });
}

/** How a partner stands now. */
export async function standingOf(database: Database, partner: string): Promise<Standing> {
  const { store, query } = database;
  const engine: Payouts = engineOn(store, query);
  const at = new Date();
  await refresh(database, partner);
  const balances = await engine.balance({ program: PROGRAM, participant: partner });
  const balance = balances.find(({ currency }) => currency === 'USD') ?? NOTHING;
  const { totals, participant } = await store.transact(PROGRAM, async (unit) => ({
    totals: await unit.earnings.totalsOf(partner),
    participant: (await unit.participants.find([partner]))[0],
  }));
  const inDollars = totals.find(({ currency }) => currency === 'USD');
  const [account] = await query('SELECT iban FROM partner_bank_account WHERE partner = $1', [partner]);
  return {
    balance,
    earned: inDollars?.amount ?? 0n,
    takenBack: inDollars?.reversed ?? 0n,
    tier: await currentTier(query, partner, at),
    sold: (await soldBefore(query, partner, at)).amount,
    reasons: await engine.whyNot({ program: PROGRAM, participant: partner, currency: 'USD' }),
    bankAccount: account === undefined ? undefined : masked(String(account['iban'])),
    participant,
  };
}

/** `DE•• •••• 51`: enough to know it by, and of no use to anybody else. */
function masked(iban: string): string {
  const plain = iban.replaceAll(' ', '');
  return `${plain.slice(0, 2)}•• •••• ${plain.slice(-2)}`;
}
