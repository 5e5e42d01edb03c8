import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idProblem } from '../../src/id.ts';
import {
  attemptKey,
  batchPayoutId,
  creditedEarningId,
  requestedPayoutId,
  transferIds,
} from '../../src/payouts/keys.ts';
import { runs } from '../money/property-runs.ts';

/** Ids of what separates and escapes, and long ones. */
const id = fc.oneof(
  fc
    .array(fc.constantFrom('/', '%', '%2F', '%25', 'a', '1', '2', 'available', 'held'), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => parts.join('')),
  fc.constantFrom('x'.repeat(255), `${'x'.repeat(254)}/`, '/'.repeat(255)),
);
const attempt = fc.integer({ min: 1, max: 12 });
const part = fc.constantFrom('held', 'available');
const amount = fc.bigInt({ min: 0n, max: 12n });

const T = transferIds;

/** Every id there is: its name, which no other may share a value with, its parts, and how it is made. */
const made = fc.oneof(
  fc.tuple(id).map(([key]) => ['payout', [key], requestedPayoutId(key)] as const),
  fc.tuple(id, id, id).map((parts) => ['batch', parts, batchPayoutId(...parts)] as const),
  fc.tuple(id).map(([key]) => ['earning', [key], creditedEarningId(key)] as const),
  fc.tuple(id, attempt).map((parts) => ['reserve', parts, T.reserve(...parts)] as const),
  fc.tuple(id, attempt).map((parts) => ['unreserve', parts, T.unreserve(...parts)] as const),
  fc.tuple(id, attempt, id, id).map((parts) => ['paid', parts, T.paid(...parts)] as const),
  fc.tuple(id, attempt).map((parts) => ['fee', parts, T.fee(...parts)] as const),
  fc.tuple(id, attempt, id, id).map((parts) => ['difference', parts, T.difference(...parts)] as const),
  fc.tuple(id, attempt, id, id, amount).map((parts) => ['return', parts, T.returned(...parts)] as const),
  fc
    .tuple(id, attempt, id, id, amount)
    .map((parts) => ['return_difference', parts, T.returnedDifference(...parts)] as const),
  fc.tuple(id).map(([key]) => ['release', [key], T.release(key)] as const),
  fc.tuple(id, part).map((parts) => ['reversal', parts, T.reversal(...parts)] as const),
  fc.tuple(id, id, part).map((parts) => ['bonus', parts, T.bonusReversal(...parts)] as const),
  fc.tuple(id).map(([key]) => ['adjustment', [key], T.adjustment(key)] as const),
);

describe('ids of payouts', () => {
  it('are ids that every store keeps, however long their parts are', () => {
    fc.assert(
      fc.property(made, ([, , text]) => {
        expect(idProblem(text)).toBeUndefined();
        expect(text.length).toBeLessThanOrEqual(255);
      }),
      runs(2000),
    );
  });

  it('are the same for one cause and differ for any two, whatever their parts contain (I6, I20)', () => {
    const cause = (value: readonly [string, readonly unknown[], string]): string =>
      JSON.stringify([value[0], value[1].map(String)]);
    fc.assert(
      fc.property(fc.array(made, { minLength: 2, maxLength: 30 }), (ids) => {
        const byText = new Map<string, string>();
        const byCause = new Map<string, string>();
        for (const one of ids) {
          expect(byText.get(one[2]) ?? cause(one)).toBe(cause(one));
          expect(byCause.get(cause(one)) ?? one[2]).toBe(one[2]);
          byText.set(one[2], cause(one));
          byCause.set(cause(one), one[2]);
        }
      }),
      runs(1000),
    );
  });

  it('can be read', () => {
    expect([
      requestedPayoutId('r1'),
      batchPayoutId('b1', 'u1', 'USD'),
      creditedEarningId('c1'),
      T.reserve('p', 1),
      T.unreserve('p', 1),
      T.paid('p', 1, 'sim', 'tr_1'),
      T.fee('p', 2),
      T.difference('p', 1, 'sim', 'tr_1'),
      T.returned('p', 1, 'sim', 'tr_1', 0n),
      T.returnedDifference('p', 1, 'sim', 'tr_1', 40n),
      T.release('e'),
      T.reversal('k', 'held'),
      T.bonusReversal('k', 'e', 'available'),
      T.adjustment('k'),
    ]).toEqual([
      'payout/r1',
      'batch/b1/u1/USD',
      'earning/c1',
      'reserve/p/1',
      'unreserve/p/1',
      'paid/p/1/sim/tr_1',
      'fee/p/2',
      'difference/p/1/sim/tr_1',
      'return/p/1/sim/tr_1/0',
      'return_difference/p/1/sim/tr_1/40',
      'release/e',
      'reversal/k/held',
      'reversal/k/e/available',
      'adjustment/k',
    ]);
  });
});

describe('the key of an attempt', () => {
  it('is 32 hexadecimal digits, the same for the same attempt and another for any other (I6)', () => {
    const parts = fc.tuple(id, id, attempt);
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const same = left[0] === right[0] && left[1] === right[1] && left[2] === right[2];
        expect(attemptKey(...left)).toMatch(/^[0-9a-f]{32}$/);
        expect(attemptKey(...left) === attemptKey(...right)).toBe(same);
      }),
      runs(2000),
    );
  });

  it('can be computed by anybody from program, payout and number', () => {
    const expected = createHash('sha256').update('attempt/acme/payout%2Fr1/3').digest('hex').slice(0, 32);
    expect(attemptKey('acme', 'payout/r1', 3)).toBe(expected);
    const long = 'x'.repeat(255);
    const digest = createHash('sha256').update(`attempt/acme/${long}/1`).digest('hex');
    const ofLong = createHash('sha256').update(`%${digest}`).digest('hex').slice(0, 32);
    expect(attemptKey('acme', long, 1)).toBe(ofLong);
  });
});
