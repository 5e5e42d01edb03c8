import { type ExactDecimal, parseDecimal } from '../money/decimal.ts';
import { divide } from '../money/rounding.ts';
import { assertInvariant } from '../errors.ts';

/** Views that are priced with one rate of their campaign. */
export interface PricedViews {
  /** The rate's place in the list of the campaign's rates. */
  readonly rate: number;
  readonly views: bigint;
}

/** Adds views to those of a rate. What older rates priced stays as it is. */
export function withPriced(
  priced: readonly PricedViews[],
  rate: number,
  views: bigint,
): readonly PricedViews[] {
  if (views === 0n) return priced;
  if (!priced.some((one) => one.rate === rate)) {
    return [...priced, { rate, views }].sort((left, right) => left.rate - right.rate);
  }
  return priced.map((one) => (one.rate === rate ? { rate, views: one.views + views } : one));
}

/** All views that are priced. */
export function pricedViews(priced: readonly PricedViews[]): bigint {
  return priced.reduce((sum, { views }) => sum + views, 0n);
}

/**
 * What views are worth, in minor units: the exact sum over their rates, rounded down once. So many small steps come to
 * what one large step does, and a change of the rate costs nobody a fraction.
 *
 * It has no upper end, as counts have none that could be relied on; what is paid of it is capped by a budget, which has.
 *
 * @param rates minor units for 1,000 views, as decimals
 */
export function worthOf(
  priced: readonly PricedViews[],
  rates: readonly { readonly perThousand: string }[],
): bigint {
  const [only] = priced;
  if (only === undefined) return 0n;
  const { coefficient, scale } = sumOf(priced, rates);
  return divide(coefficient, 1000n * 10n ** BigInt(scale), 'floor');
}

/** Views times rates, exactly. */
function sumOf(
  priced: readonly PricedViews[],
  rates: readonly { readonly perThousand: string }[],
): ExactDecimal {
  let [coefficient, scale] = [0n, 0];
  for (const { rate: place, views } of priced) {
    const rate = rates[place];
    assertInvariant(rate !== undefined, 'views are priced with a rate of their campaign');
    const exact = parseDecimal(rate.perThousand);
    if (exact.scale > scale) {
      coefficient *= 10n ** BigInt(exact.scale - scale);
      scale = exact.scale;
    }
    coefficient += views * exact.coefficient * 10n ** BigInt(scale - exact.scale);
  }
  return { coefficient, scale };
}
