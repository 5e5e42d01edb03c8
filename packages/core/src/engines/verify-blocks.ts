import { type Block, type BlockHead, BlockHasher, NO_BLOCK, transferDigest } from '../ledger/block.ts';
import type { SealedTransfer, UnitOfWork } from '../ports/store.ts';

/** One thing about sealed transfers and their blocks that does not hold. */
export type BlockProblem =
  /** What is stored of a sealed transfer is not what was sealed. */
  | { readonly problem: 'sealed_transfer_differs'; readonly block: number; readonly transfer: string }
  /** Nothing is stored of a sealed transfer, or nothing that can be read. */
  | { readonly problem: 'sealed_transfer_missing'; readonly block: number; readonly transfer: string }
  /** The hash of a block is not that of what it says and of what it seals. */
  | { readonly problem: 'block_differs'; readonly block: number }
  /** A block does not name the hash of the one before. */
  | { readonly problem: 'chain_broken'; readonly block: number }
  /** The chain lacks a block. */
  | { readonly problem: 'block_missing'; readonly block: number }
  /** The chain is not the one whose end was kept. */
  | { readonly problem: 'head_differs'; readonly block: number }
  /** The chain ends before the end that was kept. */
  | { readonly problem: 'head_missing'; readonly block: number };

/** What the blocks of a program came to. */
export interface VerifiedBlocks {
  readonly blocks: number;
  /** How many of the transfers that are stored are in a block. */
  readonly sealed: number;
  readonly head?: BlockHead;
}

/**
 * Compares every sealed transfer with the digest in its entry, the entries of every block with its hash, and every block
 * with the one before; and the chain with an end of it that was kept elsewhere. Holds one block's state at a time.
 */
export async function verifyBlocks(
  unit: UnitOfWork,
  expected: BlockHead | undefined,
  report: (problem: BlockProblem) => void,
): Promise<VerifiedBlocks> {
  const entries = new Entries(unit.blocks.entries());
  const lacks = onceEach((block) => {
    report({ problem: 'block_missing', block });
  });
  let blocks = 0;
  let sealed = 0;
  let before: BlockHead = { number: 0, hash: NO_BLOCK };
  let headFound = expected === undefined;

  for await (const batch of unit.blocks.all()) {
    for (const block of batch) {
      blocks += 1;
      if (block.number !== before.number + 1) lacks(before.number + 1);
      if (block.previous !== before.hash) report({ problem: 'chain_broken', block: block.number });
      await entries.skip((entry) => entry.block < block.number, lacks);
      sealed += await verifyBlock(unit.program, block, entries, report);
      if (block.number === expected?.number) {
        headFound = true;
        if (block.hash !== expected.hash) report({ problem: 'head_differs', block: block.number });
      }
      before = { number: block.number, hash: block.hash };
    }
  }
  await entries.skip(() => true, lacks);
  if (expected !== undefined && !headFound) report({ problem: 'head_missing', block: expected.number });
  return { blocks, sealed, ...(blocks === 0 ? {} : { head: before }) };
}

/** How many of the block's transfers are stored. */
async function verifyBlock(
  program: string,
  block: Block,
  entries: Entries,
  report: (problem: BlockProblem) => void,
): Promise<number> {
  const { number } = block;
  const hasher = new BlockHasher(program, block);
  let found = 0;
  for (;;) {
    const entry = await entries.peek();
    if (entry?.block !== number) break;
    entries.take();
    const { transfer, digest, stored } = entry;
    // The digest of the entry, not that of what is stored: so the block vouches for the entry, and the entry says which
    // of the block's transfers was changed.
    hasher.add(digest);
    if (stored === undefined) {
      report({ problem: 'sealed_transfer_missing', block: number, transfer });
    } else {
      found += 1;
      if (transferDigest(program, stored) !== digest) {
        report({ problem: 'sealed_transfer_differs', block: number, transfer });
      }
    }
  }
  if (hasher.hash() !== block.hash) report({ problem: 'block_differs', block: number });
  return found;
}

/** The entries of all blocks, read one after the other beside the blocks themselves. */
class Entries {
  readonly #batches: AsyncIterator<readonly SealedTransfer[]>;
  #batch: readonly SealedTransfer[] = [];
  #next = 0;

  constructor(stream: AsyncIterable<readonly SealedTransfer[]>) {
    this.#batches = stream[Symbol.asyncIterator]();
  }

  /** The next entry, which stays the next one until it is taken. */
  async peek(): Promise<SealedTransfer | undefined> {
    while (this.#next >= this.#batch.length) {
      const next: IteratorResult<readonly SealedTransfer[], unknown> = await this.#batches.next();
      if (next.done === true) return undefined;
      this.#batch = next.value;
      this.#next = 0;
    }
    return this.#batch[this.#next];
  }

  take(): void {
    this.#next += 1;
  }

  /** Leaves out entries of blocks that are not there, and names those blocks. */
  async skip(whether: (entry: SealedTransfer) => boolean, name: (block: number) => void): Promise<void> {
    for (;;) {
      const entry = await this.peek();
      if (entry === undefined || !whether(entry)) return;
      name(entry.block);
      this.take();
    }
  }
}

/** Numbers come in order, some of them again. */
function onceEach(name: (block: number) => void): (block: number) => void {
  let last: number | undefined;
  return (block) => {
    if (block !== last) name(block);
    last = block;
  };
}
