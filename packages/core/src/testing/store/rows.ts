import type { Account } from '../../ledger/account.ts';
import type { Earning } from '../../ledger/earning.ts';
import type { Transfer, TransferRequest } from '../../ledger/transfer.ts';
import type { Period } from '../../periods/period.ts';
import type { Notification } from '../../ports/notifier.ts';
import type { PlanRecord, UnitOfWork } from '../../ports/store.ts';
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

/** A period of days in January 2026: from the first day to the second, which is not part of it. */
export function days(from: number, to: number, id = `d${from}`): Period {
  return { id, start: day(from), end: day(to) };
}

/** What a caller passes who parsed a date badly. */
export const NO_DATE = new Date('no date');

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
