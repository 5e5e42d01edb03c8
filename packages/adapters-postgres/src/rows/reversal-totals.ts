import type { Transfer, TransferRequest } from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { integers, texts } from '../session/params.ts';
import type { Session } from '../session/session.ts';

const OPEN = (s: string): string => `
  INSERT INTO ${s}.reversal_total (program, transfer, moved, reversed)
  SELECT $1, t.id, t.moved, 0 FROM ${s}.transfer t
  WHERE t.program = $1 AND t.id = ANY ($2::text[])
  ORDER BY t.id
  ON CONFLICT DO NOTHING`;

const LOCK = (s: string): string => `
  SELECT r.transfer, r.reversed FROM ${s}.reversal_total r
  WHERE r.program = $1 AND r.transfer = ANY ($2::text[])
  ORDER BY r.transfer
  FOR NO KEY UPDATE`;

const STORE = (s: string): string => `
  INSERT INTO ${s}.reversal_total AS r (program, transfer, moved, reversed)
  SELECT $1, t.id, t.moved, t.reversed
  FROM unnest($2::text[], $3::int8[], $4::int8[]) AS t (id, moved, reversed)
  ON CONFLICT (program, transfer) DO UPDATE SET reversed = r.reversed + excluded.reversed`;

/** Locks the totals of the stored transfers that a batch reverses, and tells how much of each is reversed already. */
export async function lockReversals(
  session: Session,
  requests: readonly TransferRequest[],
  stored: ReadonlyMap<string, Transfer>,
): Promise<ReadonlyMap<string, bigint>> {
  const originals = new Set<string>();
  for (const { reverses } of requests) {
    if (reverses !== undefined && stored.has(reverses)) originals.add(reverses);
  }
  if (originals.size === 0) return new Map();
  const ids = texts([...originals]);
  await session.query(OPEN, ids);
  return new Map(
    (await session.query(LOCK, ids)).map((row) => {
      const columns = new Columns(row);
      return [columns.text(), columns.bigint()];
    }),
  );
}

/** Adds what a batch has reversed to the totals; the CHECK on them stands behind what was decided. */
export async function storeReversals(
  session: Session,
  added: readonly Transfer[],
  stored: ReadonlyMap<string, Transfer>,
): Promise<void> {
  const originals = new Map(stored);
  const reversed = new Map<string, bigint>();
  for (const transfer of added) {
    originals.set(transfer.id, transfer);
    const { reverses, moved } = transfer;
    if (reverses !== undefined) reversed.set(reverses, (reversed.get(reverses) ?? 0n) + moved);
  }
  if (reversed.size === 0) return;
  const totals = inOrder([...reversed], ([id]) => id);
  await session.query(
    STORE,
    texts(totals.map(([id]) => id)),
    integers(totals.map(([id]) => originals.get(id)?.moved)),
    integers(totals.map(([, sum]) => sum)),
  );
}
