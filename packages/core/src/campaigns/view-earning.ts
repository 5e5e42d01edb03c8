import { PayoutError } from '../errors.ts';
import { type DecimalInput, parseDecimal } from '../money/decimal.ts';
import { inRange } from '../money/range.ts';
import { divide } from '../money/rounding.ts';
import { assertClipViews, type ClipViews } from './views.ts';

/** What one step of a clip's earning is computed from. All amounts are minor units of one currency. */
export interface ViewEarningInput extends ClipViews {
  /** Minor units for 1,000 views, zero or more: `300` for 3.00 USD, `"0.5"` for half a cent. */
  readonly ratePerThousand: DecimalInput;
  /** What the clip has earned so far; and what a shortfall forfeited, where the campaign does not pay it later. */
  readonly paid: bigint;
  /** What the campaign's budget has left. */
  readonly budgetLeft: bigint;
}

/** One step of a clip's earning. `due` is `earned` plus `shortfall`. */
export interface ViewEarning {
  /** What the views are worth in all, less what was paid; zero when that is less than nothing. */
  readonly due: bigint;
  /** The part of it that the budget covers. */
  readonly earned: bigint;
  /** The part that it does not. */
  readonly shortfall: bigint;
}

/**
 * What a clip earns now. Each step is computed from the total, floor((highWater − baseline) × rate / 1000) less what
 * was paid, so that many small steps pay exactly what one large step would.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `INVALID_DECIMAL` or `AMOUNT_OUT_OF_RANGE`
 *
 * @example
 * ```ts
 * import { viewEarning } from '@payout-engines/core';
 *
 * viewEarning({ baseline: 0n, highWater: 50_000n, ratePerThousand: 200, paid: 0n, budgetLeft: 9_000n });
 * // => { due: 10000n, earned: 9000n, shortfall: 1000n }
 * ```
 */
export function viewEarning(input: ViewEarningInput): ViewEarning {
  const { baseline, highWater, paid, budgetLeft } = input;
  assertClipViews(input);
  assertAmount(paid, 'paid');
  assertAmount(budgetLeft, 'budgetLeft');
  const due = notNegative(viewWorth(highWater - baseline, input.ratePerThousand) - paid);
  const earned = due < budgetLeft ? due : budgetLeft;
  return { due, earned, shortfall: due - earned };
}

/** What a number of views is worth, rounded down to whole minor units. */
function viewWorth(views: bigint, ratePerThousand: DecimalInput): bigint {
  const { coefficient, scale } = parseDecimal(ratePerThousand);
  if (coefficient < 0n) throw invalid('ratePerThousand', 'it must be zero or more');
  return inRange(divide(views * coefficient, 1000n * 10n ** BigInt(scale), 'floor'));
}

/** A lower rate can make the total less than what was paid; what was paid is not taken back here. */
function notNegative(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}

function assertAmount(amount: unknown, path: string): void {
  if (typeof amount !== 'bigint' || amount < 0n) {
    throw invalid(path, 'it must be a bigint of minor units, zero or more');
  }
  inRange(amount);
}

function invalid(path: string, reason: string): PayoutError {
  return new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}
