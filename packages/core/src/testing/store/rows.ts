import type { Campaign } from '../../campaigns/campaign.ts';
import type { Clip } from '../../campaigns/clip.ts';
import type { Observation } from '../../campaigns/observation.ts';
import type { Account } from '../../ledger/account.ts';
import type { Earning } from '../../ledger/earning.ts';
import type { Transfer, TransferRequest } from '../../ledger/transfer.ts';
import type { Attempt, Movement, Payout } from '../../payouts/payout.ts';
import type { Period } from '../../periods/period.ts';
import type { Participant } from '../../ports/directory.ts';
import type { Notification } from '../../ports/notifier.ts';
import type { BatchRecord, PlanRecord, ReversalRecord, UnitOfWork } from '../../ports/store.ts';
import type { Referral } from '../../referrals/referral.ts';
import type { Interaction, ParticipantCounts } from '../../scoring/interaction.ts';
import { byCodeUnit } from '../plain.ts';

/** Rows as cases write them: everything a case does not care about has a plain default. */

export function transfer(
  id: string,
  debit: Account,
  credit: Account,
  asked: bigint,
  more: Partial<TransferRequest> = {},
): TransferRequest {
  return { id, debit, credit, currency: 'USD', asked, kind: 'adjustment', subject: 'case', ...more };
}

/** Money from the platform, which may go below zero. */
export function deposit(id: string, credit: Account, asked: bigint, currency = 'USD'): TransferRequest {
  return transfer(id, 'funding', credit, asked, { kind: 'deposit', currency });
}

export function earning(id: string, more: Partial<Earning> = {}): Earning {
  return {
    id,
    participant: 'u1',
    currency: 'USD',
    amount: 500n,
    kind: 'share',
    subject: '2026-01-01',
    held: 500n,
    released: 0n,
    reversed: 0n,
    ...more,
  };
}

/** A payout that waits for approval, opened on the first of January. */
export function payout(id: string, more: Partial<Payout> = {}): Payout {
  return {
    id,
    participant: 'u1',
    currency: 'USD',
    amount: 500n,
    fee: 0n,
    feeBearer: 'participant',
    requestedBy: 'u1',
    openedAt: day(1),
    state: 'pending',
    provider: 'bank',
    attempt: 1,
    fence: 0,
    dueAt: day(1),
    epoch: 0,
    paid: 0n,
    returned: 0n,
    updatedAt: day(1),
    ...more,
  };
}

/** A live attempt that was sent once. Its payout must be stored before it, and has no other live one. */
export function attempt(payout: string, number: number, more: Partial<Attempt> = {}): Attempt {
  return {
    payout,
    number,
    participant: 'u1',
    currency: 'USD',
    net: 500n,
    provider: 'bank',
    account: 'acct_platform',
    environment: 'live',
    key: `key/${payout}/${number}`,
    request: '{"amount":"500"}',
    openedAt: day(1),
    firstSentAt: day(1),
    lastSentAt: day(1),
    sends: 1,
    notExecuted: 0,
    tries: 0,
    ...more,
  };
}

/** Money that the bank has moved. Its payout must be stored before it. */
export function movement(object: string, payout: string, more: Partial<Movement> = {}): Movement {
  return {
    provider: 'bank',
    object,
    payout,
    attempt: 1,
    moved: 500n,
    returned: 0n,
    bookedAt: day(2),
    ...more,
  };
}

export function batch(key: string, pages: number, more: Partial<BatchRecord> = {}): BatchRecord {
  return { key, openedAt: day(1), request: '{}', pages, page: 0, ...more };
}

/** A reversal of all that is left of an earning. It waits for it. */
export function reversal(key: string, more: Partial<ReversalRecord> = {}): ReversalRecord {
  return { key, earning: 'e1', reason: 'refund', ...more };
}

/** A period of days in January 2026: from the first day to the second, which is not part of it. */
export function days(from: number, to: number, id = `d${from}`): Period {
  return { id, start: day(from), end: day(to) };
}

/** What a caller passes who parsed a date badly. */
export const NO_DATE = new Date('no date');

/** What a caller passes who took the time of it. */
export const NO_NUMBER = NO_DATE.getTime();

/** What is passed for a version or a number by mistake, and must be refused. */
// eslint-disable-next-line house/no-float -- a fraction is what no store may take
export const A_FRACTION = 1.5;

