import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MINOR } from '../../src/money/range.ts';
import { ROUNDING_MODES } from '../../src/money/rounding.ts';
import {
  type CheckedFeeRule,
  checkFeeRule,
  type FeeRule,
  grossFor,
  NO_FEE,
  quote,
} from '../../src/payouts/fees.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const MODES = fc.constantFrom(...ROUNDING_MODES);
const BEARERS = fc.constantFrom('participant', 'platform');
const small = fc.bigInt({ min: 0n, max: 500n });
const rate = fc.oneof(
  fc.constantFrom('0', '0.5', '0.9', '0.999999', '0.000001'),
  fc.nat({ max: 9999 }).map((parts) => `0.${parts.toString().padStart(4, '0')}`),
);

const bounds = fc
  .option(fc.tuple(small, small), { nil: undefined })
  .map((pair) =>
    pair === undefined
      ? {}
      : { minimum: pair[0] < pair[1] ? pair[0] : pair[1], maximum: pair[0] < pair[1] ? pair[1] : pair[0] },
  );

const rule: fc.Arbitrary<CheckedFeeRule> = fc
  .record({ bearer: BEARERS, fixed: small, rate, rounding: MODES, bounds })
  .map(({ bounds, ...rest }) => checkFeeRule({ ...rest, ...bounds }));

const participants = rule.map((rule) => ({ ...rule, bearer: 'participant' as const }));

const gross = fc.oneof(fc.bigInt({ min: 0n, max: 5000n }), fc.bigInt({ min: 0n, max: MAX_MINOR }));

const PLAIN: FeeRule = { bearer: 'participant', fixed: 30n, rate: '0.029', rounding: 'half-even' };

describe('a fee', () => {
  it('is the fixed part and the rate, within its bounds, and whoever bears it pays it', () => {
    fc.assert(
      fc.property(rule, fc.bigInt({ min: 0n, max: 10n ** 12n }), (rule, gross) => {
        const quoted = quote(rule, gross);
        // The exact fee as a fraction: the quoted one is a rounding of it, cut to the bounds.
        const scale = 10n ** BigInt(rule.rate.scale);
        const exact = rule.fixed * scale + gross * rule.rate.coefficient;
        const within = (fee: bigint): bigint => {
          const raised = fee < rule.minimum ? rule.minimum : fee;
          return rule.maximum !== undefined && raised > rule.maximum ? rule.maximum : raised;
        };
        const [low, high] = [within(exact / scale), within((exact + scale - 1n) / scale)];
        expect([low, high]).toContain(quoted.fee);
        expect(quoted.bearer).toBe(rule.bearer);
        expect(quoted.gross).toBe(gross);
        expect(quoted.net).toBe(rule.bearer === 'participant' ? gross - quoted.fee : gross);
      }),
      runs(2000),
    );
  });

  it('rounds as its rule says', () => {
    const feeOf = (rounding: FeeRule['rounding']): bigint =>
      quote(checkFeeRule({ ...PLAIN, fixed: 0n, rate: '0.25', rounding }), 10n).fee;
    expect(ROUNDING_MODES.map(feeOf)).toEqual([2n, 3n, 2n, 3n, 3n, 2n, 2n]);
  });

  it('leaves with one more unit of gross one more unit of net, or none', () => {
    fc.assert(
      fc.property(participants, fc.bigInt({ min: 0n, max: 10n ** 6n }), (rule, gross) => {
        const step = quote(rule, gross + 1n).net - quote(rule, gross).net;
        expect([0n, 1n]).toContain(step);
      }),
      runs(5000),
    );
  });

  it('turned around gives the least gross amount that brings the net, whoever bears it', () => {
    fc.assert(
      fc.property(rule, gross, (rule, gross) => {
        const { net } = quote(rule, gross);
        if (net < 0n) return;
        const found = grossFor(rule, net);
        expect(found).toEqual(quote(rule, found.gross));
        expect(found.net).toBe(net);
        expect(found.gross).toBeLessThanOrEqual(gross);
        if (found.gross > 0n) expect(quote(rule, found.gross - 1n).net).toBeLessThan(net);
      }),
      runs(3000),
    );
  });

  it('can be turned around for every net amount of which the gross fits, and is refused for all others', () => {
    fc.assert(
      fc.property(rule, fc.bigInt({ min: 0n, max: MAX_MINOR }), (rule, net) => {
        const most = quote(rule, MAX_MINOR).net;
        if (net <= most) expect(grossFor(rule, net).net).toBe(net);
        else expect(refusal(() => grossFor(rule, net)).code).toBe('AMOUNT_OUT_OF_RANGE');
      }),
      runs(1000),
    );
  });

  it('is exact at the end of 64 bits', () => {
    const half = checkFeeRule({ ...PLAIN, fixed: 0n, rate: '0.5', rounding: 'floor' });
    const most = quote(half, MAX_MINOR);
    expect(most).toEqual({ bearer: 'participant', gross: MAX_MINOR, fee: 2n ** 62n - 1n, net: 2n ** 62n });
    expect(grossFor(half, 2n ** 62n).gross).toBe(MAX_MINOR);
    expect(refusal(() => grossFor(half, 2n ** 62n + 1n)).code).toBe('AMOUNT_OUT_OF_RANGE');
    expect(refusal(() => quote(half, MAX_MINOR + 1n)).code).toBe('AMOUNT_OUT_OF_RANGE');
    expect(grossFor(NO_FEE, MAX_MINOR).gross).toBe(MAX_MINOR);
    const dear = checkFeeRule({ ...PLAIN, fixed: MAX_MINOR, rate: '0' });
    expect(grossFor(dear, 0n).gross).toBe(MAX_MINOR);
    expect(quote(dear, 0n).net).toBe(-MAX_MINOR);
    const dearer = checkFeeRule({ ...PLAIN, fixed: MAX_MINOR, rate: '0.5' });
    expect(refusal(() => quote(dearer, 2n)).code).toBe('AMOUNT_OUT_OF_RANGE');
  });

  it('has a minimum and a maximum', () => {
    const rule = checkFeeRule({ ...PLAIN, minimum: 50n, maximum: 200n });
    expect([0n, 100n, 700n, 2000n, 100_000n].map((gross) => quote(rule, gross).fee)).toEqual([
      ...[50n, 50n, 50n, 88n, 200n],
    ]);
    expect(quote(checkFeeRule({ ...PLAIN, minimum: 7n, maximum: 7n }), 10_000n).fee).toBe(7n);
  });

  it('of nothing is no fee', () => {
    expect(quote(NO_FEE, 12_345n)).toEqual({ bearer: 'platform', gross: 12_345n, fee: 0n, net: 12_345n });
    expect(grossFor(NO_FEE, 0n)).toEqual({ bearer: 'platform', gross: 0n, fee: 0n, net: 0n });
  });

  it('is never of a negative amount', () => {
    const rule = checkFeeRule(PLAIN);
    expect(refusal(() => quote(rule, -1n)).code).toBe('INVALID_AMOUNT');
    expect(refusal(() => grossFor(rule, -1n)).code).toBe('INVALID_AMOUNT');
    expect(refusal(() => grossFor(NO_FEE, -(2n ** 63n) - 1n)).code).toBe('AMOUNT_OUT_OF_RANGE');
  });
});

