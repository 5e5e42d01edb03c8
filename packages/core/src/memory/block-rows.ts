import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertBlock, type Block, type BlockEntry } from '../ledger/block.ts';
import type { Transfer } from '../ledger/transfer.ts';
import { assertWholeNumber } from '../payouts/assert-whole-number.ts';
import type { BlockRows, LedgerRows, SealedTransfer } from '../ports/store.ts';
import { byCodeUnit } from './by-code-unit.ts';
import { type Journal, Table } from './journal.ts';

/** The blocks of one program, in memory. */
export function memoryBlocks(journal: Journal, ledger: LedgerRows): BlockRows {
  const blocks = new Table<number, Block>(journal);
  const entriesOf = new Table<number, readonly BlockEntry[]>(journal);
  const blockOf = new Table<string, number>(journal);

  const inOrder = (): readonly Block[] =>
    [...blocks.values()].sort((left, right) => left.number - right.number);

  const add = (block: Block, entries: readonly BlockEntry[]): void => {
    assertBlock(block, entries);
    const { number } = block;
    if (blocks.get(number) !== undefined) throw conflict('block', number.toString());
    blocks.set(number, copyOf(block));
    entriesOf.set(
      number,
      entries.map(({ transfer, digest }) => ({ transfer, digest })),
    );
    for (const { transfer } of entries) {
      if (blockOf.get(transfer) !== undefined) throw conflict('entry of block', number.toString());
      blockOf.set(transfer, number);
    }
  };

  async function* entries(): AsyncGenerator<readonly SealedTransfer[]> {
    for (const { number } of inOrder()) {
      const rows = entriesOf.get(number) ?? [];
      const found = await ledger.find(rows.map(({ transfer }) => transfer));
      yield rows.map((entry, index) => {
        const stored = found[index];
        return { ...entry, block: number, ...(stored === undefined ? {} : { stored }) };
      });
    }
  }

  return {
    last: async () => inOrder().map(copyOf).at(-1),
    unsealed: async ({ after, limit }) => {
      if (after !== undefined) assertId(after, 'after');
      assertWholeNumber(limit, 0, 'limit');
      const found: Transfer[] = [];
      for await (const batch of ledger.transfers()) {
        found.push(
          ...batch.filter(({ id }) => blockOf.get(id) === undefined && (after === undefined || id > after)),
        );
      }
      return found.sort((left, right) => byCodeUnit(left.id, right.id)).slice(0, limit);
    },
    add: async (block, rows) => {
      journal.atomically(() => {
        add(block, rows);
      });
    },
    all: async function* () {
      const stored = inOrder().map(copyOf);
      if (stored.length > 0) yield await Promise.resolve(stored);
    },
    entries,
  };
}

function conflict(kind: string, id: string): PayoutError {
  return new PayoutError('IDEMPOTENCY_CONFLICT', { kind, id });
}

/** A Date can be changed by whoever holds it. */
function copyOf({ number, previous, hash, transfers, sealedAt }: Block): Block {
  return { number, previous, hash, transfers, sealedAt: new Date(sealedAt) };
}
