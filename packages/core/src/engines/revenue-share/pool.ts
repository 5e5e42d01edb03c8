import { PayoutError } from '../../errors.ts';
import { parseDecimal } from '../../money/decimal.ts';
import { assertSameCurrency } from '../../money/money.ts';
import { inRange } from '../../money/range.ts';
import { applyRate } from '../../money/rate.ts';
import type { Period } from '../../periods/period.ts';
import type { RevenueSource } from '../../ports/sources.ts';
import type { CanonicalRules } from './rules.ts';

/** What one source brought in and what part of it goes into the pool, in minor units. */
export interface PoolSource {
  readonly source: string;
  readonly amount: bigint;
  readonly toPool: bigint;
}

/**
 * The pool of a period: each source's revenue times its rate, rounded down source by source, so that the platform
 * never distributes a unit that the rates do not give.
 *
 * @throws {@link PayoutError} with code `UNKNOWN_REVENUE`, `INVALID_AMOUNT`, `CURRENCY_MISMATCH`, `AMOUNT_OUT_OF_RANGE`
 */
export async function poolSources(
  revenue: RevenueSource,
  program: string,
  period: Period,
  rules: CanonicalRules,
): Promise<readonly PoolSource[]> {
  const names = rules.revenue.map(({ source }) => source);
  const amounts = await revenue.revenue(program, period, names);
  return rules.revenue.map(({ source, rate }, index) => {
    const amount = amounts[index];
    if (amount === undefined) throw new PayoutError('UNKNOWN_REVENUE', { period: period.id, source });
    assertSameCurrency(rules.currency, amount.currency);
    if (typeof amount.minor !== 'bigint' || amount.minor < 0n) {
      throw new PayoutError('INVALID_AMOUNT', { reason: `the revenue of ${source} must be zero or more` });
    }
    const minor = inRange(amount.minor);
    return { source, amount: minor, toPool: applyRate(minor, parseDecimal(rate), 'floor') };
  });
}
