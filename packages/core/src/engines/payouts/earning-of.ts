import type { Conversion, Earning, Hold } from '../../ledger/earning.ts';
import { PayoutError } from '../../errors.ts';
import { formatDecimal, parseDecimal } from '../../money/decimal.ts';
import { inRange } from '../../money/range.ts';
import { parseRate } from '../../money/rate.ts';
import { divide } from '../../money/rounding.ts';
import { releaseAt } from '../../payouts/hold.ts';
import { creditedEarningId } from '../../payouts/keys.ts';
import type { ConvertedAmount, CreditRequest } from './requests.ts';

/** The earning that a credit asks for. */
export function earningOf(credit: CreditRequest): Earning {
  const { key, participant, currency, kind, subject, earnedAt, hold: rule, bonusOf } = credit;
  const conversion = typeof credit.amount === 'bigint' ? undefined : conversionOf(credit.amount);
  const amount = typeof credit.amount === 'bigint' ? credit.amount : converted(credit.amount);
  if (inRange(amount) <= 0n) throw new PayoutError('INVALID_AMOUNT', { reason: 'a credit is above zero' });
  const hold = rule === undefined ? undefined : holdOf(rule, earnedAt);
  return {
    id: creditedEarningId(key),
    participant,
    currency,
    amount,
    kind,
    subject,
    held: hold === undefined ? 0n : amount,
    released: hold === undefined ? amount : 0n,
    reversed: 0n,
    ...(hold === undefined ? {} : { hold }),
    ...(bonusOf === undefined
      ? {}
      : { bonusOf: { earning: bonusOf.earning, rate: formatDecimal(parseRate(bonusOf.rate)) } }),
    ...(conversion === undefined ? {} : { conversion }),
  };
}

/** Days and at most one condition. A rule with neither holds nothing. */
function holdOf(rule: NonNullable<CreditRequest['hold']>, earnedAt: Date | undefined): Hold | undefined {
  const [condition, ...others] = rule.conditions ?? [];
  const refuse = (path: string, reason: string): PayoutError =>
    new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
  if (others.length > 0) throw refuse('hold.conditions', 'an earning waits for one condition at most');
  if (rule.days === 0) return condition === undefined ? undefined : { condition };
  if (earnedAt === undefined)
    throw refuse('earnedAt', 'a hold of days needs the instant that they count from');
  const until = releaseAt({ days: rule.days }, earnedAt);
  return { until, ...(condition === undefined ? {} : { condition }) };
}

function conversionOf({ unit, quantity, rate, rounding }: ConvertedAmount): Conversion {
  return {
    unit,
    quantity: formatDecimal(parseDecimal(quantity)),
    rate: formatDecimal(parseDecimal(rate)),
    rounding,
  };
}

/** Exact before it is rounded once, by the named mode. */
function converted({ quantity, rate, rounding }: ConvertedAmount): bigint {
  const [units, each] = [parseDecimal(quantity), parseDecimal(rate)];
  return inRange(
    divide(units.coefficient * each.coefficient, 10n ** BigInt(units.scale + each.scale), rounding),
  );
}
