import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alertsBetween,
  baselineOf,
  type CampaignRate,
  clipEarning,
  judgeHeld,
  pricedViews,
  rateAt,
  takeReading,
  type TrackedViews,
  worthOf,
} from '../../src/index.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const at = (hours: number): Date => new Date(START + hours * HOUR);

const count = fc.bigInt({ min: 0n, max: 10_000_000n });
const rateText = fc
  .tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 999_999 }))
  .map(([whole, part]) => `${whole}.${part.toString().padStart(6, '0')}`.replace(/0+$/, ''));
const oneRate = rateText.map((perThousand): readonly CampaignRate[] => [
  { perThousand, from: at(0), by: 'olga' },
]);
const rates = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 500 }), rateText), {
    minLength: 1,
    maxLength: 4,
    selector: ([hour]) => hour,
  })
  .map((list) =>
    list
      .sort(([left], [right]) => left - right)
      .map(([hour, perThousand]): CampaignRate => ({ perThousand, from: at(hour), by: 'olga' })),
  );
const reading = fc.record({ views: count, at: fc.integer({ min: 0, max: 600 }).map(at) });
const readings = fc.array(reading, { maxLength: 40 });

/** Reads all, paying each step out of a budget, and gives what was paid at each. */
function run(
  first: bigint,
  list: readonly { views: bigint; at: Date }[],
  rates: readonly CampaignRate[],
  budget = 1n << 100n,
): { views: TrackedViews; paid: readonly bigint[] } {
  let views = baselineOf({ views: first, at: at(0) });
  const paid: bigint[] = [];
  let earned = 0n;
  for (const one of list) {
    views = takeReading(views, one, { rates }).views;
    const step = clipEarning({
      worth: worthOf(views.priced, rates),
      earned,
      forfeited: 0n,
      budgetLeft: budget - earned,
    });
    earned += step.earned;
    paid.push(step.earned);
  }
  return { views, paid };
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

describe('readings of a clip', () => {
  it('pay by the step what they pay for the total, whatever falls, gaps and resets lie between', () => {
    fc.assert(
      fc.property(count, readings, oneRate, (first, list, rates) => {
        const { views, paid } = run(first, list, rates);
        const highest = list.reduce((most, one) => (one.views > most ? one.views : most), first);
        expect(views.highWater).toBe(highest);
        expect(sum(paid)).toBe(worthOf([{ rate: 0, views: highest - first }], rates));
        expect(sum(paid)).toBe(sum(run(first, [{ views: highest, at: at(1) }], rates).paid));
      }),
    );
  });

  it('pay the same in any order and however often each is repeated, while the rate is one', () => {
    fc.assert(
      fc.property(count, readings, oneRate, fc.infiniteStream(fc.nat()), (first, list, rates, chance) => {
        const draw = (below: number): number => (chance.next().value ?? 0) % below;
        const shuffled = [...list, ...list.filter(() => draw(2) === 0)];
        for (let last = shuffled.length - 1; last > 0; last -= 1) {
          const other = draw(last + 1);
          [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
        }
        expect(sum(run(first, shuffled, rates).paid)).toBe(sum(run(first, list, rates).paid));
      }),
    );
  });

  it('never price fewer views than before, nor more than the highest count less the baseline', () => {
    fc.assert(
      fc.property(
        count,
        readings,
        rates,
        fc.option(fc.bigInt({ min: 1n, max: 5000n }), { nil: undefined }),
        (first, list, rates, viewsPerHour) => {
          let views = baselineOf({ views: first, at: at(0) });
          for (const one of list) {
            const before = pricedViews(views.priced);
            const limit = viewsPerHour === undefined ? {} : { viewsPerHour };
            const result = takeReading(views, one, { rates, ...limit });
            expect(pricedViews(result.views.priced)).toBe(before + result.growth);
            expect(result.growth >= 0n).toBe(true);
            expect(result.views.highWater >= views.highWater).toBe(true);
            expect(pricedViews(result.views.priced) <= result.views.highWater - first).toBe(true);
            views = result.views;
          }
        },
      ),
    );
  });

  it('are priced at the rate of their time, to the fraction: the sum over rates is rounded once', () => {
    fc.assert(
      fc.property(count, readings, rates, (first, list, rates) => {
        const { views, paid } = run(first, list, rates);
        // By hand: every gained view at the rate in force when it was read, in millionths of a thousandth.
        let [highest, millionths] = [first, 0n];
        for (const one of list) {
          if (one.views <= highest) continue;
          const [whole = '', part = ''] = (rates[rateAt(rates, one.at)]?.perThousand ?? '').split('.');
          millionths += (one.views - highest) * BigInt(whole + part.padEnd(6, '0'));
          highest = one.views;
        }
        expect(worthOf(views.priced, rates)).toBe(millionths / 1_000_000_000n);
        expect(sum(paid)).toBe(millionths / 1_000_000_000n);
      }),
    );
  });

  it('never pay beyond the budget, and pay all of it when more is due', () => {
    fc.assert(
      fc.property(
        count,
        readings,
        oneRate,
        fc.bigInt({ min: 0n, max: 50_000n }),
        (first, list, rates, budget) => {
          const { views, paid } = run(first, list, rates, budget);
          const worth = worthOf(views.priced, rates);
          expect(sum(paid)).toBe(worth < budget ? worth : budget);
        },
      ),
    );
  });
});

describe('a step of a clip', () => {
  it('adds up: what is earned and what is cut off is what was due, and no cap is passed', () => {
    const amount = fc.bigInt({ min: 0n, max: 1000n });
    const cap = fc.option(amount, { nil: undefined });
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        cap,
        cap,
        amount,
        (worth, earned, forfeited, clipCap, participantLeft, budgetLeft) => {
          const step = clipEarning({
            worth,
            earned,
            forfeited,
            budgetLeft,
            ...(clipCap === undefined ? {} : { clipCap }),
            ...(participantLeft === undefined ? {} : { participantLeft }),
          });
          const due = worth > earned + forfeited ? worth - earned - forfeited : 0n;
          expect(step.earned + step.cutByClip + step.cutByParticipant + step.cutByBudget).toBe(due);
          for (const part of Object.values(step)) expect(part >= 0n).toBe(true);
          expect(step.earned <= budgetLeft).toBe(true);
          if (clipCap !== undefined && step.earned > 0n) expect(earned + step.earned <= clipCap).toBe(true);
          if (participantLeft !== undefined) expect(step.earned <= participantLeft).toBe(true);
        },
      ),
    );
  });
});

