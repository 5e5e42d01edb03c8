import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertPeriod, overlaps } from '../periods/overlap.ts';
import type { PeriodRecord, PeriodRows } from '../ports/store.ts';
import { type Journal, Table } from './journal.ts';

/** The periods of one program, in memory. */
export function memoryPeriods(journal: Journal): PeriodRows {
  const rows = new Table<string, PeriodRecord>(journal);
  return {
    open: async (periods) => {
      for (const period of periods) {
        assertId(period.id, 'period');
        assertPeriod(period);
        const stored = rows.get(period.id);
        if (stored === undefined) {
          for (const other of rows.values()) {
            if (overlaps(period, other)) {
              throw new PayoutError('PERIOD_OVERLAP', { period: period.id, overlaps: other.id });
            }
          }
          rows.set(period.id, { id: period.id, start: period.start, end: period.end, state: 'open' });
        } else if (
          stored.start.getTime() !== period.start.getTime() ||
          stored.end.getTime() !== period.end.getTime()
        ) {
          throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'period', id: period.id });
        }
      }
      return Promise.resolve();
    },
    find: async (id) => Promise.resolve(rows.get(id)),
    lock: async (id) => Promise.resolve(rows.get(id)),
    setState: async (id, state) => {
      const stored = rows.get(id);
      if (stored === undefined) throw new PayoutError('PERIOD_NOT_FOUND', { period: id });
      rows.set(id, { ...stored, state });
      return Promise.resolve();
    },
    all: async () =>
      Promise.resolve([...rows.values()].sort((left, right) => left.start.getTime() - right.start.getTime())),
  };
}
