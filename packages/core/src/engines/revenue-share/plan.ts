import { assertInvariant, PayoutError } from '../../errors.ts';
import { formatDecimal } from '../../money/decimal.ts';
import { formatMinor } from '../../money/minor.ts';
import { inRange } from '../../money/range.ts';
import { releaseAt } from '../../payouts/hold.ts';
import type { PeriodRecord } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { pageSizeSchema, periodRequestSchema, revenueShareRulesSchema } from '../../schemas/revenue-share.ts';
import { splitTyped } from '../../split/index.ts';
import { assertNotAborted, type RunOptions } from '../run-options.ts';
import { planBonuses } from './bonuses.ts';
import {
  LINE_COLUMNS,
  lineText,
  type PlanBonus,
  planDigest,
  type PlanHeader,
  type PlanLine,
  readPage,
} from './plan-text.ts';
import { type PoolSource, poolSources } from './pool.ts';
import type { PeriodRequest, RevenueSharePorts } from './ports.ts';
import { canonicalRules, type CanonicalRules } from './rules.ts';
import { countsInPool, type PeriodScores, scorePeriod } from './scores.ts';

/**
 * What closing a period would do: everything about it as a value. Making it writes nothing. Its digest is the SHA-256
 * of its text, so that what was reviewed is what is committed.
 */
export interface RevenueSharePlan {
  readonly digest: string;
  readonly header: PlanHeader;
  /** The header as it is digested and stored. */
  readonly headerText: string;
  /** The lines as they are digested and stored, page by page; {@link planLines} reads them. */
  readonly pages: readonly string[];
}

/** The participants of a plan, one by one. */
export function* planLines(plan: Pick<RevenueSharePlan, 'pages'>): Generator<PlanLine> {
  for (const page of plan.pages) yield* readPage(page);
}

/** Enough to make a transaction worth its while, few enough to keep its locks short. */
const PAGE_SIZE = 10_000;

/** Plans a period. See `RevenueShare.plan`. */
export async function planPeriod(
  ports: RevenueSharePorts,
  request: PeriodRequest,
  options: RunOptions = {},
): Promise<RevenueSharePlan> {
  const { program, period: id } = parseInput(periodRequestSchema, request);
  const rules = canonicalRules(parseInput(revenueShareRulesSchema, ports.rules));
  const pageSize = parseInput(pageSizeSchema, ports.pageSize ?? PAGE_SIZE);
  const report = options.onProgress ?? (() => undefined);

  const period = await ports.store.transact(program, async (unit) => {
    const record = await unit.periods.find(id);
    assertClosable(id, record, await unit.now());
    return record;
  });
  const sources = await poolSources(ports.revenue, program, period, rules);
  report({ step: 'validate', done: 1, total: 1 });
  assertNotAborted(options, id);

  const scores = await scorePeriod(ports.interactions, ports.directory, program, period, rules, (scored) => {
    assertNotAborted(options, id);
    report({ step: 'scores', done: scored, total: undefined });
  });
  report({ step: 'scores', done: scores.participants.length, total: scores.participants.length });

  const pool = inRange(sources.reduce((sum, { toPool }) => sum + toPool, 0n));
  report({ step: 'pool', done: sources.length, total: sources.length });
  const { shares, returned } = splitTyped(pool, weightsOf(scores.points));
  const lastInstant = new Date(period.end.getTime() - 1);
  const bonuses = await planBonuses(
    ports.directory,
    program,
    scores.participants,
    shares,
    rules,
    lastInstant,
  );
  const plan = planOf({
    program,
    period,
    rules,
    sources,
    pool,
    returned,
    scores,
    shares,
    bonuses,
    pageSize,
  });
  ports.observe?.({ kind: 'plan_made', program, period: id, digest: plan.digest });
  return plan;
}

/** Throws unless the period exists, is open, and has ended by the store's clock. */
export function assertClosable(
  id: string,
  period: PeriodRecord | undefined,
  now: Date,
): asserts period is PeriodRecord {
  if (period === undefined) throw new PayoutError('PERIOD_NOT_FOUND', { period: id });
  if (period.state !== 'open') throw new PayoutError('PERIOD_CLOSED', { period: id });
  if (now.getTime() < period.end.getTime()) {
    throw new PayoutError('PERIOD_NOT_ENDED', { period: id, end: period.end.toISOString() });
  }
}

