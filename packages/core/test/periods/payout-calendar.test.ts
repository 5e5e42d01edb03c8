import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boundaryOnOrAfter } from '../../src/periods/boundary-on-or-after.ts';
import type { DateSchedule } from '../../src/periods/schedule.ts';
import { needsData } from '../data-folder.ts';

interface Balances {
  readonly today: string;
  readonly unpaid: readonly (readonly [date: string, minor: number])[];
  readonly paid_today?: boolean;
}

interface Examples {
  readonly params: { readonly delay_days: number; readonly min_minor: number };
  readonly vectors: readonly (Balances & { readonly frequency: string; readonly expected: string | null })[];
  readonly amounts: readonly (Balances & { readonly payout_date: string; readonly expected_minor: number })[];
}

const SCHEDULES: Readonly<Record<string, DateSchedule>> = {
  weekly: { kind: 'weekly', weekday: 'friday', timeZone: 'UTC' },
  'monthly (last Friday)': { kind: 'last-weekday', weekday: 'friday', of: 'month', timeZone: 'UTC' },
  'quarterly (last Friday)': { kind: 'last-weekday', weekday: 'friday', of: 'quarter', timeZone: 'UTC' },
};

function addDays(date: string, days: number): string {
  const midnight = new Date(`${date}T00:00:00Z`);
  midnight.setUTCDate(midnight.getUTCDate() + days);
  return midnight.toISOString().slice(0, 10);
}

/** What is unpaid and older than the hold on a date. */
function payable({ unpaid }: Balances, date: string, { delay_days: holdDays }: Examples['params']): number {
  const cutoff = addDays(date, -holdDays);
  return unpaid.reduce((sum, [day, minor]) => (day <= cutoff ? sum + minor : sum), 0);
}

/** The first date of the schedule, from today or from tomorrow if today was paid, on which the minimum is reached. */
function nextPayoutDate(
  schedule: DateSchedule,
  balances: Balances,
  params: Examples['params'],
): string | null {
  const lastChange = balances.unpaid.reduce((last, [day]) => (day > last ? day : last), balances.today);
  let { date } = boundaryOnOrAfter(schedule, addDays(balances.today, balances.paid_today === true ? 1 : 0));
  for (;;) {
    if (payable(balances, date, params) >= params.min_minor) return date;
    // From here on nothing more becomes payable.
    if (addDays(date, -params.delay_days) >= lastChange) return null;
    ({ date } = boundaryOnOrAfter(schedule, addDays(date, 1)));
  }
}

describe('the payout calendar of Gumroad', () => {
  it('pays on the published dates', (ctx) => {
    const { params, vectors } = examples(needsData(ctx, 'worked-examples/gumroad-payout-schedule.json'));
    expect(vectors.length).toBeGreaterThanOrEqual(11);
    for (const { frequency, expected, ...balances } of vectors) {
      const schedule = SCHEDULES[frequency];
      if (schedule === undefined) throw new Error(`no schedule for ${frequency}`);
      expect(nextPayoutDate(schedule, balances, params), `${frequency}, ${balances.today}`).toBe(expected);
    }
  });

  it('pays the published amounts', (ctx) => {
    const { params, amounts } = examples(needsData(ctx, 'worked-examples/gumroad-payout-schedule.json'));
    expect(amounts.length).toBeGreaterThanOrEqual(2);
    for (const { payout_date: date, expected_minor: expected, ...balances } of amounts) {
      expect(nextPayoutDate({ kind: 'weekly', weekday: 'friday', timeZone: 'UTC' }, balances, params)).toBe(
        date,
      );
      expect(payable(balances, date, params)).toBe(expected);
    }
  });
});

function examples(path: string): Examples {
  return JSON.parse(readFileSync(path, 'utf8')) as Examples;
}
