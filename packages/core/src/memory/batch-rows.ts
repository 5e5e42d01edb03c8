import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertBatchRecord } from '../payouts/assert-record.ts';
import type { BatchRecord, BatchRows } from '../ports/store.ts';
import { assertText } from '../payouts/assert-text.ts';
import { assertWholeNumber } from '../payouts/assert-whole-number.ts';
import { type Journal, Table } from './journal.ts';

/** The batches of one program, in memory. */
export function memoryBatches(journal: Journal): BatchRows {
  const rows = new Table<string, BatchRecord>(journal);
  const candidates = new Table<string, readonly string[]>(journal);
  const leftOut = new Table<string, string>(journal);

  const find = (key: string): BatchRecord | undefined => {
    assertId(key, 'batch');
    const row = rows.get(key);
    return row && copyOf(row);
  };

  /** What is stored of a page, or a refusal when there is none. */
  const known = <Stored>(key: string, stored: Stored | undefined): Stored => {
    if (stored === undefined) throw new PayoutError('BATCH_NOT_FOUND', { batch: key });
    return stored;
  };

  return {
    freeze: async (batch, pages) => {
      assertBatchRecord(batch);
      const { key } = batch;
      const texts = [...pages];
      for (const text of texts) assertText(text, 'page');
      if (rows.get(key) !== undefined)
        throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'batch', id: key });
      rows.set(key, copyOf(batch));
      candidates.set(key, texts);
    },
    find: async (key) => find(key),
    lock: async (key) => find(key),
    page: async (key, page) => {
      assertId(key, 'batch');
      return known(key, candidates.get(key)?.[page]);
    },
    advance: async (key, page, text) => {
      assertWholeNumber(page, 0, 'page');
      assertText(text, 'leftOut');
      const batch = known(key, find(key));
      known(key, candidates.get(key)?.[page]);
      rows.set(key, { ...batch, page: page + 1 });
      leftOut.set(keyOf(key, page), text);
    },
    leftOut: async (key, page) => {
      assertId(key, 'batch');
      return known(key, leftOut.get(keyOf(key, page)));
    },
  };
}

/** A line feed is in no id. */
function keyOf(batch: string, page: number): string {
  return `${batch}\n${page}`;
}

/** A Date can be changed by whoever holds it. */
function copyOf({ key, openedAt, request, pages, page }: BatchRecord): BatchRecord {
  return { key, openedAt: new Date(openedAt), request, pages, page };
}
