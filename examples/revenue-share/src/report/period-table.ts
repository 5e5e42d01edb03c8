import type { PeriodResult } from '../run/close.ts';
import { amount } from './amounts.ts';
import { table } from './table.ts';

const SHOWN = 6;

const OUTCOME_TEXT = {
  closed: 'closed now',
  resumed: 'closed now, after an interruption',
  already_closed: 'closed before',
} as const satisfies Readonly<Record<PeriodResult['outcome'], string>>;

/** What a run did to a period, in words. */
export function outcomeText({ outcome }: PeriodResult): string {
  return OUTCOME_TEXT[outcome];
}

/** Many periods at a glance: the first and the last of them. */
export function periodTable(results: readonly PeriodResult[]): readonly string[] {
  const rows = results.map(periodRow);
  const hidden = rows.length - 2 * SHOWN;
  const shown =
    hidden <= 1 ? rows : [...rows.slice(0, SHOWN), `… ${hidden} more periods …`, ...rows.slice(-SHOWN)];
  return table(
    [
      { title: 'period' },
      { title: 'participants', align: 'right' },
      { title: 'pool', align: 'right' },
      { title: 'shares', align: 'right' },
      { title: 'returned', align: 'right' },
      { title: 'bonuses', align: 'right' },
      { title: 'balances' },
      { title: 'plan' },
      { title: 'state' },
    ],
    shown,
  );
}

function periodRow(result: PeriodResult): readonly string[] {
  const { header, digest, pool, shares, returned, bonuses, balanced } = result.statement;
  const { currency } = header.rules;
  return [
    header.period.id,
    header.participants.paid.toString(),
    amount(pool, currency),
    amount(shares, currency),
    amount(returned, currency),
    amount(bonuses, currency),
    balanced ? 'yes' : 'NO',
    `${digest.slice(0, 12)}…`,
    outcomeText(result),
  ];
}