describe('a fee rule', () => {
  it.each([
    [{ bearer: 'nobody' }, ['bearer']],
    [{ rounding: 'nearest' }, ['rounding']],
    [{ fixed: -1n }, ['fixed']],
    [{ fixed: 5 }, ['fixed']],
    [{ minimum: -1n }, ['minimum']],
    [{ maximum: -1n }, ['maximum']],
    [{ maximum: '5' }, ['maximum']],
    [{ minimum: 5n, maximum: 4n }, ['maximum']],
    [{ bearer: '', minimum: 5n, maximum: 4n }, ['bearer']],
    [{ rate: '1' }, ['rate']],
    [{ rate: '1.000' }, ['rate']],
    [{ rate: 1 }, ['rate']],
    [{ bearer: 'x', rounding: 'y', fixed: -1n, rate: '1' }, ['bearer', 'rounding', 'fixed', 'rate']],
  ])('is refused with the path of each problem: %#', (change, paths) => {
    // @ts-expect-error callers without a type checker
    const error = refusal(() => checkFeeRule({ ...PLAIN, ...change }));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.details).toEqual({
      issues: paths.map((path) => ({ path, reason: expect.stringMatching(/./) })),
    });
  });

  it('is refused where its rate is no rate or its amounts do not fit 64 bits', () => {
    expect(refusal(() => checkFeeRule({ ...PLAIN, rate: '1.01' })).code).toBe('RATE_OUT_OF_RANGE');
    expect(refusal(() => checkFeeRule({ ...PLAIN, rate: '-0.1' })).code).toBe('RATE_OUT_OF_RANGE');
    expect(refusal(() => checkFeeRule({ ...PLAIN, rate: '5%' })).code).toBe('INVALID_DECIMAL');
    for (const field of ['fixed', 'minimum', 'maximum'] as const) {
      expect(refusal(() => checkFeeRule({ ...PLAIN, [field]: MAX_MINOR + 1n })).code).toBe(
        'AMOUNT_OUT_OF_RANGE',
      );
    }
  });

  it('keeps what it was given, and adds a minimum of zero only', () => {
    const rate = { coefficient: 29n, scale: 3 };
    expect(checkFeeRule(PLAIN)).toStrictEqual({ ...PLAIN, rate, minimum: 0n });
    expect(checkFeeRule({ ...PLAIN, bearer: 'platform', minimum: 1n, maximum: 1n })).toStrictEqual({
      ...PLAIN,
      ...{ bearer: 'platform', rate, minimum: 1n, maximum: 1n },
    });
    expect(checkFeeRule({ ...PLAIN, maximum: 0n }).maximum).toBe(0n);
  });
});
