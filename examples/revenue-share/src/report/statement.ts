import { type Currency, parseMinor, type PlanHeader, type RevenueShareStatement } from '@payout-engines/core';
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
export function poolTable(header: PlanHeader): readonly string[] {
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
      ['pool', '', '', amount(parseMinor(header.pool), currency)],
    ],
  );
}

/** Who got what, and what would be paid out of it now. */
export function payoutTable(
  payouts: readonly Payout[],
  payable: ReadonlyMap<string, Payable> | undefined,
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
      { title: payable === undefined ? '' : 'payable now' },
    ],
    payouts.map(({ participant, points, share, bonuses, total, state }) => [
      participant,
      points,
      amount(share, currency),
      bonuses === 0n ? '-' : amount(bonuses, currency),
      amount(total, currency),
      STATE_TEXT[state],
      payableText(payable?.get(participant), currency),
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

/** What was shared out of what. */
export function sumLines(header: PlanHeader): readonly string[] {
  const { currency } = header.rules;
  const [pool, shares, returned, bonuses] = [
    header.pool,
    header.shares,
    header.returned,
    header.bonuses.amount,
  ].map((minor) => amount(parseMinor(minor), currency));
  const funder =
    header.rules.referrals?.fundedBy === 'pool' ? 'out of the shares' : 'on top, by the platform';
  const { interactions, points, participants } = header;
  return [
    `${pool ?? ''} pool = ${shares ?? ''} shares + ${returned ?? ''} returned`,
    header.bonuses.count === 0
      ? 'No referral bonuses.'
      : `${counted(header.bonuses.count, 'referral bonus', 'referral bonuses')}, ${bonuses ?? ''}, ${funder}.`,
    `${counted(interactions, 'interaction')}, ${points} points of ${counted(participants.scored, 'participant')}; ${count(participants.paid)} with a share.`,
  ];
}

/** Whether everything was distributed, to the last unit. */
export function balanceLines({ header, left, balanced }: RevenueShareStatement): readonly string[] {
  const verdict = balanced ? 'It balances' : 'IT DOES NOT BALANCE';
  return [`${verdict}: ${amount(left, header.rules.currency)} left in the account of the pool.`];
}
