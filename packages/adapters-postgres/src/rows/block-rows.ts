import {
  assertBlock,
  assertId,
  type Block,
  type BlockEntry,
  type BlockRows,
  PayoutError,
  type SealedTransfer,
} from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import { assertLimit } from '../session/limit.ts';
import { instant, integer, list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { anyText, limited, milliseconds } from '../session/statement.ts';
import { readTransfer, TRANSFER_COLUMNS } from './transfer-columns.ts';

const COLUMNS = `number, previous, hash, transfers, ${milliseconds('sealed_at')}`;

const LAST = (s: string): string => `
  SELECT ${COLUMNS} FROM ${s}.block WHERE program = $1 ORDER BY number DESC LIMIT 1`;

const ALL = (s: string): string => `
  SELECT ${COLUMNS} FROM ${s}.block WHERE program = $1 ORDER BY number`;

/**
 * Goes through the transfers and the entries beside each other, both in the order of their keys and both from the same
 * id on: an eighth of the cost of looking for the entry of each transfer.
 */
const UNSEALED = (s: string): string => `
  SELECT ${TRANSFER_COLUMNS} FROM ${s}.transfer t
  WHERE t.program = $1 AND t.id > $2 AND NOT EXISTS (
    SELECT FROM ${s}.block_entry e
    WHERE e.program = $1 AND e.transfer > $2 AND e.transfer = t.id AND e.place > 0
  )
  ORDER BY t.id ${limited('$3')}`;

/** Both counts are zero, or less than was asked for, where another block has the number or one of the transfers. */
const ADD = (s: string): string => `
  WITH block AS (
    INSERT INTO ${s}.block (program, number, previous, hash, transfers, sealed_at)
    VALUES ($1, $2::int8, $3, $4, $5::int8, $6::timestamptz)
    ON CONFLICT DO NOTHING RETURNING number
  ), entries AS (
    INSERT INTO ${s}.block_entry (program, block, place, transfer, digest)
    SELECT $1, b.number, e.place, e.transfer, decode(e.digest, 'hex')
    FROM block b CROSS JOIN unnest(${listed('$7')}, ${listed('$8')}) WITH ORDINALITY AS e (transfer, digest, place)
    ON CONFLICT DO NOTHING RETURNING 1
  )
  SELECT (SELECT count(*) FROM block), (SELECT count(*) FROM entries)`;

/** A time with more digits than this library writes was written by somebody else. */
const ENTRIES = (s: string): string => `
  SELECT e.block, ${anyText('e.transfer')}, encode(e.digest, 'hex'),
    t.program IS NOT NULL AND t.at = date_trunc('milliseconds', t.at), ${TRANSFER_COLUMNS}
  FROM ${s}.block_entry e
  LEFT JOIN LATERAL (SELECT * FROM ${s}.transfer WHERE program = $1 AND id = e.transfer OFFSET 0) AS t ON true
  WHERE e.program = $1 ORDER BY e.block, e.place`;

/** The blocks of one program. */
export function blockRows(session: Session): BlockRows {
  return {
    last: () =>
      session.operation(async () => {
        const [row] = await session.query(LAST);
        return row === undefined ? undefined : readBlock(row);
      }),
    unsealed: ({ after, limit }) =>
      session.operation(async () => {
        if (after !== undefined) assertId(after, 'after');
        assertLimit(limit);
        // No id is empty, so that all of them come after it.
        const rows = await session.query(UNSEALED, after ?? '', integer(limit));
        return rows.map((row) => readTransfer(new Columns(row)));
      }),
    add: (block, entries) => session.operation(() => add(session, block, entries)),
    all: async function* () {
      for await (const rows of session.stream(ALL)) yield rows.map(readBlock);
    },
    entries: async function* (): AsyncGenerator<readonly SealedTransfer[]> {
      for await (const rows of session.stream(ENTRIES)) yield rows.map(readEntry);
    },
  };
}

async function add(session: Session, block: Block, entries: readonly BlockEntry[]): Promise<void> {
  assertBlock(block, entries);
  const { number, previous, hash, transfers, sealedAt } = block;
  await session.atomically(async () => {
    const [row] = await session.query(
      ADD,
      integer(number),
      previous,
      hash,
      integer(transfers),
      instant(sealedAt),
      list(entries.map(({ transfer }) => transfer)),
      list(entries.map(({ digest }) => digest)),
    );
    const columns = new Columns(row);
    if (columns.integer() === 0) {
      throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'block', id: number.toString() });
    }
    if (columns.integer() < entries.length) {
      throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'entry of block', id: number.toString() });
    }
  });
}

function readBlock(row: unknown): Block {
  const columns = new Columns(row);
  return {
    number: columns.integer(),
    previous: columns.text(),
    hash: columns.text(),
    transfers: columns.integer(),
    sealedAt: columns.instant(),
  };
}

function readEntry(row: unknown): SealedTransfer {
  const columns = new Columns(row);
  const entry = { block: columns.integer(), transfer: columns.text(), digest: columns.text() };
  if (!columns.boolean()) return entry;
  try {
    return { ...entry, stored: readTransfer(columns) };
  } catch (error) {
    // Whoever wrote it was not this library.
    if (PayoutError.is(error, 'INVARIANT_BROKEN')) return entry;
    throw error;
  }
}
