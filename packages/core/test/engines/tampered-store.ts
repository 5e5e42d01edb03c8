import type { Block, BlockEntry } from '../../src/ledger/block.ts';
import type { AccountBalance, Transfer } from '../../src/ledger/transfer.ts';
import type { Store } from '../../src/ports/store.ts';
import { collect } from '../../src/testing/store/rows.ts';

/** The rows of a program that somebody with every right can change. */
export interface Rows {
  transfers: Transfer[];
  accounts: AccountBalance[];
  blocks: Block[];
  entries: (BlockEntry & { readonly block: number })[];
}

/** A store as it reads once somebody has changed its rows behind its back. */
export async function tamperedStore(
  store: Store,
  program: string,
  change: (rows: Rows) => void,
): Promise<Store> {
  const rows: Rows = await store.transact(program, async (unit) => ({
    transfers: await collect(unit.ledger.transfers()),
    accounts: await collect(unit.ledger.accounts()),
    blocks: await collect(unit.blocks.all()),
    entries: (await collect(unit.blocks.entries())).map(({ block, transfer, digest }) => ({
      block,
      transfer,
      digest,
    })),
  }));
  change(rows);
  const byId = new Map(rows.transfers.map((row) => [row.id, row]));
  const entries = rows.entries
    .map((entry, place) => ({ entry, place }))
    .sort((left, right) => left.entry.block - right.entry.block || left.place - right.place)
    .map(({ entry }) => {
      const stored = byId.get(entry.transfer);
      return stored === undefined ? entry : { ...entry, stored };
    });
  return {
    transact: (name, work) =>
      store.transact(name, (unit) =>
        work({
          ...unit,
          ledger: {
            ...unit.ledger,
            find: (ids) => Promise.resolve(ids.map((id) => byId.get(id))),
            transfers: () => streamOf(rows.transfers),
            accounts: () => streamOf(rows.accounts),
          },
          blocks: {
            ...unit.blocks,
            all: () => streamOf(rows.blocks.toSorted((left, right) => left.number - right.number)),
            entries: () => streamOf(entries),
          },
        }),
      ),
  };
}

/** In small batches, with an empty one among them. */
async function* streamOf<Row>(rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
  yield await Promise.resolve([]);
  for (let start = 0; start < rows.length; start += 3) yield rows.slice(start, start + 3);
}
