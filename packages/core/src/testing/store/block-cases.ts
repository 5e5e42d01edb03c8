import { type Block, blockAfter, transferDigest } from '../../ledger/block.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { assertEqual, assertRefused, assertThat, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { A_FRACTION, collect, content, day, deposit, NO_DATE, upTo } from './rows.ts';
import { Signal } from './signal.ts';

/** Seals transfers as the block after a given one. */
async function sealed(
  unit: UnitOfWork,
  before: Block | undefined,
  transfers: readonly Transfer[],
): Promise<Block> {
  const entries = transfers.map((row) => ({
    transfer: row.id,
    digest: transferDigest(unit.program, row),
  }));
  const block = blockAfter(unit.program, before, entries, day(9, 123));
  await unit.blocks.add(block, entries);
  return block;
}

async function post(unit: UnitOfWork, ...ids: readonly string[]): Promise<readonly Transfer[]> {
  return unit.ledger.post(ids.map((id) => deposit(id, 'pool/p', 1n)));
}

async function unsealedIds(unit: UnitOfWork, limit = 100, after?: string): Promise<readonly string[]> {
  const found = await unit.blocks.unsealed({ limit, ...(after === undefined ? {} : { after }) });
  return found.map(({ id }) => id);
}

const DIGEST = 'a'.repeat(64);

