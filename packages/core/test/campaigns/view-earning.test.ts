import { readFileSync } from 'node:fs';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewEarning } from '../../src/campaigns/view-earning.ts';
import { approveViews, type ClipViews, observeViews } from '../../src/campaigns/views.ts';
import { formatDecimal, MAX_MINOR } from '../../src/money/index.ts';
import { needsData } from '../data-folder.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const Exact = Decimal.clone({ precision: 100 });
const readings = fc.array(fc.bigInt({ min: 0n, max: 100_000n }), { minLength: 1, maxLength: 30 });
const rate = fc.oneof(
  fc.nat({ max: 2000 }),
  fc.bigInt({ min: 0n, max: 5000n }),
  fc
    .nat({ max: 10_000_000 })
    .map((millionths) => formatDecimal({ coefficient: BigInt(millionths), scale: 6 })),
);

/** floor(views × rate / 1000) by decimal.js. */
const worth = (views: bigint, rate: string | number | bigint): bigint =>
  BigInt(
    new Exact(views.toString()).mul(String(rate)).div(1000).toDecimalPlaces(0, Decimal.ROUND_FLOOR).toFixed(),
  );

const highest = (counts: readonly bigint[]): bigint =>
  counts.reduce((max, count) => (count > max ? count : max), 0n);

/** Pays a clip at every reading, as a tracker does. */
function track(counts: readonly bigint[], ratePerThousand: string | number | bigint, budget: bigint) {
  let views: ClipViews = approveViews(counts[0] ?? 0n);
  let paid = 0n;
  let budgetLeft = budget;
  for (const count of counts) {
    ({ views } = observeViews(views, count));
    const { due, earned, shortfall } = viewEarning({ ...views, ratePerThousand, paid, budgetLeft });
    expect(due).toBe(earned + shortfall);
    expect(earned >= 0n && shortfall >= 0n && earned <= budgetLeft).toBe(true);
    paid += earned;
    budgetLeft -= earned;
  }
  return { views, paid, budgetLeft };
}

describe('the views of a clip', () => {
  it('have a high-water mark that is the highest reading, in whatever order they come', () => {
    fc.assert(
      fc.property(readings, (counts) => {
        const { views } = track(counts, 0, 0n);
        expect(views).toEqual({ baseline: counts[0], highWater: highest(counts) });
        const rest = counts.slice(1).sort((left, right) => (left < right ? 1 : -1));
        expect(track([counts[0] ?? 0n, ...rest, ...rest], 0, 0n).views).toEqual(views);
      }),
      runs(200),
    );
  });

  it('tell how far a reading grew or fell, never both', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: MAX_MINOR }),
        fc.bigInt({ min: 0n, max: MAX_MINOR }),
        (before, count) => {
          const { growth, fall, views } = observeViews(approveViews(before), count);
          expect(growth - fall).toBe(count - before);
          expect(growth === 0n || fall === 0n).toBe(true);
          expect(growth >= 0n && fall >= 0n).toBe(true);
          expect(views.highWater).toBe(before + growth);
        },
      ),
      runs(200),
    );
  });

  it('fall without taking back, and climb again without being paid twice', () => {
    const counts = [1000n, 51_000n, 40_000n, 0n, 20_000n, 51_000n, 52_000n];
    expect(track(counts, 300, 1_000_000n).paid).toBe(15_300n);
    expect(observeViews({ baseline: 1000n, highWater: 51_000n }, 0n)).toEqual({
      views: { baseline: 1000n, highWater: 51_000n },
      growth: 0n,
      fall: 51_000n,
    });
  });

  it.each([-1n, 5, NaN, '5', null, undefined])('are never %s', (count) => {
    // @ts-expect-error callers without a type checker
    expect(refusal(() => approveViews(count)).code).toBe('INVALID_INPUT');
    // @ts-expect-error callers without a type checker
    expect(refusal(() => observeViews(approveViews(0n), count)).code).toBe('INVALID_INPUT');
    // @ts-expect-error callers without a type checker
    expect(refusal(() => observeViews({ baseline: count, highWater: 5n }, 5n)).code).toBe('INVALID_INPUT');
  });

  it('never lie below their baseline or beyond 64 bits', () => {
    expect(refusal(() => observeViews({ baseline: 5n, highWater: 4n }, 9n)).code).toBe('INVALID_INPUT');
    expect(refusal(() => observeViews(approveViews(0n), MAX_MINOR + 1n)).code).toBe('AMOUNT_OUT_OF_RANGE');
  });
});

