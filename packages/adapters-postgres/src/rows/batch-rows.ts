import {
  assertBatchRecord,
  assertId,
  type BatchRecord,
  type BatchRows,
  PayoutError,
} from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import { instant, integers, text, texts } from '../session/params.ts';
import { inChunks } from '../session/in-chunks.ts';
import type { Session } from '../session/session.ts';
import { anyText, milliseconds } from '../session/statement.ts';

const FIND = (s: string): string => `
  SELECT ${anyText('key')}, ${milliseconds('opened_at')}, ${anyText('request')}, pages, page FROM ${s}.batch
  WHERE program = $1 AND key = $2`;

const LOCK = (s: string): string => `${FIND(s)} FOR NO KEY UPDATE`;

/** Waits for whoever is just freezing a batch of this key. */
const FREEZE = (s: string): string => `
  INSERT INTO ${s}.batch (program, key, opened_at, request, pages, page)
  VALUES ($1, $2, $3::timestamptz, $4, $5::int8, $6::int8)
  ON CONFLICT DO NOTHING RETURNING 1`;

const ADD_PAGES = (s: string): string => `
  INSERT INTO ${s}.batch_page (program, batch, page, content)
  SELECT $1, $2, p.page, p.content FROM unnest($3::int8[], $4::text[]) AS p (page, content)`;

const page = (s: string, column: string): string => `
  SELECT ${anyText(column)} FROM ${s}.batch_page
  WHERE program = $1 AND batch = $2 AND page = $3::int8 AND ${column} IS NOT NULL`;

const PAGE = (s: string): string => page(s, 'content');

const LEFT_OUT = (s: string): string => page(s, 'left_out');

/** Both or, where there is no such page, neither. */
const ADVANCE = (s: string): string => `
  WITH gone AS (
    UPDATE ${s}.batch_page SET left_out = $4 WHERE program = $1 AND batch = $2 AND page = $3::int8 RETURNING page
  )
  UPDATE ${s}.batch SET page = gone.page + 1 FROM gone WHERE program = $1 AND key = $2 RETURNING 1`;

/** The batches of one program. */
export function batchRows(session: Session): BatchRows {
  const find = async (statement: typeof FIND, key: string): Promise<BatchRecord | undefined> => {
    assertId(key, 'batch');
    const [row] = await session.query(statement, key);
    return row === undefined ? undefined : readBatch(row);
  };
  const textOf = async (statement: typeof PAGE, key: string, number: number): Promise<string> => {
    assertId(key, 'batch');
    const rows = isPage(number) ? await session.query(statement, key, number.toString()) : [];
    if (rows.length === 0) throw new PayoutError('BATCH_NOT_FOUND', { batch: key });
    return new Columns(rows[0]).text();
  };
  return {
    freeze: (batch, pages) => session.operation(() => freeze(session, batch, pages)),
    find: (key) => session.operation(() => find(FIND, key)),
    lock: (key) => session.operation(() => find(LOCK, key)),
    page: (key, number) => session.operation(() => textOf(PAGE, key, number)),
    advance: (key, number, leftOut) =>
      session.operation(async () => {
        assertId(key, 'batch');
        assertPage(number);
        const rows = await session.query(ADVANCE, key, number.toString(), text(leftOut, 'leftOut'));
        if (rows.length === 0) throw new PayoutError('BATCH_NOT_FOUND', { batch: key });
      }),
    leftOut: (key, number) => session.operation(() => textOf(LEFT_OUT, key, number)),
  };
}

async function freeze(session: Session, batch: BatchRecord, pages: Iterable<string>): Promise<void> {
  assertBatchRecord(batch);
  const { key, openedAt, request } = batch;
  await session.atomically(async () => {
    const frozen = await session.query(
      FREEZE,
      key,
      instant(openedAt),
      text(request, 'request'),
      batch.pages.toString(),
      batch.page.toString(),
    );
    if (frozen.length === 0) throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'batch', id: key });
    for (const { first, chunk } of inChunks(pages)) {
      const numbers = chunk.map((_, index) => first + index);
      await session.query(ADD_PAGES, key, integers(numbers), texts(chunk));
    }
  });
}

function isPage(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function assertPage(number: number): void {
  if (isPage(number)) return;
  const reason = 'it must be a whole number, 0 or more';
  throw new PayoutError('INVALID_INPUT', { issues: [{ path: 'page', reason }] });
}

function readBatch(row: unknown): BatchRecord {
  const columns = new Columns(row);
  return {
    key: columns.text(),
    openedAt: columns.instant(),
    request: columns.text(),
    pages: columns.integer(),
    page: columns.integer(),
  };
}
