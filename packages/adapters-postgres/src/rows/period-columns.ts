import type { PeriodRecord, PeriodState } from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import { anyText, milliseconds } from '../session/statement.ts';

const STATES: Readonly<Record<PeriodState, true>> = { open: true, closing: true, closed: true };

/** What {@link readPeriod} reads. */
export const PERIOD_COLUMNS = `${anyText('id')}, ${milliseconds('start_at')}, ${milliseconds('end_at')}, state`;

export function readPeriod(row: unknown): PeriodRecord {
  const columns = new Columns(row);
  return {
    id: columns.text(),
    start: columns.instant(),
    end: columns.instant(),
    state: columns.word(STATES),
  };
}
