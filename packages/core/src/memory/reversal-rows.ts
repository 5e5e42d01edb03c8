import { assertReversalRecord } from '../payouts/assert-record.ts';
import type { ReversalRecord, ReversalRows } from '../ports/store.ts';
import { byCodeUnit } from './by-code-unit.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';
import { RowIndex } from './row-index.ts';

/** The reversals of one program, in memory. */
export function memoryReversals(journal: Journal): ReversalRows {
  const rows = new Table<string, ReversalRecord>(journal);
  /** Those that wait, by their earning. */
  const waiting = new RowIndex(journal);

  const put = (reversal: ReversalRecord): void => {
    const before = rows.get(reversal.key);
    const after = joined(before ?? reversal, reversal.applied);
    rows.set(after.key, after);
    const waited = before !== undefined && before.applied === undefined;
    const waits = after.applied === undefined;
    if (waited && !waits) waiting.remove(after.earning, after.key);
    if (!waited && waits) waiting.add(after.earning, after.key);
  };

  return {
    put: async (reversals) => {
      for (const reversal of reversals) assertReversalRecord(reversal);
      for (const reversal of reversals) put(reversal);
    },
    find: async (keys) => {
      assertIds(keys, 'reversal');
      return keys.map((key) => rows.get(key)).map((row) => row && copyOf(row));
    },
    waiting: async (earnings) => {
      assertIds(earnings, 'earning');
      const keys = [...waiting.ofAll(earnings)].sort(byCodeUnit);
      return keys.flatMap((key) => rows.get(key) ?? []).map(copyOf);
    },
  };
}

function copyOf(reversal: ReversalRecord): ReversalRecord {
  return joined(reversal, reversal.applied);
}

/** A reversal as it was asked for, with what was applied of it. */
function joined(asked: ReversalRecord, applied: bigint | undefined): ReversalRecord {
  const { key, earning, amount, reason } = asked;
  return {
    key,
    earning,
    reason,
    ...(amount === undefined ? {} : { amount }),
    ...(applied === undefined ? {} : { applied }),
  };
}
