import {
  countsInPool,
  formatDecimal,
  type LineState,
  ownShare,
  type PlanHeader,
  type PlanLine,
  planLines,
  type RevenueSharePlan,
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
export function payoutsOf(
  store: Store,
  { program }: Job,
  header: PlanHeader,
): AsyncIterable<readonly Payout[]> {
  return payoutsIn(header, (page) =>
    store.transact(program, (unit) => unit.plans.page(header.period.id, header.revision, page)),
  );
}

/** What the payouts would be by a plan that is not committed. */
export function plannedPayouts({ header, pages }: RevenueSharePlan): AsyncIterable<readonly Payout[]> {
  return payoutsIn(header, (page) => Promise.resolve(pages[page] ?? ''));
}

type Pages = (page: number) => Promise<string>;

async function* payoutsIn(header: PlanHeader, pages: Pages): AsyncGenerator<readonly Payout[]> {
  const period = header.period.id;
  const bonuses = await bonusesByReferrer(header, pages);
  for await (const lines of linesOf(header, pages)) {
    yield lines.map((line): Payout => {
      const { participant, state } = line;
      const own = bonuses.get(participant);
      bonuses.delete(participant);
      const share = ownShare(header, line);
      const points = formatDecimal({ coefficient: line.points, scale: header.scale });
      return {
        period,
        participant,
        points,
        share,
        bonuses: own?.amount ?? 0n,
        total: share + (own?.amount ?? 0n),
        state,
      };
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

async function bonusesByReferrer(header: PlanHeader, pages: Pages): Promise<Map<string, BonusSum>> {
  const sums = new Map<string, BonusSum>();
  if (header.bonuses.count === 0) return sums;
  for await (const lines of linesOf(header, pages)) {
    for (const line of lines) {
      for (const { referrer, amount, state } of line.bonuses) {
        if (!countsInPool(state)) continue;
        sums.set(referrer, { amount: (sums.get(referrer)?.amount ?? 0n) + amount, state });
      }
    }
  }
  return sums;
}

async function* linesOf(header: PlanHeader, pages: Pages): AsyncGenerator<readonly PlanLine[]> {
  for (const page of header.pages.keys()) yield [...planLines({ pages: [await pages(page)] })];
}
