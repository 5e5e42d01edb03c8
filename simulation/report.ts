import { missingReach, type SeedsSummary } from '../packages/core/src/testing/simulator/reach.ts';
import type { SeedResult } from '../packages/core/src/testing/simulator/run-seed.ts';

/** Fewer seeds than this say nothing about what cannot be reached. */
export const SEEDS_TO_JUDGE_REACH = 1000;

/** How many failed seeds are named. */
const FAILED_SHOWN = 20;

/** The faults and edges that no seed has reached, where there were seeds enough to judge. */
export function emptyCells(summary: SeedsSummary): readonly string[] {
  return summary.seeds >= SEEDS_TO_JUDGE_REACH ? missingReach(summary) : [];
}

/** What a run came to, for people. */
export function summaryText(summary: SeedsSummary, seconds: number, store: string): string {
  const { seeds, payouts, events, faults, edges, failed } = summary;
  const missing = missingReach(summary);
  return [
    `${count(seeds)} seeds, ${count(payouts)} payouts, ${count(events)} events in ${count(Math.round(seconds))} s`,
    '',
    'faults that happened',
    ...table(faults),
    '',
    'edges that were taken',
    ...table(edges),
    '',
    `violations: ${count(failed.length)}`,
    ...failed.slice(0, FAILED_SHOWN).map((one) => `  ${failureLine(one, store)}`),
    ...(failed.length > FAILED_SHOWN ? [`  and ${count(failed.length - FAILED_SHOWN)} more`] : []),
    `never reached: ${missing.length === 0 ? 'nothing' : missing.join(', ')}`,
    ...(missing.length > 0 && seeds < SEEDS_TO_JUDGE_REACH
      ? [`(not judged: that needs ${count(SEEDS_TO_JUDGE_REACH)} seeds)`]
      : []),
  ].join('\n');
}

/** One seed, for whoever wants to know what happened. */
export function seedText(result: SeedResult): string {
  const { seed, payouts, events, faults, hash, violation, trace } = result;
  return [
    ...trace,
    '',
    `seed ${seed}: ${payouts} payouts, ${events} events, hash ${hash}`,
    `faults: ${Object.entries(faults)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ')}`,
    violation === undefined
      ? 'no violation'
      : `violation of ${violation.invariant} at ${new Date(violation.at).toISOString()}: ${violation.message}`,
  ].join('\n');
}

function failureLine({ seed, violation }: SeedResult, store: string): string {
  const [first = ''] = (violation?.message ?? '').split('\n');
  const replay = `npm run simulate -- --seed ${seed}${store === 'memory' ? '' : ` --store ${store}`}`;
  return `${first}\n    replay: ${replay}`;
}

function table(counts: Readonly<Record<string, number>>): readonly string[] {
  const width = Math.max(...Object.keys(counts).map((name) => name.length));
  return Object.entries(counts).map(
    ([name, times]) => `  ${name.padEnd(width)}  ${count(times).padStart(10)}`,
  );
}

function count(number: number): string {
  return number.toLocaleString('en');
}
