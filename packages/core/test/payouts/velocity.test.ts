import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MINOR } from '../../src/money/range.ts';
import {
  checkVelocityCaps,
  Velocity,
  VELOCITY_WINDOW_MS,
  type VelocityCaps,
} from '../../src/payouts/velocity.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const currency = fc.constantFrom('USD', 'EUR', 'JPY');
const amount = fc.bigInt({ min: 1n, max: 40n });
const payment = fc.record({ participant: fc.constantFrom('a', 'b', 'a\\b'), currency, amount });
const cap = fc.dictionary(currency, fc.bigInt({ min: 0n, max: 120n }), { noNullPrototype: true });
const caps = fc.record({ participant: cap, program: cap }, { requiredKeys: [] });

describe('velocity caps', () => {
  it('let a payment go exactly when all that left before it and it fit, by currency (I31)', () => {
    fc.assert(
      fc.property(
        caps,
        fc.array(payment, { maxLength: 6 }),
        fc.array(payment, { maxLength: 12 }),
        (caps, left, asked) => {
          const velocity = new Velocity(caps, left);
          const gone = [...left];
          for (const { participant, currency, amount } of asked) {
            const spent = (who?: string): bigint =>
              gone
                .filter((one) => one.currency === currency && (who === undefined || one.participant === who))
                .reduce((sum, one) => sum + one.amount, 0n);
            const fits = (cap: bigint | undefined, spent: bigint): boolean =>
              cap === undefined || spent + amount <= cap;
            const expected =
              fits(caps.program?.[currency], spent()) &&
              fits(caps.participant?.[currency], spent(participant));
            expect(velocity.admit(participant, currency, amount)).toBe(expected);
            if (expected) gone.push({ participant, currency, amount });
          }
        },
      ),
      runs(1000),
    );
  });

  it('admit up to the cap to the unit, and count nothing that they refused', () => {
    const velocity = new Velocity({ participant: { USD: 100n }, program: { USD: 150n } }, []);
    expect(velocity.admit('a', 'USD', 101n)).toBe(false);
    expect(velocity.admit('a', 'USD', 100n)).toBe(true);
    expect(velocity.admit('a', 'USD', 1n)).toBe(false);
    expect(velocity.admit('b', 'USD', 51n)).toBe(false);
    expect(velocity.admit('b', 'USD', 50n)).toBe(true);
    expect(velocity.admit('c', 'USD', 1n)).toBe(false);
    expect(velocity.admit('c', 'EUR', MAX_MINOR)).toBe(true);
  });

  it('of zero let nothing go', () => {
    expect(new Velocity({ program: { USD: 0n } }, []).admit('a', 'USD', 1n)).toBe(false);
    expect(new Velocity({ participant: { USD: 0n } }, []).admit('a', 'USD', 1n)).toBe(false);
  });

  it('look at a day', () => {
    expect(VELOCITY_WINDOW_MS).toBe(24 * 60 * 60 * 1000);
  });

  it('are kept as they are when they are valid', () => {
    const caps: VelocityCaps = { participant: { USD: 0n, EUR: MAX_MINOR }, program: {} };
    expect(checkVelocityCaps(caps)).toBe(caps);
    expect(checkVelocityCaps({})).toEqual({});
  });

  it.each([
    [{ participant: { USD: -1n } }, ['caps.participant[0]']],
    [{ program: { USD: 1n, EUR: 5 } }, ['caps.program[1]']],
    [{ program: { '': 1n } }, ['caps.program[0]']],
    [{ participant: { 'a\nb': 1n }, program: { USD: '1' } }, ['caps.participant[0]', 'caps.program[0]']],
  ])('are refused with the path of each problem: %#', (caps, paths) => {
    // @ts-expect-error callers without a type checker
    const error = refusal(() => checkVelocityCaps(caps));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.details).toEqual({
      issues: paths.map((path) => ({ path, reason: expect.stringMatching(/./) })),
    });
  });

  it('are refused above 64 bits', () => {
    expect(refusal(() => checkVelocityCaps({ program: { USD: MAX_MINOR + 1n } })).code).toBe(
      'AMOUNT_OUT_OF_RANGE',
    );
  });
});
