import { type Currency, parseMinor, type PlanHeader, type RevenueShareStatement } from "@payout-engines/core";
import type { Payable } from '../run/eligibility.ts';
import type { Payout } from '../run/payouts.ts';
import { amount, count, counted } from './amounts.ts';
import { reasonText, STATE_TEXT } from './reasons.ts';
import { table } from './table.ts';

/** How many participants a statement on the screen lists. */
export const LISTED_MAX = 20;

/** The heading of one period. */
export function periodTitle(period: PlanHeader['period']): string {
  return `period ${period.id}, ${instant(period.start)} to ${instant(period.end)}`;
}

/** `2026-10-01 00:00 UTC`. */
function instant(text: string): string {
  const [date, time = ''] = text.split('T');
  return `${date ?? ''} ${time.replace(/(?::00)?\.000Z$/, '').replace('Z', '')} UTC`;
}

/** Where the pool comes from. */
export function poolTable({ header, pool }: RevenueShareStatement): readonly string[] {
  const { currency } = header.rules;
  const rates = new Map(header.rules.revenue.map(({ source, rate }) => [source, rate]));
  return table(
    [
      { title: 'source' },
      { title: 'revenue', align: 'right' },
      { title: 'rate', align: 'right' },
      { title: 'into the pool', align: 'right' },
    ],
    [
      ...header.revenue.map(({ source, amount: revenue, toPool }) => [
        source,
        amount(parseMinor(revenue), currency),
        rates.get(source) ?? '',
        amount(parseMinor(toPool), currency),
      ]),
      ['pool', '', '', amount(pool, currency)],
    ],
  );
}

/** Who got what, and what would be paid out of it now. */
export function payoutTable(
  payouts: readonly Payout[],
  payable: ReadonlyMap<string, Payable>,
  currency: Currency,
): readonly string[] {
  return table(
    [
      { title: 'participant' },
      { title: 'points', align: 'right' },
      { title: 'share', align: 'right' },
      { title: 'bonuses', align: 'right' },
      { title: 'total', align: 'right' },
      { title: 'state' },
      { title: 'payable now' },
    ],
    payouts.map(({ participant, points, share, bonuses, total, state }) => [
      participant,
      points,
      amount(share, currency),
      bonuses === 0n ? '-' : amount(bonuses, currency),
      amount(total, currency),
      STATE_TEXT[state],
      payableText(payable.get(participant), currency),
    ]),
  );
}

function payableText(payable: Payable | undefined, currency: Currency): string {
  if (payable === undefined) return '';
  const { eligibility } = payable;
  return eligibility.kind === 'eligible'
    ? amount(eligibility.amount, currency)
    : `no: ${eligibility.reasons.map((reason) => reasonText(reason, currency)).join('; ')}`;
}

/** Whether everything was distributed, to the last unit. */
export function balanceLines(statement: RevenueShareStatement): readonly string[] {
  const { header, pool, shares, returned, bonuses, left, balanced } = statement;
  const { currency } = header.rules;
  const funder = header.rules.referrals?.fundedBy === 'pool' ? 'taken out of the shares' : 'paid on top by the platform';
  return [
    `${amount(pool, currency)} pool = ${amount(shares, currency)} shares + ${amount(returned, currency)} returned`,
    `${balanced ? 'It balances' : 'IT DOES NOT BALANCE'}: ${amount(left, currency)} left in the pool's account.`,
    header.bonuses.count === 0
      ? 'No referral bonuses.'
      : `${counted(header.bonuses.count, 'referral bonus', 'referral bonuses')}, ${amount(bonuses, currency)}, ${funder}.`,
    `${count(header.interactions)} interactions, ${header.points} points of ${counted(header.participants.scored, 'participant')}; ${header.participants.paid} got a share.`,
  ];
}
