import { participantAccount, poolAccount } from '../../ledger/account.ts';
import { derivedId } from '../../ledger/derived-id.ts';
import type { BonusOf, Earning } from '../../ledger/earning.ts';
import type { TransferRequest } from '../../ledger/transfer.ts';
import { formatDecimal } from '../../money/decimal.ts';
import { parseMinor } from '../../money/minor.ts';
import type { Notification } from '../../ports/notifier.ts';
import type { CommitStep, PlanRecord, UnitOfWork } from '../../ports/store.ts';
import { breakdown } from '../../scoring/breakdown.ts';
import { compileScoring, type Scoring } from '../../scoring/rules.ts';
import type { PeriodStep } from '../run-options.ts';
import {
  type LineState,
  type PlanHeader,
  type PlanLine,
  readHeader,
  readLinesWithBonuses,
  readPage,
} from './plan-text.ts';
import { countsInPool } from './scores.ts';

/** What the steps of a commit know: the frozen header and what follows from it. */
export interface CommitContext {
  readonly header: PlanHeader;
  readonly scoring: Scoring;
}

export function commitContext(record: PlanRecord): CommitContext {
  const header = readHeader(record.header);
  return { header, scoring: compileScoring(header.rules.scoring) };
}

/** What a page of a step writes, in one transaction. */
export interface PageWrites {
  readonly transfers: readonly TransferRequest[];
  readonly earnings: readonly Earning[];
  readonly notifications: readonly Notification[];
}

interface Step {
  readonly reports: PeriodStep;
  /** Whether the step goes through the pages of the plan, or is done at once. */
  readonly paged: boolean;
  /** Reads the lines of a page that the step needs; any whole lines of it, too. */
  readonly read: (page: string) => readonly PlanLine[];
  readonly prepare: (context: CommitContext, lines: readonly PlanLine[]) => PageWrites;
}

/** What each step writes. All ids derive from the plan, so that doing a page twice writes nothing twice. */
export const STEPS: Readonly<Record<Exclude<CommitStep, 'done'>, Step>> = {
  pool: { reports: 'pool', paged: false, read: () => [], prepare: fillPool },
  shares: { reports: 'shares', paged: true, read: readPage, prepare: creditShares },
  bonuses: { reports: 'bonuses', paged: true, read: readLinesWithBonuses, prepare: creditBonuses },
  notifications: { reports: 'notifications', paged: true, read: readPage, prepare: notify },
};

/** Writes what was prepared, in the transaction of the caller. */
export async function writePage(unit: UnitOfWork, page: PageWrites): Promise<void> {
  const { transfers, earnings, notifications } = page;
  if (transfers.length > 0) await unit.ledger.post(transfers);
  if (earnings.length > 0) await unit.earnings.add(earnings);
  if (notifications.length > 0) await unit.outbox.add(notifications);
}

/** Revenue into the pool, a transfer a source; what nobody is to get goes back at once. */
function fillPool({ header }: CommitContext): PageWrites {
  const { code: currency } = header.rules.currency;
  const pool = poolAccount(header.period.id);
  const subject = header.period.id;
  const transfers: TransferRequest[] = [];
  for (const { source, toPool } of header.revenue) {
    const asked = parseMinor(toPool);
    if (asked === 0n) continue;
    const id = causedBy('pool', header, source);
    transfers.push({ id, debit: 'funding', credit: pool, currency, asked, kind: 'pool', subject });
  }
  const returned = parseMinor(header.returned);
  if (returned > 0n) {
    const id = causedBy('pool_return', header);
    transfers.push({
      id,
      debit: pool,
      credit: 'funding',
      currency,
      asked: returned,
      kind: 'pool_return',
      subject,
    });
  }
  return { transfers, earnings: [], notifications: [] };
}

function creditShares({ header }: CommitContext, lines: readonly PlanLine[]): PageWrites {
  const credits: Credit[] = [];
  for (const line of lines) {
    const amount = ownShare(header, line);
    if (amount === 0n) continue;
    const { participant, state } = line;
    credits.push({ id: causedBy('share', header, participant), kind: 'share', participant, amount, state });
  }
  return credited(header, poolAccount(header.period.id), credits);
}

