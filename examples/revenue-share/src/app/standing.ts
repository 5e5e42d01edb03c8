import type {
  Participant,
  ParticipantBalance,
  ShareExplanation,
  WhyNot,
  WhyNotReason,
} from '@payout-engines/core';
import { countsInPool } from '@payout-engines/core';
import { type Database, Refused } from '@payout-engines/example-kit';
import { invitedBy } from './people.ts';
import { periodsOf, type ProgramPeriod } from './periods.ts';
import { PROGRAM } from './program.ts';
import { claimsOn, sharesOn } from './engines.ts';
import { type ShownWallet, walletOf } from './wallet.ts';

/** What a period is to one creator. */
export type OwnStage =
  'open' | 'waiting' | 'calculating' | 'nothing' | 'held' | 'claimable' | 'on_its_way' | 'claimed';

/** A period as it stands for one creator. */
export interface OwnPeriod extends ProgramPeriod {
  readonly own: OwnStage;
  /** Left out until the period is shared out, and for who did nothing in it. */
  readonly share: ShareExplanation | undefined;
  readonly shareAmount: bigint;
  readonly bonus: bigint;
  /** How many invited people brought the bonus. */
  readonly bonusFrom: number;
  /** Why nothing of it is there, or not yet. */
  readonly whyNot: readonly WhyNotReason[];
}

/** Everything that a creator's page shows of how they stand. */
export interface Standing {
  readonly balance: ParticipantBalance;
  readonly wallet: ShownWallet | undefined;
  readonly participant: Participant | undefined;
  readonly reasons: readonly WhyNot[];
  readonly periods: readonly OwnPeriod[];
  /** Periods that are being shared out now. What they bring is not on the balance yet, or not all of it. */
  readonly calculating: readonly OwnPeriod[];
}

const NOTHING: ParticipantBalance = {
  currency: 'SOL',
  held: 0n,
  releases: [],
  available: 0n,
  reserved: 0n,
  paid: 0n,
  debt: 0n,
  lifetime: 0n,
};

/** How a creator stands now. What is due is released first: nobody should wait for a job to see their money. */
export async function standingOf(database: Database, creator: string): Promise<Standing> {
  const { store, query } = database;
  const claims = claimsOn(store, query);
  await claims.release({ program: PROGRAM });
  const periods = await periodsOf(database);
  const balances = await claims.balance({ program: PROGRAM, participant: creator });
  const balance = balances.find(({ currency }) => currency === 'SOL') ?? NOTHING;
  const [participant] = await store.transact(PROGRAM, (unit) => unit.participants.find([creator]));
  const own = await ownPeriods(database, creator, periods, balance);
  return {
    balance,
    participant,
    wallet: await walletOf(query, creator),
    reasons: await claims.whyNot({ program: PROGRAM, participant: creator, currency: 'SOL' }),
    periods: own,
    calculating: own.filter((period) => period.own === 'calculating'),
  };
}

/** A claim while a period is being shared out would take half of what it brings. */
export async function assertNothingCalculating(database: Database): Promise<void> {
  const calculating = (await periodsOf(database)).find(
    ({ stage }) => stage === 'calculating' || stage === 'stopped',
  );
  if (calculating === undefined) return;
  throw new Refused(
    409,
    'CALCULATING',
    `Period ${calculating.id} is being shared out. Claim when that is done.`,
  );
}

/**
 * A claim takes all that is available, so what was claimed is what the oldest periods have brought: newest first, as
 * they come.
 */
async function ownPeriods(
  database: Database,
  creator: string,
  periods: readonly ProgramPeriod[],
  balance: ParticipantBalance,
): Promise<readonly OwnPeriod[]> {
  const engine = sharesOn(database.store, database.query);
  const invited = await invitedBy(database.query, creator);
  const own: OwnPeriod[] = [];
  let before = 0n;
  for (const period of periods.toReversed()) {
    if (period.stage !== 'closed') {
      own.push({ ...period, ...EMPTY, own: period.stage === 'stopped' ? 'calculating' : period.stage });
      continue;
    }
    const request = { program: PROGRAM, period: period.id };
    const share = await engine.explain(request, creator);
    const whyNot = await engine.whyNot(request, creator);
    const bonuses: bigint[] = [];
    for (const { id } of invited) {
      for (const { referrer, amount, state } of (await engine.explain(request, id))?.bonuses ?? []) {
        if (referrer === creator && countsInPool(state)) bonuses.push(amount);
      }
    }
    const bonus = bonuses.reduce((sum, amount) => sum + amount, 0n);
    const shareAmount = BigInt(share?.amount ?? 0n);
    const total = shareAmount + bonus;
    const held = balance.held > 0n && whyNot.some(({ reason }) => reason === 'not_verified');
    let stage: OwnStage = 'nothing';
    if (total > 0n) {
      if (held) stage = 'held';
      else {
        before += total;
        if (before <= balance.paid) stage = 'claimed';
        else stage = before <= balance.paid + balance.reserved ? 'on_its_way' : 'claimable';
      }
    }
    own.push({ ...period, own: stage, share, shareAmount, bonus, bonusFrom: bonuses.length, whyNot });
  }
  return own.reverse();
}

const EMPTY = { share: undefined, shareAmount: 0n, bonus: 0n, bonusFrom: 0, whyNot: [] } as const;
