import { assertInstant } from '../instant.ts';
import { divide } from '../money/rounding.ts';
import type { CampaignRate } from './campaign.ts';
import type { TrackedViews } from './clip.ts';
import { withPriced } from './priced-views.ts';
import { approveViews, observeViews } from './views.ts';

/** A count, and when it was read. */
export interface ViewReading {
  readonly views: bigint;
  readonly at: Date;
}

/** What a reading says of a clip's views. */
export interface ReadingResult {
  readonly views: TrackedViews;
  readonly finding: 'growth' | 'no_growth' | 'fall' | 'held';
  /** The views gained, which are priced now. */
  readonly growth: bigint;
  /** The place of the rate that prices them. */
  readonly rate: number;
}

/** What readings are judged by. */
export interface ReadingRules {
  readonly rates: readonly CampaignRate[];
  /** Faster growth than this is held. */
  readonly viewsPerHour?: bigint;
}

const HOUR_MS = 3_600_000n;

/**
 * The views of a clip at its approval: the reading is its baseline.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `AMOUNT_OUT_OF_RANGE` or `INVALID_INSTANT`
 */
export function baselineOf({ views, at }: ViewReading): TrackedViews {
  assertInstant(at, 'at');
  return { ...approveViews(views), raisedAt: at, priced: [] };
}

/**
 * Takes one reading of an approved clip. Readings may come in any order and more than once.
 *
 * Growth over the highest count is priced with the rate that was in force when it was read. A fall changes nothing, and
 * what rises again afterwards is no growth until it passes the highest count. Growth that is faster than the rules allow,
 * since the highest count was read, is held: it is neither priced nor forgotten, and holds up all further growth until
 * somebody has looked at it.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `AMOUNT_OUT_OF_RANGE` or `INVALID_INSTANT`
 */
export function takeReading(views: TrackedViews, reading: ViewReading, rules: ReadingRules): ReadingResult {
  assertInstant(reading.at, 'at');
  const { growth, fall } = observeViews(views, reading.views);
  const rate = rateAt(rules.rates, reading.at);
  if (growth === 0n) return { views, finding: fall > 0n ? 'fall' : 'no_growth', growth, rate };
  if (views.held !== undefined || isTooFast(views, reading, growth, rules.viewsPerHour)) {
    return { views: { ...views, held: heldWith(views, reading) }, finding: 'held', growth: 0n, rate };
  }
  return { views: grown(views, reading, growth, rate), finding: 'growth', growth, rate };
}

/** What a person says of views that were held: they are views, or they are none. */
export type HeldVerdict = 'accept' | 'exclude';

/**
 * Ends the hold of views that came too fast. Accepted, they are priced as if they had been read at the instant; excluded,
 * they are never paid, and growth counts from above them.
 */
export function judgeHeld(
  views: TrackedViews,
  verdict: HeldVerdict,
  at: Date,
  rules: ReadingRules,
): ReadingResult {
  const { held, ...known } = views;
  const growth = held === undefined || held.views < views.highWater ? 0n : held.views - views.highWater;
  const rate = rateAt(rules.rates, held?.since ?? at);
  if (held === undefined || growth === 0n) return { views: known, finding: 'no_growth', growth: 0n, rate };
  const reading = { views: held.views, at };
  if (verdict === 'accept')
    return { views: grown(known, reading, growth, rate), finding: 'growth', growth, rate };
  return { views: { ...known, highWater: held.views, raisedAt: at }, finding: 'no_growth', growth: 0n, rate };
}

function grown(views: TrackedViews, reading: ViewReading, growth: bigint, rate: number): TrackedViews {
  const { baseline, priced } = views;
  return {
    baseline,
    highWater: reading.views,
    raisedAt: reading.at,
    priced: withPriced(priced, rate, growth),
  };
}

function heldWith({ held }: TrackedViews, { views, at }: ViewReading): { views: bigint; since: Date } {
  if (held === undefined) return { views, since: at };
  return { views: views > held.views ? views : held.views, since: held.since };
}

/** Whether more was gained than the time since the highest count was read allows. */
function isTooFast(
  { raisedAt }: TrackedViews,
  { at }: ViewReading,
  growth: bigint,
  viewsPerHour: bigint | undefined,
): boolean {
  if (viewsPerHour === undefined) return false;
  const elapsed = at.getTime() > raisedAt.getTime() ? BigInt(at.getTime() - raisedAt.getTime()) : 0n;
  return growth > divide(viewsPerHour * elapsed, HOUR_MS, 'ceiling');
}

/** The place of the rate that is in force at an instant; before all of them, the first. */
export function rateAt(rates: readonly CampaignRate[], at: Date): number {
  const place = rates.findLastIndex(({ from }) => from.getTime() <= at.getTime());
  return place < 0 ? 0 : place;
}