function creditBonuses({ header }: CommitContext, lines: readonly PlanLine[]): PageWrites {
  const credits: Credit[] = [];
  const fromPool = header.rules.referrals?.fundedBy === 'pool';
  for (const line of lines) {
    for (const { referrer, level, amount, state } of line.bonuses) {
      if (!countsInPool(state)) continue;
      const id = causedBy('referral_bonus', header, line.participant, level.toString());
      const rate = header.rules.referrals?.rates[level - 1];
      // A bonus out of the pool has been paid by the share, which is smaller by it: it does not hang on what is left.
      const hangs = !fromPool && rate !== undefined;
      const bonusOf = hangs ? { earning: causedBy('share', header, line.participant), rate } : undefined;
      credits.push({
        id,
        kind: 'referral_bonus',
        participant: referrer,
        amount,
        state,
        ...(bonusOf === undefined ? {} : { bonusOf }),
      });
    }
  }
  return credited(header, fromPool ? poolAccount(header.period.id) : 'funding', credits);
}

/** One notification a participant with points, and one a bonus for its referrer. */
function notify({ header, scoring }: CommitContext, lines: readonly PlanLine[]): PageWrites {
  const currency = header.rules.currency.code;
  const period = header.period.id;
  const notifications: Notification[] = [];
  for (const line of lines) {
    if (line.points > 0n) {
      notifications.push({
        id: causedBy('share', header, line.participant),
        kind: 'share',
        participant: line.participant,
        period,
        currency,
        amount: ownShare(header, line).toString(),
        state: accountOf(line.state),
        points: formatDecimal({ coefficient: line.points, scale: header.scale }),
        breakdown: breakdown(scoring, line).map(({ kind, counted, points }) => ({ kind, counted, points })),
      });
    }
    for (const { referrer, level, amount, state } of line.bonuses) {
      if (!countsInPool(state)) continue;
      notifications.push({
        id: causedBy('referral_bonus', header, line.participant, level.toString()),
        kind: 'referral_bonus',
        participant: referrer,
        period,
        currency,
        amount: amount.toString(),
        state: accountOf(state),
        referred: line.participant,
        level,
      });
    }
  }
  return { transfers: [], earnings: [], notifications };
}

/** What is left of a share once it has borne the bonuses that the pool funds. */
export function ownShare(header: PlanHeader, line: PlanLine): bigint {
  if (header.rules.referrals?.fundedBy !== 'pool') return line.share;
  let own = line.share;
  for (const { amount, state } of line.bonuses) if (countsInPool(state)) own -= amount;
  return own;
}

interface Credit {
  readonly id: string;
  readonly kind: 'share' | 'referral_bonus';
  readonly participant: string;
  readonly amount: bigint;
  readonly state: LineState;
  readonly bonusOf?: BonusOf;
}

/** Earnings that are credited: for each one transfer and one earning of the same id. */
function credited(
  header: PlanHeader,
  debit: TransferRequest['debit'],
  credits: readonly Credit[],
): PageWrites {
  const currency = header.rules.currency.code;
  const subject = header.period.id;
  const until = header.heldUntil === null ? undefined : new Date(header.heldUntil);
  const transfers = credits.map(({ id, kind, participant, amount, state }) => ({
    id,
    debit,
    credit: participantAccount(participant, accountOf(state)),
    currency,
    asked: amount,
    kind,
    subject,
  }));
  const earnings = credits.map(({ id, kind, participant, amount, state, bonusOf }): Earning => {
    const held = accountOf(state) === 'held';
    const hold = {
      ...(until === undefined ? {} : { until }),
      ...(state === 'held_until_verified' ? { condition: 'verified' as const } : {}),
    };
    return {
      id,
      participant,
      currency,
      amount,
      kind,
      subject,
      held: held ? amount : 0n,
      released: held ? 0n : amount,
      reversed: 0n,
      ...(held ? { hold } : {}),
      ...(bonusOf === undefined ? {} : { bonusOf }),
    };
  });
  return { transfers, earnings, notifications: [] };
}

function accountOf(state: LineState): 'held' | 'available' {
  return state === 'available' ? 'available' : 'held';
}

/** An id derived from its cause: what it is, of which period and revision, for whom. */
function causedBy(what: string, header: PlanHeader, ...whom: readonly string[]): string {
  return derivedId(what, header.period.id, `r${header.revision}`, ...whom);
}
