import type { Transfer, TransferRequest } from '@payout-engines/core';
import { byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { integers, list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { anyText } from '../session/statement.ts';

const OPEN = (s: string): string => `
  INSERT INTO ${s}.reversal_total (program, transfer, moved, reversed)
  SELECT $1, t.id, t.moved, 0 FROM unnest(${listed('$2')}, $3::int8[]) AS t (id, moved)
  ON CONFLICT DO NOTHING`;

const LOCK = (s: string): string => `
  SELECT ${anyText('k.id')}, r.reversed FROM unnest(${listed('$2')}) AS k (id)
  CROSS JOIN LATERAL (
    SELECT reversed FROM ${s}.reversal_total WHERE program = $1 AND transfer = k.id FOR NO KEY UPDATE
  ) AS r`;

const STORE = (s: string): string => `
  INSERT INTO ${s}.reversal_total AS r (program, transfer, moved, reversed)
  SELECT $1, t.id, t.moved, t.reversed
  FROM unnest(${listed('$2')}, $3::int8[], $4::int8[]) AS t (id, moved, reversed)
  ON CONFLICT (program, transfer) DO UPDATE SET reversed = r.reversed + excluded.reversed`;

/** Locks the totals of the stored transfers that a batch reverses, and tells how much of each is reversed already. */
export async function lockReversals(
  session: Session,
  requests: readonly TransferRequest[],
  stored: ReadonlyMap<string, Transfer>,
): Promise<ReadonlyMap<string, bigint>> {
  const originals = new Set<Transfer>();
  for (const { reverses } of requests) {
    const original = reverses === undefined ? undefined : stored.get(reverses);
    if (original !== undefined) originals.add(original);
  }
  if (originals.size === 0) return new Map();
  const ordered = inOrder([...originals], ({ id }) => id);
  const ids = list(ordered.map(({ id }) => id));
  await session.query(OPEN, ids, integers(ordered.map(({ moved }) => moved)));
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
  const reversed = new Map<string, bigint>();
  for (const { reverses, moved } of added) {
    if (reverses !== undefined) reversed.set(reverses, (reversed.get(reverses) ?? 0n) + moved);
  }
  if (reversed.size === 0) return;
  const originals = new Map([...stored, ...byId(added)]);
  const totals = inOrder([...reversed], ([id]) => id);
  await session.query(
    STORE,
    list(totals.map(([id]) => id)),
    integers(totals.map(([id]) => originals.get(id)?.moved)),
    integers(totals.map(([, sum]) => sum)),
  );
}