/** Blocks: what is sealed is told as it was sealed, and every transfer is sealed once. */
export const blockCases = [
  storeCase({
    id: 'block-is-kept-as-it-is',
    title: 'keeps blocks and their entries as they were sealed, in their order',
    check: async ({ transact }) => {
      const blocks = await transact(async (unit) => {
        assertEqual(await unit.blocks.last(), undefined, 'the last of none');
        assertEqual(await collect(unit.blocks.all()), [], 'no blocks');
        assertEqual(await collect(unit.blocks.entries()), [], 'no entries');
        const posted = await post(unit, 'b', 'a', 'ü "🎉" \\', 'c');
        const first = await sealed(unit, undefined, posted.slice(0, 3));
        return [first, await sealed(unit, first, posted.slice(3))];
      });
      await transact(async (unit) => {
        assertEqual(await unit.blocks.last(), blocks[1], 'the last');
        assertEqual(await collect(unit.blocks.all()), blocks, 'the blocks');
        const entries = await collect(unit.blocks.entries());
        assertEqual(
          entries.map(({ block, transfer }) => [block, transfer]),
          [
            [1, 'b'],
            [1, 'a'],
            [1, 'ü "🎉" \\'],
            [2, 'c'],
          ],
          'the entries',
        );
        const stored = await unit.ledger.find(entries.map(({ transfer }) => transfer));
        for (const [index, entry] of entries.entries()) {
          const expected = stored[index];
          assertThat(expected !== undefined && entry.stored !== undefined, 'a sealed transfer is stored');
          assertEqual(content(entry.stored), content(expected), 'the sealed transfer');
          assertEqual(entry.digest, transferDigest(unit.program, expected), 'its digest');
        }
      });
    },
  }),
  storeCase({
    id: 'block-tells-what-is-not-sealed',
    title: 'tells the transfers that are in no block, by id, a page at a time',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        assertEqual(await unsealedIds(unit), [], 'of nothing');
        const posted = await post(unit, 'd', 'b', 'e', 'a', 'c');
        assertEqual(await unsealedIds(unit), ['a', 'b', 'c', 'd', 'e'], 'by id');
        assertEqual(await unsealedIds(unit, 2), ['a', 'b'], 'a page');
        assertEqual(await unsealedIds(unit, 2, 'b'), ['c', 'd'], 'the next page');
        assertEqual(await unsealedIds(unit, 2, 'e'), [], 'after the last');
        assertEqual(await unsealedIds(unit, 0), [], 'none asked for');
        await sealed(unit, undefined, posted.slice(0, 2));
        assertEqual(await unsealedIds(unit), ['a', 'c', 'e'], 'what is left');
        assertEqual(await unsealedIds(unit, 5, 'a'), ['c', 'e'], 'what is left after one');
      });
      await transact(async (unit) => {
        await post(unit, '0');
        assertEqual(await unsealedIds(unit), ['0', 'a', 'c', 'e'], 'a later one that comes first');
        await assertRefused(unit.blocks.unsealed({ limit: -1 }), 'INVALID_INPUT');
        await assertRefused(unit.blocks.unsealed({ limit: 1, after: '' }), 'INVALID_ID');
      });
    },
  }),
  storeCase({
    id: 'block-once',
    title: 'adds one block of a number, and a transfer to one block, and nothing of what it refuses',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        const [a, b, c] = await post(unit, 'a', 'b', 'c');
        assertThat(a !== undefined && b !== undefined && c !== undefined, 'posted');
        const first = await sealed(unit, undefined, [a]);
        await assertRefused(sealed(unit, undefined, [b]), 'IDEMPOTENCY_CONFLICT');
        await assertRefused(sealed(unit, first, [b, a]), 'IDEMPOTENCY_CONFLICT');
        await assertRefused(sealed(unit, first, [b, b]), 'IDEMPOTENCY_CONFLICT');
        assertEqual(await unit.blocks.last(), first, 'the last');
        assertEqual(await unsealedIds(unit), ['b', 'c'], 'what is left');
        await sealed(unit, first, [b, c]);
        assertEqual((await collect(unit.blocks.entries())).length, 3, 'entries');
      });
    },
  }),
  storeCase({
    id: 'block-refuses-what-is-none',
    title: 'refuses a block that no store could keep, or that says another number of transfers than it has',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await post(unit, 'a');
        const entries = [{ transfer: 'a', digest: DIGEST }];
        const block = blockAfter(unit.program, undefined, entries, day(9));
        const wrong = [
          ['INVALID_INPUT', { number: 0 }],
          ['INVALID_INPUT', { number: A_FRACTION }],
          ['INVALID_INPUT', { hash: 'A'.repeat(64) }],
          ['INVALID_INPUT', { hash: '' }],
          ['INVALID_INPUT', { previous: `${DIGEST}a` }],
          ['INVALID_INPUT', { transfers: 2 }],
          ['INVALID_INSTANT', { sealedAt: NO_DATE }],
        ] as const;
        for (const [code, parts] of wrong) {
          await assertRefused(unit.blocks.add({ ...block, ...parts }, entries), code);
        }
        await assertRefused(unit.blocks.add({ ...block, transfers: 0 }, []), 'INVALID_INPUT');
        await assertRefused(unit.blocks.add(block, [{ transfer: 'a', digest: 'x' }]), 'INVALID_INPUT');
        await assertRefused(unit.blocks.add(block, [{ transfer: '', digest: DIGEST }]), 'INVALID_ID');
        assertEqual(await unit.blocks.last(), undefined, 'the last');
      });
    },
  }),
  storeCase({
    id: 'block-entry-without-its-transfer',
    title: 'tells an entry whose transfer is not there as one without it',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        const entries = [{ transfer: 'gone', digest: DIGEST }];
        await unit.blocks.add(blockAfter(unit.program, undefined, entries, day(9)), entries);
        assertEqual(
          await collect(unit.blocks.entries()),
          [{ block: 1, transfer: 'gone', digest: DIGEST }],
          'entries',
        );
      });
    },
  }),
  storeCase({
    id: 'block-of-many',
    title: 'seals 25,000 transfers in two blocks, and tells each of them once and in its place',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.ledger.post(
          upTo(25_000).map((index) => deposit(`t${index}`, `participant/u${index}/held`, 1n)),
        );
        const first = await unit.blocks.unsealed({ limit: 15_000 });
        const block = await sealed(unit, undefined, first);
        const second = await unit.blocks.unsealed({ limit: 15_000, after: first.at(-1)?.id ?? '' });
        await sealed(unit, block, second);
        assertEqual(await unsealedIds(unit), [], 'what is left');
        const entries = await collect(unit.blocks.entries());
        assertEqual(new Set(entries.map(({ transfer }) => transfer)).size, 25_000, 'different transfers');
        const expected = [...first, ...second];
        assertThat(
          entries.length === expected.length &&
            entries.every(({ transfer }, index) => transfer === expected[index]?.id),
          'every entry stands in its place',
        );
      });
    },
  }),
  storeCase({
    id: 'block-undone-with-its-transaction',
    title: 'seals nothing in a transaction that fails',
    check: async ({ transact }) => {
      await transact((unit) => post(unit, 'a'));
      await refusalOf(
        transact(async (unit) => {
          await sealed(unit, undefined, await unit.blocks.unsealed({ limit: 1 }));
          throw new Error('stop');
        }),
      );
      await transact(async (unit) => {
        assertEqual(await unit.blocks.last(), undefined, 'the last');
        assertEqual(await unsealedIds(unit), ['a'], 'what is not sealed');
      });
    },
  }),
  storeCase({
    id: 'block-times-are-copies',
    title: 'keeps the time of a block when that it was given, or gave, is changed',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await post(unit, 'a');
        const entries = [{ transfer: 'a', digest: DIGEST }];
        const given = blockAfter(unit.program, undefined, entries, day(9));
        await unit.blocks.add(given, entries);
        given.sealedAt.setTime(0);
        for (const read of [await unit.blocks.last(), ...(await collect(unit.blocks.all()))]) {
          assertEqual(read?.sealedAt, day(9), 'as read');
          read?.sealedAt.setTime(0);
        }
        assertEqual((await unit.blocks.last())?.sealedAt, day(9), 'read again');
      });
    },
  }),
  storeCase({
    id: 'block-is-of-one-program',
    title: 'keeps the chains of two programs apart that have the same transfers',
    check: async ({ transact, store, otherProgram }) => {
      const mine = await transact(async (unit) => sealed(unit, undefined, await post(unit, 'a')));
      await store.transact(otherProgram, async (unit) => {
        assertEqual(await unit.blocks.last(), undefined, 'the last');
        const theirs = await sealed(unit, undefined, await post(unit, 'a', 'b'));
        assertThat(theirs.hash !== mine.hash, 'a hash of its own');
      });
      await transact(async (unit) => {
        assertEqual(await collect(unit.blocks.all()), [mine], 'the first');
        assertEqual((await collect(unit.blocks.entries())).length, 1, 'its entries');
      });
    },
  }),
  storeCase({
    id: 'block-takes-what-commits-late',
    title: 'leaves a transfer that another transaction has not committed, and tells it once it has',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      const [posted, looked] = [new Signal(), new Signal()];
      const late = transact(async (unit) => {
        await unit.ledger.post([deposit('a-late', 'pool/late', 1n)]);
        posted.give();
        await looked.given;
      });
      await posted.given;
      let first: Block | undefined;
      try {
        await transact((unit) => unit.ledger.post([deposit('b-early', 'pool/early', 1n, 'EUR')]));
        first = await transact(async (unit) => {
          assertEqual(await unsealedIds(unit), ['b-early'], 'what is committed');
          return sealed(unit, undefined, await unit.blocks.unsealed({ limit: 10 }));
        });
      } finally {
        looked.give();
        await late;
      }
      await transact(async (unit) => {
        assertEqual(await unsealedIds(unit), ['a-late'], 'what has committed since');
        await sealed(unit, first, await unit.blocks.unsealed({ limit: 10 }));
      });
    },
  }),
];