/** Midnight of a day in January 2026, or so many milliseconds after it. */
export function day(ofMonth: number, ms = 0): Date {
  return new Date(Date.UTC(2026, 0, ofMonth, 0, 0, 0, ms));
}

export function interaction(id: string, at: Date, more: Partial<Interaction> = {}): Interaction {
  return { id, kind: 'like', participant: 'u1', at, ...more };
}

export function referral(referrer: string, referred: string, since = day(1)): Referral {
  return { referrer, referred, since };
}

export function plan(period: string, pages: number, more: Partial<PlanRecord> = {}): PlanRecord {
  return { period, revision: 0, digest: 'd0', header: '{}', pages, step: 'pool', page: 0, ...more };
}

export function notification(id: string, participant = 'u1'): Notification {
  return {
    id,
    kind: 'share',
    participant,
    period: '2026-01-01',
    currency: 'USD',
    amount: '9007199254740993',
    state: 'held',
    points: '12.5',
    breakdown: [{ kind: 'like', counted: 3, points: '12.5' }],
  };
}

/** All rows of a stream. */
export async function collect<Row>(stream: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of stream) for (const row of batch) rows.push(row);
  return rows;
}

/** What one account holds. */
export async function balanceOf(unit: UnitOfWork, account: Account, currency = 'USD'): Promise<bigint> {
  const [balance] = await unit.ledger.balances([{ account, currency }]);
  return balance ?? -1n;
}

/** A transfer without its time, and one spelling of "not capped". */
export function content({ at: _at, atMost, ...rest }: Transfer): object {
  return atMost === true ? { ...rest, atMost } : rest;
}

/** A participant, with no more of the time that the store stamped on a destination than that there is one. */
export function participantContent(participant: Participant): object {
  const { destination } = participant;
  if (destination === undefined) return participant;
  const { since, ...given } = destination;
  return { ...participant, destination: { ...given, isStamped: since !== undefined } };
}

/** Counts in one order, with own acts spelled out. */
export function sortedCounts(rows: readonly ParticipantCounts[]): readonly ParticipantCounts[] {
  return rows
    .map(({ participant, counts }) => ({
      participant,
      counts: counts
        .map(({ kind, count, ownActs = 0 }) => ({ kind, count, ownActs }))
        .sort((left, right) => byCodeUnit(left.kind, right.kind)),
    }))
    .sort((left, right) => byCodeUnit(left.participant, right.participant));
}

/** The whole numbers from zero to below the bound. */
export function upTo(bound: number): readonly number[] {
  return Array.from({ length: bound }, (_, index) => index);
}

/** A campaign without money yet, created on the first of January. */
export function campaign(id: string, more: Partial<Campaign> = {}): Campaign {
  return {
    id,
    terms: {
      currency: 'USD',
      minimumViews: 0n,
      platforms: ['youtube'],
      idleDays: 30,
      hold: { completion: true, days: 0 },
      whenSpent: 'complete',
      tracking: { everyMs: 3_600_000, slowAfterMs: 172_800_000, longestMs: 86_400_000 },
    },
    createdAt: day(1),
    state: 'draft',
    rates: [{ perThousand: '1000', from: day(1), by: 'olga' }],
    deposited: 0n,
    refunded: 0n,
    spent: 0n,
    recent: [],
    activeAt: day(1),
    dueAt: day(31),
    ...more,
  };
}

/** A clip that was just submitted. Its campaign must be stored before it. */
export function clip(id: string, more: Partial<Clip> = {}): Clip {
  return {
    id,
    campaign: 'c1',
    participant: 'u1',
    platform: 'youtube',
    content: id,
    url: `https://www.youtube.com/watch?v=${id}`,
    submittedAt: day(1),
    state: 'submitted',
    steps: 0,
    earned: 0n,
    forfeited: 0n,
    reversed: 0n,
    observations: 0,
    falls: 0,
    tries: 0,
    dueAt: day(2),
    settled: false,
    updatedAt: day(1),
    ...more,
  };
}

/** A reading that found nothing new. Its clip must be stored before it. */
export function observation(clip: string, number: number, more: Partial<Observation> = {}): Observation {
  return {
    clip,
    number,
    at: day(2),
    finding: 'no_growth',
    views: 5n,
    growth: 0n,
    rate: 0,
    earned: 0n,
    cutByClip: 0n,
    cutByParticipant: 0n,
    cutByBudget: 0n,
    ...more,
  };
}
