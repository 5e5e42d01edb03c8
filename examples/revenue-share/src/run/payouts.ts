import {
  formatDecimal,
  type LineState,
  type PlanHeader,
  type PlanLine,
  planLines,
  type Store,
} from '@payout-engines/core';
import type { Job } from '../job.ts';

/** What a period brought one participant. Amounts are minor units. */
export interface Payout {
  readonly period: string;
  readonly participant: string;
  readonly points: string;
  /** What was credited as a share: bonuses that the pool funds are taken off. */
  readonly share: bigint;
  /** What the participant got for others. */
  readonly bonuses: bigint;
  readonly total: bigint;
  readonly state: LineState;
}

/** The payouts of a committed period, page by page of its frozen plan, in the order of the plan. */
export async function* payoutsOf(
  store: Store,
  { program }: Job,
  header: PlanHeader,
): AsyncGenerator<readonly Payout[]> {
  const period = header.period.id;
  const bonuses = await bonusesByReferrer(store, program, header);
  for await (const lines of linesOf(store, program, header)) {
    yield lines.map((line): Payout => {
      const { participant, state } = line;
      const own = bonuses.get(participant);
      bonuses.delete(participant);
      const share = ownShare(header, line);
      const points = formatDecimal({ coefficient: line.points, scale: header.scale });
      return { period, participant, points, share, bonuses: own?.amount ?? 0n, total: share + (own?.amount ?? 0n), state };
    });
  }
  // Referrers without an interaction of their own have no line.
  yield [...bonuses].map(([participant, { amount, state }]) => ({
    period,
    participant,
    points: '0',
    share: 0n,
    bonuses: amount,
    total: amount,
    state,
  }));
}

interface BonusSum {
  readonly amount: bigint;
  readonly state: LineState;
}

async function bonusesByReferrer(
  store: Store,
  program: string,
  header: PlanHeader,
): Promise<Map<string, BonusSum>> {
  const sums = new Map<string, BonusSum>();
  if (header.bonuses.count === 0) return sums;
  for await (const lines of linesOf(store, program, header)) {
    for (const line of lines) {
      for (const { referrer, amount, state } of line.bonuses) {
        if (!isPaid(state)) continue;
        sums.set(referrer, { amount: (sums.get(referrer)?.amount ?? 0n) + amount, state });
      }
    }
  }
  return sums;
}

function ownShare(header: PlanHeader, { share, bonuses }: PlanLine): bigint {
  if (header.rules.referrals?.fundedBy !== 'pool') return share;
  return bonuses.reduce((left, { amount, state }) => (isPaid(state) ? left - amount : left), share);
}

/** Nobody is paid who does not take part. */
function isPaid(state: LineState): boolean {
  return state !== 'inactive' && state !== 'unknown';
}

async function* linesOf(
  store: Store,
  program: string,
  { period, revision, pages }: PlanHeader,
): AsyncGenerator<readonly PlanLine[]> {
  for (const page of pages.keys()) {
    const text = await store.transact(program, (unit) => unit.plans.page(period.id, revision, page));
    yield [...planLines({ pages: [text] })];
  }
}
