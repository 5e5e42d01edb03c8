import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  currency,
  defineCurrency,
  fromProviderAmount,
  MAX_MINOR,
  MIN_MINOR,
  money,
  parseMoney,
  payablePart,
  type ProviderCurrency,
  toProviderAmount,
} from '../../src/money/index.ts';
import { runs } from './property-runs.ts';
import { refusal } from './refusal.ts';

const Exact = Decimal.clone({ precision: 120 });

/** Whatever a provider may count in: coarser or finer than the ledger, with any step. */
const providers: fc.Arbitrary<ProviderCurrency> = fc
  .tuple(
    fc.integer({ min: 0, max: 9 }),
    fc.integer({ min: 0, max: 9 }),
    fc.constantFrom(1n, 2n, 5n, 7n, 100n, 250n, 1000n),
  )
  .map(([ours, theirs, step]) => ({ currency: defineCurrency('POINTS', ours), exponent: theirs, step }));

const anyMinor = fc.oneof(
  fc.bigInt({ min: MIN_MINOR, max: MAX_MINOR }),
  fc.bigInt({ min: -5000n, max: 5000n }),
  fc.bigInt({ min: -5000n, max: 5000n }).map((thousands) => thousands * 1_000_000n),
);

/** The provider's count by decimal.js, or nothing where it is no whole number of steps. */
function countOf(minor: bigint, { currency, exponent, step }: ProviderCurrency): string | undefined {
  const count = new Exact(minor.toString()).mul(new Exact(10).pow(exponent - currency.exponent));
  return count.div(step.toString()).isInteger() ? count.toFixed(0).replace(/^-0$/, '0') : undefined;
}

const isSmall = (text: string): boolean => BigInt.asIntN(64, BigInt(text)) === BigInt(text);

