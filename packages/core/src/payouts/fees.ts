import { PayoutError } from '../errors.ts';
import { type DecimalInput, type ExactDecimal, parseDecimal } from '../money/decimal.ts';
import { inRange } from '../money/range.ts';
import { applyRate, parseRate } from '../money/rate.ts';
import { ROUNDING_MODES, type RoundingMode } from '../money/rounding.ts';

/** Who pays the fee: the participant gets the net amount, or the platform adds the fee. */
export type FeeBearer = 'participant' | 'platform';

/** What one payout in one currency costs. Amounts are minor units of it. */
export interface FeeRule {
  readonly bearer: FeeBearer;
  readonly fixed: bigint;
  /** Of the gross amount, from 0 up to but not including 1. */
  readonly rate: DecimalInput;
  readonly rounding: RoundingMode;
  readonly minimum?: bigint;
  readonly maximum?: bigint;
}

/** A fee rule that was checked. */
export interface CheckedFeeRule {
  readonly bearer: FeeBearer;
  readonly fixed: bigint;
  readonly rate: ExactDecimal;
  readonly rounding: RoundingMode;
  readonly minimum: bigint;
  readonly maximum?: bigint;
}

/** What leaves the balance, what it costs, and what arrives. */
export interface FeeQuote {
  readonly bearer: FeeBearer;
  /** What leaves the participant's balance. */
  readonly gross: bigint;
  readonly fee: bigint;
  /** What the provider is asked to move: `gross - fee` where the participant bears the fee, else `gross`. */
  readonly net: bigint;
}

/** No fee at all. */
export const NO_FEE: CheckedFeeRule = checkFeeRule({
  bearer: 'platform',
  fixed: 0n,
  rate: '0',
  rounding: 'half-even',
});

/**
 * Checks a fee rule once, for any number of quotes.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `INVALID_DECIMAL` or `RATE_OUT_OF_RANGE`
 */
export function checkFeeRule(rule: FeeRule): CheckedFeeRule {
  const { bearer, fixed, rounding, minimum = 0n, maximum } = rule;
  const rate = parseRate(rule.rate);
  const issues: { readonly path: string; readonly reason: string }[] = [];
  if (bearer !== 'participant' && bearer !== 'platform') {
    issues.push({ path: 'bearer', reason: 'it must be participant or platform' });
  }
  if (!ROUNDING_MODES.includes(rounding))
    issues.push({ path: 'rounding', reason: 'it is not a rounding mode' });
  for (const [path, amount] of [
    ['fixed', fixed],
    ['minimum', minimum],
    ['maximum', maximum ?? 0n],
  ] as const) {
    if (typeof amount !== 'bigint' || amount < 0n)
      issues.push({ path, reason: 'it must be a bigint, zero or more' });
    else inRange(amount);
  }
  if (maximum !== undefined && issues.length === 0 && maximum < minimum) {
    issues.push({ path: 'maximum', reason: 'it must not be below the minimum' });
  }
  if (isOne(rate)) issues.push({ path: 'rate', reason: 'it must be below 1: nothing would arrive' });
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  return { bearer, fixed, rate, rounding, minimum, ...(maximum === undefined ? {} : { maximum }) };
}

function isOne(rate: ExactDecimal): boolean {
  return rate.coefficient === parseDecimal(1).coefficient * 10n ** BigInt(rate.scale);
}

/**
 * What paying out a gross amount costs and brings.
 *
 * @throws {@link PayoutError} with code `INVALID_AMOUNT` when the amount is negative, `AMOUNT_OUT_OF_RANGE`
 *
 * @example
 * ```ts
 * import { checkFeeRule, quote } from '@payout-engines/core';
 *
 * const rule = checkFeeRule({ bearer: 'participant', fixed: 30n, rate: '0.029', rounding: 'half-even' });
 * quote(rule, 10_000n); // => { bearer: 'participant', gross: 10000n, fee: 320n, net: 9680n }
 * ```
 */
export function quote(rule: CheckedFeeRule, gross: bigint): FeeQuote {
  if (inRange(gross) < 0n) throw new PayoutError('INVALID_AMOUNT', { reason: 'a payout is not negative' });
  const { bearer, minimum, maximum } = rule;
  const plain = inRange(rule.fixed + applyRate(gross, rule.rate, rule.rounding));
  const raised = plain < minimum ? minimum : plain;
  const fee = maximum !== undefined && raised > maximum ? maximum : raised;
  return { bearer, gross, fee, net: bearer === 'participant' ? inRange(gross - fee) : gross };
}

/**
 * The least gross amount whose net is the one given: the exact inverse of {@link quote}. It always exists, because one
 * more unit of gross brings one more unit of net or none, never two. Takes 64 steps at most.
 *
 * @throws {@link PayoutError} with code `INVALID_AMOUNT` when the net is negative, `AMOUNT_OUT_OF_RANGE` when the gross
 * does not fit 64 bits
 *
 * @example
 * ```ts
 * import { checkFeeRule, grossFor } from '@payout-engines/core';
 *
 * const rule = checkFeeRule({ bearer: 'participant', fixed: 30n, rate: '0.029', rounding: 'half-even' });
 * grossFor(rule, 9_680n).gross; // => 10000n
 * ```
 */
export function grossFor(rule: CheckedFeeRule, net: bigint): FeeQuote {
  if (inRange(net) < 0n) throw new PayoutError('INVALID_AMOUNT', { reason: 'a net amount is not negative' });
  let below = -1n;
  let enough = net;
  // Doubling finds an end from above; `quote` refuses what leaves 64 bits.
  while (quote(rule, enough).net < net) {
    below = enough;
    enough = enough * 2n + 1n;
    if (enough > GROSS_MAX) enough = GROSS_MAX;
    if (below === enough)
      throw new PayoutError('AMOUNT_OUT_OF_RANGE', { reason: 'its gross is above 2^63 - 1' });
  }
  while (enough - below > 1n) {
    const middle = (below + enough) >> 1n;
    if (quote(rule, middle).net < net) below = middle;
    else enough = middle;
  }
  return quote(rule, enough);
}

const GROSS_MAX = 2n ** 63n - 1n;

/** What the provider of a payout is asked to move: its amount, less the fee where the participant bears it. */
export function netOf({
  amount,
  fee,
  feeBearer,
}: {
  readonly amount: bigint;
  readonly fee: bigint;
  readonly feeBearer: FeeBearer;
}): bigint {
  return feeBearer === 'participant' ? amount - fee : amount;
}
