import { divide } from '../money/rounding.ts';

/** What was spent on one day. */
export interface DailySpend {
  /** The day in UTC: `2026-11-27`. */
  readonly day: string;
  /** Minor units. Below nothing where more was taken back than spent. */
  readonly amount: bigint;
}

/** The days that a forecast looks back on, today among them. */
const DAYS = 7;
const DAY_MS = 86_400_000;

/** The day of an instant, in UTC. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Adds what was spent at an instant, and forgets the days that no forecast looks back on. */
export function withSpend(recent: readonly DailySpend[], amount: bigint, at: Date): readonly DailySpend[] {
  if (amount === 0n) return recent;
  const day = dayOf(at);
  const kept = recent.filter((one) => one.day >= firstDay(at));
  const before = kept.find((one) => one.day === day)?.amount ?? 0n;
  return [...kept.filter((one) => one.day !== day), { day, amount: before + amount }].sort((left, right) =>
    left.day < right.day ? -1 : 1,
  );
}

/** How fast a budget is spent, and how long it lasts at that speed. */
export interface Forecast {
  /** What is spent in a day, rounded down: the mean of the last week, or of the time since the campaign began. */
  readonly perDay: bigint;
  readonly left: bigint;
  /** Whole days that what is left lasts; nothing while nothing is spent. */
  readonly days?: bigint;
}

/**
 * What becomes of a budget if it goes on being spent as it was in the last week, today included. A campaign younger than
 * a day is taken as one day old, so that its first hours do not count for days.
 */
export function forecastSpend(input: {
  readonly recent: readonly DailySpend[];
  readonly left: bigint;
  readonly since: Date;
  readonly at: Date;
}): Forecast {
  const { recent, left, since, at } = input;
  const first = firstDay(at);
  const spent = recent.reduce((sum, { day, amount }) => (day >= first ? sum + amount : sum), 0n);
  const begin = Math.max(Date.parse(`${first}T00:00:00.000Z`), since.getTime());
  const elapsed = BigInt(Math.max(at.getTime() - begin, DAY_MS));
  const perDay = spent > 0n ? divide(spent * BigInt(DAY_MS), elapsed, 'floor') : 0n;
  if (perDay === 0n) return { perDay, left };
  return { perDay, left, days: divide(left, perDay, 'floor') };
}

function firstDay(at: Date): string {
  return dayOf(new Date(at.getTime() - (DAYS - 1) * DAY_MS));
}