describe("a provider's amount", () => {
  it('is the exact count, or refused', () => {
    fc.assert(
      fc.property(providers, anyMinor, (provider, minor) => {
        const expected = countOf(minor, provider);
        const call = (): bigint => toProviderAmount(money(provider.currency, minor), provider);
        if (expected === undefined) expect(refusal(call).code).toBe('INEXACT_CONVERSION');
        else if (isSmall(expected)) expect(call().toString()).toBe(expected);
        else expect(refusal(call).code).toBe('AMOUNT_OUT_OF_RANGE');
      }),
      runs(1_000),
    );
  });

  it('comes back as the amount it was made from', () => {
    fc.assert(
      fc.property(providers, anyMinor, (provider, minor) => {
        const expected = countOf(minor, provider);
        fc.pre(expected !== undefined && isSmall(expected));
        const amount = money(provider.currency, minor);
        expect(fromProviderAmount(toProviderAmount(amount, provider), provider)).toEqual(amount);
      }),
      runs(500),
    );
  });

  it('that came from outside is an exact amount of ours, or refused', () => {
    fc.assert(
      fc.property(providers, anyMinor, (provider, count) => {
        const minor = new Exact(count.toString()).div(
          new Exact(10).pow(provider.exponent - provider.currency.exponent),
        );
        const call = (): bigint => fromProviderAmount(count, provider).minor;
        if (!minor.isInteger()) expect(refusal(call).code).toBe('INEXACT_CONVERSION');
        else if (isSmall(minor.toFixed(0))) expect(call()).toBe(BigInt(minor.toFixed(0)));
        else expect(refusal(call).code).toBe('AMOUNT_OUT_OF_RANGE');
      }),
      runs(500),
    );
  });

  it.each([
    // ledger currency, provider exponent, step, amount, count
    ['UGX', 2, 100n, '5000', 500_000n],
    ['ISK', 2, 100n, '5', 500n],
    ['JPY', 0, 1n, '500', 500n],
    ['HUF', 2, 100n, '10.00', 1000n],
    ['TWD', 2, 100n, '800.00', 80_000n],
    ['BHD', 2, 1n, '1.230', 123n],
    ['IDR', 0, 1n, '15000.00', 15_000n],
    ['KWD', 3, 10n, '5.120', 5120n],
  ] as const)('counts %s with exponent %i and step %s', (code, exponent, step, text, count) => {
    const provider = { currency: currency(code), exponent, step };
    expect(toProviderAmount(parseMoney(text, currency(code)), provider)).toBe(count);
    expect(fromProviderAmount(count, provider)).toEqual(parseMoney(text, currency(code)));
  });

  it.each([
    ['HUF', 2, 100n, '10.45'],
    ['TWD', 2, 100n, '800.45'],
    ['BHD', 2, 1n, '1.234'],
    ['IDR', 0, 1n, '0.01'],
    ['KWD', 3, 10n, '5.124'],
  ] as const)(
    'is refused, not rounded, for %s with exponent %i and step %s: %s',
    (code, exponent, step, text) => {
      const provider = { currency: currency(code), exponent, step };
      const error = refusal(() => toProviderAmount(parseMoney(text, currency(code)), provider));
      expect(error.code).toBe('INEXACT_CONVERSION');
      expect(error.details).toEqual({ currency: code, exponent, step });
    },
  );

  it('is refused for a currency the provider does not mean', () => {
    const provider: ProviderCurrency = { currency: currency('EUR'), exponent: 2, step: 1n };
    const dollars = parseMoney('1.00', currency('USD'));
    // @ts-expect-error two currencies are two types
    expect(refusal(() => toProviderAmount(dollars, { ...provider, currency: currency('EUR') })).code).toBe(
      'CURRENCY_MISMATCH',
    );
    expect(refusal(() => toProviderAmount<string>(dollars, provider)).code).toBe('CURRENCY_MISMATCH');
    expect(refusal(() => payablePart<string>(dollars, provider)).code).toBe('CURRENCY_MISMATCH');
  });

  it('is refused for a provider that counts in nothing', () => {
    const usd = currency('USD');
    for (const [exponent, step] of [
      [2, 0n],
      [2, -1n],
      [2, 1],
      [-1, 1n],
      [19, 1n],
      [1.5, 1n],
      [NaN, 1n],
    ] as const) {
      // @ts-expect-error callers without a type checker
      const provider: ProviderCurrency<'USD'> = { currency: usd, exponent, step };
      expect(refusal(() => toProviderAmount(money(usd, 100n), provider)).code).toBe('INVALID_CURRENCY');
      expect(refusal(() => fromProviderAmount(100n, provider)).code).toBe('INVALID_CURRENCY');
      expect(refusal(() => payablePart(money(usd, 100n), provider)).code).toBe('INVALID_CURRENCY');
    }
    // @ts-expect-error callers without a type checker
    expect(refusal(() => fromProviderAmount(100, { currency: usd, exponent: 2, step: 1n })).code).toBe(
      'INVALID_AMOUNT',
    );
  });
});

describe('the part of an amount that a provider can move', () => {
  it('is the largest one that converts, and the rest is what stays', () => {
    fc.assert(
      fc.property(providers, anyMinor, (provider, minor) => {
        const { payable, rest } = payablePart(money(provider.currency, minor), provider);
        expect(payable.minor + rest.minor).toBe(minor);
        expect(countOf(payable.minor, provider)).toBeDefined();
        // Rounds towards zero, and by less than what the next larger payable amount would take.
        expect(payable.minor * minor >= 0n && rest.minor * minor >= 0n).toBe(true);
        const restSize = rest.minor < 0n ? -rest.minor : rest.minor;
        for (let more = 1n; more <= restSize && more <= 300n; more++) {
          const larger = minor < 0n ? payable.minor - more : payable.minor + more;
          expect(countOf(larger, provider)).toBeUndefined();
        }
      }),
      runs(300),
    );
  });

  it('leaves whole units for currencies that move only in those', () => {
    for (const code of ['HUF', 'TWD'] as const) {
      const { payable, rest } = payablePart(money(currency(code), 123_456n), {
        currency: currency(code),
        exponent: 2,
        step: 100n,
      });
      expect([payable.minor, rest.minor]).toEqual([123_400n, 56n]);
    }
  });

  it('is nothing when the amount is below one step', () => {
    const huf = currency('HUF');
    const { payable, rest } = payablePart(money(huf, 99n), { currency: huf, exponent: 2, step: 100n });
    expect([payable.minor, rest.minor]).toEqual([0n, 99n]);
  });
});
