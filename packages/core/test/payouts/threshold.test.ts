import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKnownCurrency, MAX_MINOR } from '../../src/money/index.ts';
import { checkThresholds, type ThresholdRules, thresholdOf } from '../../src/payouts/threshold.ts';
import { needsData } from '../data-folder.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const name = fc.constantFrom('USD', 'EUR', 'gold', '__proto__', 'constructor', 'toString');
const amount = fc.bigInt({ min: 0n, max: MAX_MINOR });
const threshold = fc
  .record({ minimum: amount, tiers: fc.array(fc.tuple(name, amount)) })
  .map(({ minimum, tiers }) => ({ minimum, tiers: Object.fromEntries(tiers) }));

describe('a threshold', () => {
  it('is that of the currency and tier, else of the currency, else of other currencies', () => {
    const rules = fc.record({
      currencies: fc.array(fc.tuple(name, threshold)).map((entries) => Object.fromEntries(entries)),
      otherCurrencies: fc.option(threshold, { nil: undefined }),
    });
    fc.assert(
      fc.property(
        rules,
        name,
        fc.option(name, { nil: undefined }),
        ({ currencies, otherCurrencies }, currency, tier) => {
          const thresholds = checkThresholds({
            currencies,
            ...(otherCurrencies !== undefined && { otherCurrencies }),
          });
          const found =
            Object.entries(currencies).find(([code]) => code === currency)?.[1] ?? otherCurrencies;
          if (found === undefined) {
            expect(refusal(() => thresholdOf(thresholds, currency, tier)).code).toBe('NO_THRESHOLD');
            return;
          }
          const ofTier = Object.entries(found.tiers).find(([name]) => name === tier)?.[1];
          expect(thresholdOf(thresholds, currency, tier)).toBe(ofTier ?? found.minimum);
        },
      ),
      runs(300),
    );
  });

  it('is never an invisible zero: a currency that the rules do not name is refused', () => {
    const error = refusal(() =>
      thresholdOf(checkThresholds({ currencies: { USD: { minimum: 1000n } } }), 'JPY'),
    );
    expect(error.code).toBe('NO_THRESHOLD');
    expect(error.details).toEqual({ currency: 'JPY' });
  });

  it('can be zero for a tier although it is not for the currency', () => {
    const thresholds = checkThresholds({ currencies: { USD: { minimum: 1000n, tiers: { gold: 0n } } } });
    expect([thresholdOf(thresholds, 'USD', 'gold'), thresholdOf(thresholds, 'USD', 'silver')]).toEqual([
      0n,
      1000n,
    ]);
  });

  it('is that of a published table, by currency with a default', (ctx) => {
    const {
      table,
    }: { table: Readonly<Record<string, unknown>> & { forty_dollar: string[]; default: number } } =
      JSON.parse(readFileSync(needsData(ctx, 'worked-examples/polar-minimum-payouts.json'), 'utf8'));
    const minimums = new Map<string, bigint>(table.forty_dollar.map((code) => [code, 4000n]));
    for (const [code, minimum] of Object.entries(table)) {
      if (/^[A-Z]{3}$/.test(code)) minimums.set(code, BigInt(String(minimum)));
    }
    const rules: ThresholdRules = {
      currencies: Object.fromEntries([...minimums].map(([code, minimum]) => [code, { minimum }])),
      otherCurrencies: { minimum: BigInt(table.default) },
    };
    const thresholds = checkThresholds(rules);
    expect(minimums.size).toBeGreaterThan(25);
    for (const [code, minimum] of minimums) {
      expect(isKnownCurrency(code)).toBe(true);
      expect(thresholdOf(thresholds, code)).toBe(minimum);
    }
    expect(
      ['EUR', 'GBP', 'CHF', 'AOA', 'COP', 'KRW', 'SEK'].map((code) => thresholdOf(thresholds, code)),
    ).toEqual([...[1300n, 1500n, 1500n, 3000n, 5000n, 4000n, 1000n]]);
  });

  it.each([
    [{ currencies: { USD: { minimum: -1n } } }, ['currencies.USD.minimum']],
    [{ currencies: { USD: { minimum: 1000 } } }, ['currencies.USD.minimum']],
    [{ currencies: { USD: { minimum: MAX_MINOR + 1n } } }, ['currencies.USD.minimum']],
    [{ currencies: { USD: {} } }, ['currencies.USD.minimum']],
    [{ currencies: { USD: 1000n } }, ['currencies.USD']],
    [{ currencies: { USD: null, EUR: { minimum: '5' } } }, ['currencies.USD', 'currencies.EUR.minimum']],
    [{ currencies: { 'a\nb': { minimum: 1n } } }, ['currencies[0]']],
    [{ currencies: { USD: { minimum: 1n, tiers: { gold: -1n } } } }, ['currencies.USD.tiers[0]']],
    [{ currencies: { USD: { minimum: 1n, tiers: { '': 1n } } } }, ['currencies.USD.tiers[0]']],
    [{ currencies: { USD: { minimum: 1n, tiers: [1n] } } }, ['currencies.USD.tiers']],
    [{ currencies: {}, otherCurrencies: { minimum: 1.5 } }, ['otherCurrencies.minimum']],
    [{ currencies: {}, otherCurrencies: 0n }, ['otherCurrencies']],
    [{ currencies: {}, otherCurrencies: null }, ['otherCurrencies']],
    [{ currencies: [] }, ['currencies']],
    [{}, ['currencies']],
    [null, ['currencies']],
  ])('is refused with the path of each problem: %#', (rules, paths) => {
    // @ts-expect-error callers without a type checker
    const error = refusal(() => checkThresholds(rules));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.details).toMatchObject({ issues: paths.map((path) => ({ path })) });
  });
});
