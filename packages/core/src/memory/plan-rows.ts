import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import type { PlanRecord, PlanRows } from '../ports/store.ts';
import { type Journal, Table } from './journal.ts';

interface FrozenPlan {
  readonly record: PlanRecord;
  readonly pages: readonly string[];
}

/** The committed plans of one program, in memory. */
export function memoryPlans(journal: Journal): PlanRows {
  const rows = new Table<string, readonly FrozenPlan[]>(journal);

  const latest = (period: string): PlanRecord | undefined => {
    assertId(period, 'period');
    return rows.get(period)?.at(-1)?.record;
  };

  const plan = (period: string, revision: number): FrozenPlan => {
    assertId(period, 'period');
    const stored = rows.get(period)?.[revision];
    if (stored === undefined) throw new PayoutError('PLAN_NOT_FOUND', { period });
    return stored;
  };

  return {
    freeze: async (record, pages) => {
      assertId(record.period, 'period');
      const revisions = rows.get(record.period) ?? [];
      if (record.revision !== revisions.length) {
        throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'plan', id: record.period });
      }
      rows.set(record.period, [...revisions, { record: { ...record }, pages: [...pages] }]);
    },
    lock: async (period) => latest(period),
    find: async (period) => latest(period),
    page: async (period, revision, page) => {
      const text = plan(period, revision).pages[page];
      if (text === undefined) throw new PayoutError('PLAN_NOT_FOUND', { period });
      return text;
    },
    advance: async (period, revision, step, page) => {
      const { record, pages } = plan(period, revision);
      const revisions = rows.get(period) ?? [];
      rows.set(period, revisions.with(revision, { record: { ...record, step, page }, pages }));
    },
  };
}
