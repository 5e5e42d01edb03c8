import { PayoutError } from '../errors.ts';
import { type Earning, isSameEarning } from '../ledger/earning.ts';
import type { EarningRows } from '../ports/store.ts';
import { type Journal, Table } from './journal.ts';

/** The earnings of one program, in memory. */
export function memoryEarnings(journal: Journal): EarningRows {
  const rows = new Table<string, Earning>(journal);
  return {
    add: async (earnings) => {
      for (const earning of earnings) {
        const stored = rows.get(earning.id);
        if (stored === undefined) rows.set(earning.id, earning);
        else if (!isSameEarning(stored, earning)) {
          throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'earning', id: earning.id });
        }
      }
      return Promise.resolve();
    },
    find: async (ids) => Promise.resolve(ids.map((id) => rows.get(id))),
    all: () => rows.batches(),
  };
}
