import { PayoutError } from '../../errors.ts';
import { type Currency, defineCurrency } from '../../money/currency.ts';
import { type DecimalInput, formatDecimal, parseDecimal } from '../../money/decimal.ts';
import { formatMinor } from '../../money/minor.ts';
import { parseRate } from '../../money/rate.ts';
import { checkReferralRules, type ReferralRules } from '../../referrals/rules.ts';
import { compileScoring, type ScoringRules } from '../../scoring/rules.ts';

/** How a program shares its revenue. */
export interface RevenueShareRules {
  readonly currency: Currency;
  /** What part of each source's revenue goes into the pool: a rate from 0 to 1, rounded down source by source. */
  readonly revenue: readonly { readonly source: string; readonly rate: DecimalInput }[];
  readonly scoring: ScoringRules;
  /** Left out, there are no referral bonuses. */
  readonly referrals?: ReferralRules;
  /** Left out, shares and bonuses are available at once. */
  readonly hold?: HoldRules;
  /** The order that breaks ties: of ids as text (the default), or of ids as whole numbers. */
  readonly idOrder?: 'code-unit' | 'numeric';
}

/** When what a period brought becomes available. */
export interface HoldRules {
  /** Held for so many days of 24 hours from the end of the period. */
  readonly days?: number;
  /** Held until the participant is verified, for those who are not when the period is planned. */
  readonly untilVerified?: boolean;
}

/** The rules as they stand in a plan: plain JSON with one spelling for one meaning. */
export interface CanonicalRules {
  readonly currency: Currency;
  readonly revenue: readonly { readonly source: string; readonly rate: string }[];
  readonly scoring: {
    readonly weights: Readonly<Record<string, string>>;
    readonly ownActsCount: Readonly<Record<string, boolean>>;
    readonly caps: Readonly<Record<string, number>>;
  };
  readonly referrals: {
    readonly rates: readonly string[];
    readonly fundedBy: 'platform' | 'pool';
    readonly capPerReferrer: string | null;
    readonly months: number | null;
  } | null;
  readonly hold: { readonly days: number; readonly untilVerified: boolean };
  readonly idOrder: 'code-unit' | 'numeric';
}

/**
 * Checks what the rules mean, and spells them canonically. Their shape has been checked by the schema.
 *
 * @throws {@link PayoutError} with code `INVALID_CURRENCY`, `INVALID_DECIMAL`, `RATE_OUT_OF_RANGE`, `INVALID_INPUT`
 */
export function canonicalRules(rules: RevenueShareRules): CanonicalRules {
  const { code, exponent } = defineCurrency(rules.currency.code, rules.currency.exponent);
  const sources = new Set(rules.revenue.map(({ source }) => source));
  if (sources.size !== rules.revenue.length) {
    throw new PayoutError('INVALID_INPUT', {
      issues: [{ path: 'rules.revenue', reason: 'a source occurs twice' }],
    });
  }
  const { kinds } = compileScoring(rules.scoring);
  const kindNames = [...kinds.keys()].sort();
  return {
    currency: { code, exponent },
    revenue: rules.revenue.map(({ source, rate }) => ({ source, rate: formatDecimal(parseRate(rate)) })),
    scoring: {
      weights: recordOf(kindNames, (kind) => formatDecimal(parseDecimal(rules.scoring.weights[kind] ?? 0))),
      ownActsCount: recordOf(kindNames, (kind) => kinds.get(kind)?.ownActsCount),
      caps: recordOf(kindNames, (kind) => kinds.get(kind)?.cap),
    },
    referrals: rules.referrals === undefined ? null : canonicalReferralRules(rules.referrals),
    hold: { days: rules.hold?.days ?? 0, untilVerified: rules.hold?.untilVerified ?? false },
    idOrder: rules.idOrder ?? 'code-unit',
  };
}

function canonicalReferralRules(rules: ReferralRules): CanonicalRules['referrals'] {
  const { rates, capPerReferrer, months } = checkReferralRules(rules);
  return {
    rates: rates.map(formatDecimal),
    fundedBy: rules.fundedBy,
    capPerReferrer: capPerReferrer === undefined ? null : formatMinor(capPerReferrer),
    months: months ?? null,
  };
}

/** A record with its keys in the given order and without those that have no value. */
function recordOf<Value>(
  keys: readonly string[],
  valueOf: (key: string) => Value | undefined,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = valueOf(key);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}