describe('growth that is too fast', () => {
  const rates: readonly CampaignRate[] = [{ perThousand: '1000', from: at(0), by: 'olga' }];
  const rules = { rates, viewsPerHour: 100n };

  it('is held with all that comes after it, and paid once somebody has accepted it', () => {
    const first = takeReading(baselineOf({ views: 0n, at: at(0) }), { views: 101n, at: at(1) }, rules);
    expect([first.finding, first.growth, first.views.held?.views]).toEqual(['held', 0n, 101n]);
    const second = takeReading(first.views, { views: 110n, at: at(50) }, rules);
    expect([second.finding, second.views.held]).toEqual(['held', { views: 110n, since: at(1) }]);
    const accepted = judgeHeld(second.views, 'accept', at(51), rules);
    expect([accepted.growth, accepted.views.held, accepted.views.highWater]).toEqual([110n, undefined, 110n]);
  });

  it('is never paid once somebody has excluded it; what grows above it is', () => {
    const held = takeReading(baselineOf({ views: 0n, at: at(0) }), { views: 5000n, at: at(1) }, rules).views;
    const { views, growth } = judgeHeld(held, 'exclude', at(2), rules);
    expect(growth).toBe(0n);
    expect(takeReading(views, { views: 5100n, at: at(3) }, rules)).toMatchObject({
      finding: 'growth',
      growth: 100n,
    });
  });

  it('is not what stays within the hours since the highest count was read', () => {
    const views = baselineOf({ views: 0n, at: at(0) });
    expect(takeReading(views, { views: 100n, at: at(1) }, rules).finding).toBe('growth');
    expect(takeReading(views, { views: 2400n, at: at(24) }, rules).finding).toBe('growth');
  });
});

describe('alerts', () => {
  it('are given once for each part of the budget, however it is spent', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 300n }), { maxLength: 30 }), (steps) => {
        let spent = 0n;
        const given: number[] = [];
        for (const step of steps) {
          const next = spent + step > 1000n ? 1000n : spent + step;
          given.push(...alertsBetween(spent, next, 1000n));
          spent = next;
        }
        expect(given).toEqual([50, 90, 95, 100].filter((percent) => spent * 100n >= 1000n * BigInt(percent)));
      }),
    );
  });
});
