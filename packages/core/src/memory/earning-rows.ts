import { PayoutError } from '../errors.ts';
import { assertEarning, type Earning, isSameEarning } from '../ledger/earning.ts';
import type { EarningRows } from '../ports/store.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';

/** The earnings of one program, in memory. */
export function memoryEarnings(journal: Journal): EarningRows {
  const rows = new Table<string, Earning>(journal);

  const add = (earnings: readonly Earning[]): void => {
    for (const earning of earnings) assertEarning(earning);
    for (const earning of earnings) {
      const stored = rows.get(earning.id);
      if (stored === undefined) rows.set(earning.id, copyOf(earning));
      else if (!isSameEarning(stored, earning)) {
        throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'earning', id: earning.id });
      }
    }
  };

  return {
    add: async (earnings) => {
      journal.atomically(() => {
        add(earnings);
      });
      return Promise.resolve();
    },
    find: async (ids) => {
      assertIds(ids, 'earning');
      return Promise.resolve(ids.map((id) => rows.get(id)).map((row) => row && copyOf(row)));
    },
    all: () => rows.batches(copyOf),
  };
}

/** A Date can be changed by whoever holds it. Field by field: a rest or a spread gives every object a shape of its own. */
function copyOf({
  id,
  participant,
  currency,
  amount,
  kind,
  subject,
  held,
  released,
  reversed,
  hold,
}: Earning): Earning {
  const copy = { id, participant, currency, amount, kind, subject, held, released, reversed };
  if (hold === undefined) return copy;
  return {
    ...copy,
    hold: hold.until === undefined ? { ...hold } : { ...hold, until: new Date(hold.until) },
  };
}
