import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { assertPeriod, overlaps } from '../periods/overlap.ts';
import type { Period } from '../periods/period.ts';
import type { PeriodRecord, PeriodRows } from '../ports/store.ts';
import { type Journal, Table } from './journal.ts';

/** The periods of one program, in memory. */
export function memoryPeriods(journal: Journal): PeriodRows {
  const rows = new Table<string, PeriodRecord>(journal);

  const open = (periods: readonly Period[]): void => {
    for (const period of periods) assertStorable(period);
    for (const period of periods) {
      const stored = rows.get(period.id);
      if (stored !== undefined) {
        if (!hasSameBounds(stored, period)) {
          throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'period', id: period.id });
        }
        continue;
      }
      const [first] = [...rows.values()].filter((other) => overlaps(period, other)).sort(byStart);
      if (first !== undefined) {
        throw new PayoutError('PERIOD_OVERLAP', { period: period.id, overlaps: first.id });
      }
      rows.set(period.id, copyOf({ id: period.id, start: period.start, end: period.end, state: 'open' }));
    }
  };

  const find = (id: string): PeriodRecord | undefined => {
    assertId(id, 'period');
    const row = rows.get(id);
    return row && copyOf(row);
  };

  return {
    open: async (periods) => {
      journal.atomically(() => {
        open(periods);
      });
    },
    find: async (id) => find(id),
    lock: async (id) => find(id),
    setState: async (id, state) => {
      const stored = find(id);
      if (stored === undefined) throw new PayoutError('PERIOD_NOT_FOUND', { period: id });
      rows.set(id, { ...stored, state });
    },
    all: async () => [...rows.values()].sort(byStart).map(copyOf),
  };
}

function assertStorable(period: Period): void {
  assertId(period.id, 'period');
  assertInstant(period.start, 'start');
  assertInstant(period.end, 'end');
  assertPeriod(period);
}

function hasSameBounds(left: Period, right: Period): boolean {
  return left.start.getTime() === right.start.getTime() && left.end.getTime() === right.end.getTime();
}

function byStart(left: Period, right: Period): number {
  return left.start.getTime() - right.start.getTime();
}

/** A Date can be changed by whoever holds it. */
function copyOf(period: PeriodRecord): PeriodRecord {
  return { ...period, start: new Date(period.start), end: new Date(period.end) };
}