describe('what views earn', () => {
  it('is the same in many steps as in one: floor of the total, whatever the walk of the counts', () => {
    fc.assert(
      fc.property(readings, rate, (counts, ratePerThousand) => {
        const expected = worth(highest(counts) - (counts[0] ?? 0n), ratePerThousand);
        expect(track(counts, ratePerThousand, MAX_MINOR).paid).toBe(expected);
      }),
      runs(500),
    );
  });

  it('is the smaller of what is due and the budget, to the last unit', () => {
    fc.assert(
      fc.property(readings, rate, fc.bigInt({ min: 0n, max: 50_000n }), (counts, ratePerThousand, budget) => {
        const due = worth(highest(counts) - (counts[0] ?? 0n), ratePerThousand);
        const { paid, budgetLeft } = track(counts, ratePerThousand, budget);
        expect(paid).toBe(due < budget ? due : budget);
        expect(paid + budgetLeft).toBe(budget);
      }),
      runs(500),
    );
  });

  it('spends one budget over many clips exactly: the smaller of budget and demand', () => {
    fc.assert(
      fc.property(
        fc.array(readings, { maxLength: 8 }),
        fc.nat({ max: 500 }),
        fc.bigInt({ min: 0n, max: 80_000n }),
        (clips, rate, budget) => {
          let budgetLeft = budget;
          for (const counts of clips) ({ budgetLeft } = track(counts, rate, budgetLeft));
          const demand = clips.reduce(
            (sum, counts) => sum + worth(highest(counts) - (counts[0] ?? 0n), rate),
            0n,
          );
          expect(budget - budgetLeft).toBe(demand < budget ? demand : budget);
        },
      ),
      runs(200),
    );
  });

  it('is never negative: a lower rate takes nothing back', () => {
    const clip = { baseline: 0n, highWater: 10_000n, paid: 3000n, budgetLeft: 5000n };
    expect(viewEarning({ ...clip, ratePerThousand: 200 })).toEqual({ due: 0n, earned: 0n, shortfall: 0n });
    expect(viewEarning({ ...clip, ratePerThousand: 400 })).toEqual({
      due: 1000n,
      earned: 1000n,
      shortfall: 0n,
    });
  });

  it('waits for a shortfall to be covered, unless it is counted as paid', () => {
    const clip = { baseline: 0n, highWater: 50_000n, ratePerThousand: 200 };
    expect(viewEarning({ ...clip, paid: 0n, budgetLeft: 9000n })).toEqual({
      due: 10_000n,
      earned: 9000n,
      shortfall: 1000n,
    });
    expect(viewEarning({ ...clip, paid: 9000n, budgetLeft: 5000n })).toEqual({
      due: 1000n,
      earned: 1000n,
      shortfall: 0n,
    });
    expect(viewEarning({ ...clip, paid: 10_000n, budgetLeft: 5000n }).due).toBe(0n);
  });

  it.each([
    [{ ratePerThousand: -1 }, 'INVALID_INPUT'],
    [{ ratePerThousand: '-0.01' }, 'INVALID_INPUT'],
    [{ ratePerThousand: 0.5 }, 'INVALID_DECIMAL'],
    [{ ratePerThousand: 'NaN' }, 'INVALID_DECIMAL'],
    [{ paid: -1n }, 'INVALID_INPUT'],
    [{ paid: 0 }, 'INVALID_INPUT'],
    [{ budgetLeft: -1n }, 'INVALID_INPUT'],
    [{ budgetLeft: NaN }, 'INVALID_INPUT'],
    [{ budgetLeft: MAX_MINOR + 1n }, 'AMOUNT_OUT_OF_RANGE'],
    [{ highWater: -1n }, 'INVALID_INPUT'],
    [{ highWater: MAX_MINOR, ratePerThousand: 1001 }, 'AMOUNT_OUT_OF_RANGE'],
  ])('is refused for %#', (change, code) => {
    const clip = { baseline: 0n, highWater: 1000n, ratePerThousand: 200, paid: 0n, budgetLeft: 1000n };
    // @ts-expect-error callers without a type checker
    expect(refusal(() => viewEarning({ ...clip, ...change })).code).toBe(code);
  });

  it('agrees with the published rate per thousand', (ctx) => {
    const { vectors }: { vectors: { views: number; cpm_minor: number; expected_minor: number }[] } =
      JSON.parse(readFileSync(needsData(ctx, 'worked-examples/clip-cpm.json'), 'utf8'));
    expect(vectors.length).toBeGreaterThan(0);
    for (const { views, cpm_minor, expected_minor } of vectors) {
      const highWater = BigInt(views);
      const { earned } = viewEarning({
        baseline: 0n,
        highWater,
        ratePerThousand: cpm_minor,
        paid: 0n,
        budgetLeft: MAX_MINOR,
      });
      expect(earned).toBe(BigInt(expected_minor));
    }
  });

  it('agrees with the independent oracle on real view histories, with a budget and without', (ctx) => {
    const folder = needsData(ctx, 'youtube-trending');
    const rows = (file: string): readonly (readonly string[])[] =>
      readFileSync(`${folder}/${file}`, 'utf8')
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(','));
    const oracle = new Map(rows('oracle.csv').map(([video = '', ...columns]) => [video, columns]));

    for (const [budget, column, sum] of [
      [MAX_MINOR, 3, 469_214_656n],
      [10_000_000n, 4, 10_000_000n],
    ] as const) {
      const clips = new Map<string, { readonly views: ClipViews; readonly paid: bigint }>();
      let budgetLeft: bigint = budget;
      for (const [, video = '', count = ''] of rows('views.csv')) {
        const before = clips.get(video) ?? { views: approveViews(BigInt(count)), paid: 0n };
        const { views } = observeViews(before.views, BigInt(count));
        const { earned } = viewEarning({ ...views, ratePerThousand: 300, paid: before.paid, budgetLeft });
        budgetLeft -= earned;
        clips.set(video, { views, paid: before.paid + earned });
      }
      const wrong = [...clips].filter(([video, { views, paid }]) => {
        const columns = oracle.get(video);
        const expected = [columns?.[1], columns?.[2], columns?.[column]];
        return [views.baseline, views.highWater, paid].join() !== expected.join();
      });
      expect(wrong).toEqual([]);
      expect(clips.size).toBe(oracle.size);
      expect(budget - budgetLeft).toBe(sum);
    }
    expect(oracle.size).toBe(2129);
  });
});
