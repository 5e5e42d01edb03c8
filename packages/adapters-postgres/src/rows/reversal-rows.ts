import { assertReversalRecord, type ReversalRecord, type ReversalRows } from '@payout-engines/core';
import { assertIds } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { list, listed } from '../session/params.ts';
import { integerColumn, keyColumn, RowSet, textColumn, writtenColumn } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText } from '../session/statement.ts';

const COLUMNS = `${anyText('key')}, ${anyText('earning')}, amount, ${anyText('reason')}, applied`;

const FIND = (s: string): string => `
  SELECT ${COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.reversal WHERE program = $1 AND key = k.wanted OFFSET 0) AS r`;

const WAITING = (s: string): string => `
  SELECT ${COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (
    SELECT * FROM ${s}.reversal WHERE program = $1 AND earning = k.wanted AND applied IS NULL OFFSET 0
  ) AS r
  ORDER BY key`;

const REVERSALS = new RowSet<ReversalRecord>(
  'reversal',
  {
    key: keyColumn(({ key }) => key),
    earning: textColumn(({ earning }) => earning),
    amount: integerColumn(({ amount }) => amount),
    reason: writtenColumn(({ reason }) => reason),
    applied: integerColumn(({ applied }) => applied),
  },
  'ON CONFLICT (program, key) DO UPDATE SET applied = excluded.applied',
);

const PUT = (s: string): string => REVERSALS.insert(s);

/** The reversals of one program. */
export function reversalRows(session: Session): ReversalRows {
  return {
    put: (reversals) => session.operation(() => put(session, reversals)),
    find: (keys) =>
      session.operation(async () => {
        assertIds(keys, 'reversal');
        if (keys.length === 0) return [];
        const rows = (await session.query(FIND, list(keys))).map(readReversal);
        const found = new Map(rows.map((reversal) => [reversal.key, reversal]));
        return keys.map((key) => found.get(key));
      }),
    waiting: (earnings) =>
      session.operation(async () => {
        assertIds(earnings, 'earning');
        if (earnings.length === 0) return [];
        return (await session.query(WAITING, list([...new Set(earnings)]))).map(readReversal);
      }),
  };
}

async function put(session: Session, reversals: readonly ReversalRecord[]): Promise<void> {
  const added = new Map<string, ReversalRecord>();
  for (const reversal of reversals) {
    assertReversalRecord(reversal);
    const before = added.get(reversal.key);
    added.set(reversal.key, before === undefined ? reversal : withApplied(before, reversal.applied));
  }
  if (added.size === 0) return;
  await session.query(PUT, ...REVERSALS.params(inOrder([...added.values()], ({ key }) => key)));
}

/** A reversal as it was asked for first, with what was applied of it last. */
function withApplied({ applied: _, ...asked }: ReversalRecord, applied: bigint | undefined): ReversalRecord {
  return applied === undefined ? asked : { ...asked, applied };
}

function readReversal(row: unknown): ReversalRecord {
  const columns = new Columns(row);
  const key = columns.text();
  const earning = columns.text();
  const amount = columns.optionalBigint();
  const reason = columns.text();
  const applied = columns.optionalBigint();
  return {
    key,
    earning,
    ...(amount === undefined ? {} : { amount }),
    reason,
    ...(applied === undefined ? {} : { applied }),
  };
}
