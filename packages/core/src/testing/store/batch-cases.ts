import type { UnitOfWork } from '../../ports/store.ts';
import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { A_FRACTION, batch, day, NO_DATE, upTo } from './rows.ts';

const PAGES = [
  '',
  '["u1","u2"]\n',
  '"quotes" \'single\' `back` \\ backslash \\n \\u0000 $1 %s {} -- ; /* */',
  'tab\tcarriage\r\nreturn\u00a0nbsp\u2028line\ufeffbom',
  'Ünïcödé e\u0301 é 🎉👩‍👩‍👧 \uffff \u200b',
  'x'.repeat(300_000),
];

async function pagesOf(unit: UnitOfWork, key: string, count: number): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let page = 0; page < count; page += 1) texts.push(await unit.batches.page(key, page));
  return texts;
}

/** Batches: frozen once, read back to the byte, gone through page by page. */
export const batchCases = [
  storeCase({
    id: 'batch-is-frozen-to-the-byte',
    title: 'keeps the request and the candidates of a batch to the byte',
    check: async ({ transact }) => {
      const record = batch("b/1 '🎉", PAGES.length, { request: PAGES.join(''), openedAt: day(2, 123) });
      await transact((unit) => unit.batches.freeze(record, PAGES));
      await transact((unit) => unit.batches.freeze(batch('empty', 0), []));
      await transact(async (unit) => {
        assertEqual(await unit.batches.find(record.key), record, 'the batch found');
        assertEqual(await unit.batches.lock(record.key), record, 'the batch locked');
        assertEqual(await pagesOf(unit, record.key, PAGES.length), PAGES, 'the pages');
        assertEqual(await unit.batches.find('empty'), batch('empty', 0), 'a batch of nobody');
      });
    },
  }),
  storeCase({
    id: 'batch-takes-pages-one-by-one',
    title:
      'freezes pages of candidates that are made while they are stored, and keeps none when one cannot be made',
    check: async ({ transact }) => {
      function* pages(failAt: number): Generator<string> {
        for (let page = 0; page < 5; page += 1) {
          if (page === failAt) throw new Error('no page');
          yield `page ${page}`;
        }
      }
      await refusalOf(transact((unit) => unit.batches.freeze(batch('b1', 5), pages(3))));
      assertEqual(await transact((unit) => unit.batches.find('b1')), undefined, 'the failed batch');
      await transact((unit) => unit.batches.freeze(batch('b1', 5), pages(9)));
      assertEqual(await transact((unit) => unit.batches.page('b1', 4)), 'page 4', 'the last page');
    },
  }),
  storeCase({
    id: 'batch-freezes-once',
    title: 'freezes a batch once under its key, ever, and keeps the first',
    check: async ({ transact }) => {
      await transact((unit) => unit.batches.freeze(batch('b1', 1), ['first']));
      await transact(async (unit) => {
        for (const again of [batch('b1', 1), batch('b1', 1, { request: 'other' })]) {
          await assertRefused(unit.batches.freeze(again, ['second']), 'IDEMPOTENCY_CONFLICT', {
            kind: 'batch',
            id: 'b1',
          });
        }
        await unit.batches.freeze(batch('b2', 1), ['another']);
      });
      await transact(async (unit) => {
        assertEqual(await unit.batches.find('b1'), batch('b1', 1), 'the batch');
        assertEqual(await pagesOf(unit, 'b1', 1), ['first'], 'its pages');
        assertEqual(await pagesOf(unit, 'b2', 1), ['another'], 'the pages of the other');
      });
    },
  }),
  storeCase({
    id: 'batch-advances',
    title: 'keeps how far a batch is and who was left out of each page',
    check: async ({ transact }) => {
      const record = batch('b1', PAGES.length);
      await transact(async (unit) => {
        await unit.batches.freeze(record, PAGES);
        await unit.batches.freeze(batch('b2', 1), ['z']);
      });
      for (const [page, leftOut] of PAGES.toReversed().entries()) {
        await transact((unit) => unit.batches.advance('b1', page, leftOut));
        await transact(async (unit) => {
          assertEqual(await unit.batches.lock('b1'), { ...record, page: page + 1 }, 'the batch');
          assertEqual(await unit.batches.leftOut('b1', page), leftOut, 'who was left out');
        });
      }
      await transact(async (unit) => {
        assertEqual(await pagesOf(unit, 'b1', PAGES.length), PAGES, 'the pages');
        assertEqual(await unit.batches.leftOut('b1', 0), PAGES.at(-1), 'who was left out of the first page');
        assertEqual(await unit.batches.find('b2'), batch('b2', 1), 'another batch');
      });
    },
  }),
  storeCase({
    id: 'batch-unknown',
    title: 'says so when a batch, a page of it or who was left out of it is not there',
    check: async ({ transact }) => {
      await transact((unit) => unit.batches.freeze(batch('b1', 2), ['a', 'b']));
      await transact(async (unit) => {
        assertEqual(await unit.batches.find('unknown'), undefined, 'found');
        assertEqual(await unit.batches.lock('unknown'), undefined, 'locked');
        await assertRefused(unit.batches.page('unknown', 0), 'BATCH_NOT_FOUND', { batch: 'unknown' });
        await assertRefused(unit.batches.advance('unknown', 0, ''), 'BATCH_NOT_FOUND', { batch: 'unknown' });
        await assertRefused(unit.batches.leftOut('unknown', 0), 'BATCH_NOT_FOUND', { batch: 'unknown' });
        await assertRefused(unit.batches.page('b1', 2), 'BATCH_NOT_FOUND', { batch: 'b1' });
        await assertRefused(unit.batches.advance('b1', 2, ''), 'BATCH_NOT_FOUND', { batch: 'b1' });
        await assertRefused(unit.batches.leftOut('b1', 0), 'BATCH_NOT_FOUND', { batch: 'b1' });
        assertEqual(await unit.batches.find('b1'), batch('b1', 2), 'the batch');
      });
    },
  }),
  storeCase({
    id: 'batch-refuses-what-is-none',
    title: 'refuses a batch that no store could keep',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await assertRefused(unit.batches.freeze(batch('', 0), []), 'INVALID_ID');
        await assertRefused(unit.batches.freeze(batch('b1', -1), []), 'INVALID_INPUT');
        await assertRefused(unit.batches.freeze(batch('b1', 0, { page: A_FRACTION }), []), 'INVALID_INPUT');
        await assertRefused(unit.batches.freeze(batch('b1', 0, { request: 'a\u0000' }), []), 'INVALID_INPUT');
        await assertRefused(
          unit.batches.freeze(batch('b1', 0, { openedAt: NO_DATE }), []),
          'INVALID_INSTANT',
        );
        assertEqual(await unit.batches.find('b1'), undefined, 'what is stored');
      });
      await assertRefused(
        transact((unit) => unit.batches.freeze(batch('b1', 2), ['a', 'half \ud83c'])),
        'INVALID_INPUT',
      );
      await transact(async (unit) => {
        assertEqual(await unit.batches.find('b1'), undefined, 'what is stored of its pages');
        await unit.batches.freeze(batch('b1', 1), ['a']);
        await assertRefused(unit.batches.advance('b1', 0, 'a\u0000'), 'INVALID_INPUT');
        assertEqual(await unit.batches.find('b1'), batch('b1', 1), 'the batch');
      });
    },
  }),
  storeCase({
    id: 'batch-times-are-copies',
    title: 'keeps the time of a batch when that it was given, or gave, is changed',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        const given = batch('b1', 1, { openedAt: day(1) });
        await unit.batches.freeze(given, ['a']);
        given.openedAt.setTime(0);
        for (const read of [await unit.batches.find('b1'), await unit.batches.lock('b1')]) {
          assertEqual(read?.openedAt, day(1), 'as read');
          read?.openedAt.setTime(0);
        }
        assertEqual(await unit.batches.find('b1'), batch('b1', 1), 'read again');
      });
    },
  }),
  storeCase({
    id: 'batch-undone-with-its-transaction',
    title: 'freezes and goes on with no batch in a transaction that fails',
    check: async ({ transact }) => {
      await transact((unit) => unit.batches.freeze(batch('b1', 2), ['a', 'b']));
      await refusalOf(
        transact(async (unit) => {
          await unit.batches.freeze(batch('b2', 1), ['c']);
          await unit.batches.advance('b1', 0, 'left');
          throw new Error('stop');
        }),
      );
      await transact(async (unit) => {
        assertEqual(await unit.batches.find('b1'), batch('b1', 2), 'the batch');
        assertEqual(await unit.batches.find('b2'), undefined, 'the other');
        await assertRefused(unit.batches.leftOut('b1', 0), 'BATCH_NOT_FOUND', { batch: 'b1' });
        await assertRefused(unit.batches.page('b2', 0), 'BATCH_NOT_FOUND', { batch: 'b2' });
        await unit.batches.freeze(batch('b2', 1), ['d']);
        assertEqual(await pagesOf(unit, 'b2', 1), ['d'], 'frozen afterwards');
      });
    },
  }),
  storeCase({
    id: 'batch-is-of-one-program',
    title: 'keeps batches of two programs apart that have the same key',
    check: async ({ transact, store, otherProgram }) => {
      await transact((unit) => unit.batches.freeze(batch('b1', 1), ['a']));
      await store.transact(otherProgram, async (unit) => {
        assertEqual(await unit.batches.find('b1'), undefined, 'found');
        await unit.batches.freeze(batch('b1', 1, { request: 'other' }), ['b']);
        await unit.batches.advance('b1', 0, 'left');
      });
      await transact(async (unit) => {
        assertEqual(await unit.batches.find('b1'), batch('b1', 1), 'the first');
        assertEqual(await pagesOf(unit, 'b1', 1), ['a'], 'its pages');
      });
    },
  }),
  storeCase({
    id: 'batch-lock',
    title: 'lets one worker at a time go through the pages of a batch',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.batches.freeze(
          batch('b1', 20),
          upTo(20).map((page) => `page ${page}`),
        ),
      );
      await Promise.all(
        upTo(8).map(() =>
          transact(async (unit) => {
            const locked = await unit.batches.lock('b1');
            await unit.now();
            await unit.batches.advance('b1', locked?.page ?? 0, 'nobody');
          }),
        ),
      );
      assertEqual((await transact((unit) => unit.batches.find('b1')))?.page, 8, 'the page');
    },
  }),
];