/** Points as the typed face of the split takes them. */
function weightsOf(points: readonly bigint[]): BigUint64Array {
  const weights = new BigUint64Array(points.length);
  for (const [index, weight] of points.entries()) {
    if (weight > MAX_POINTS) {
      throw new PayoutError('INVALID_WEIGHT', {
        position: index,
        reason: 'the points need more than 64 bits',
      });
    }
    weights[index] = weight;
  }
  return weights;
}

const MAX_POINTS = 2n ** 64n - 1n;

interface PlanParts {
  readonly program: string;
  readonly period: PeriodRecord;
  readonly rules: CanonicalRules;
  readonly sources: readonly PoolSource[];
  readonly pool: bigint;
  readonly returned: bigint;
  readonly scores: PeriodScores;
  readonly shares: BigInt64Array;
  readonly bonuses: ReadonlyMap<string, readonly PlanBonus[]>;
  readonly pageSize: number;
}

/** Puts the plan together: pages of lines, then the header that sums them up, then the digest of both. */
function planOf(parts: PlanParts): RevenueSharePlan {
  const { program, period, rules, sources, pool, returned, scores } = parts;
  const { pages, firsts, totals } = pagesOf(parts);
  assertInvariant(totals.shares + returned === pool, 'I24: the shares add up to the pool');
  const header: PlanHeader = {
    format: 1,
    program,
    period: { id: period.id, start: period.start.toISOString(), end: period.end.toISOString() },
    revision: 0,
    rules,
    revenue: sources.map(({ source, amount, toPool }) => ({
      source,
      amount: formatMinor(amount),
      toPool: formatMinor(toPool),
    })),
    pool: formatMinor(pool),
    shares: formatMinor(totals.shares),
    returned: formatMinor(returned),
    interactions: scores.interactions,
    participants: { all: scores.participants.length, scored: totals.scored, paid: totals.paid },
    points: formatDecimal({ coefficient: totals.points, scale: scores.scale }),
    scale: scores.scale,
    bonuses: { count: totals.bonusCount, amount: formatMinor(totals.bonuses) },
    heldUntil: heldUntil(period.end, rules.hold.days),
    columns: LINE_COLUMNS,
    pages: firsts,
  };
  const headerText = JSON.stringify(header);
  return { digest: planDigest(headerText, pages), header, headerText, pages };
}

function heldUntil(end: Date, days: number): string | null {
  return days === 0 ? null : releaseAt({ days }, end).toISOString();
}

interface Totals {
  points: bigint;
  scored: number;
  shares: bigint;
  paid: number;
  bonuses: bigint;
  bonusCount: number;
}

function pagesOf({ scores, shares, bonuses, pageSize }: PlanParts): {
  readonly pages: readonly string[];
  readonly firsts: readonly string[];
  readonly totals: Totals;
} {
  const totals: Totals = { points: 0n, scored: 0, shares: 0n, paid: 0, bonuses: 0n, bonusCount: 0 };
  const pages: string[] = [];
  const firsts: string[] = [];
  let lines: string[] = [];
  for (const [index, participant] of scores.participants.entries()) {
    const points = scores.points[index] ?? 0n;
    const share = shares[index] ?? 0n;
    const lineBonuses = bonuses.get(participant) ?? NO_BONUSES;
    const state = scores.states[index] ?? 'unknown';
    if (lines.length === 0) firsts.push(participant);
    lines.push(
      lineText({ participant, points, share, state, bonuses: lineBonuses }, scores.counts[index] ?? '[]'),
    );
    if (lines.length === pageSize) {
      pages.push(lines.join('\n'));
      lines = [];
    }
    totals.points += points;
    totals.shares += share;
    if (points > 0n) totals.scored += 1;
    if (share > 0n) totals.paid += 1;
    for (const { amount, state: bonusState } of lineBonuses) {
      if (!countsInPool(bonusState)) continue;
      totals.bonuses += amount;
      totals.bonusCount += 1;
    }
  }
  if (lines.length > 0) pages.push(lines.join('\n'));
  return { pages, firsts, totals };
}

const NO_BONUSES: readonly PlanBonus[] = [];
