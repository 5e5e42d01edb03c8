import { PayoutError } from '../errors.ts';
import { blockAfter, type BlockHead, transferDigest } from '../ledger/block.ts';
import { assertWholeNumber } from '../payouts/assert-whole-number.ts';
import type { Store, UnitOfWork } from '../ports/store.ts';

/** How much is sealed at once. */
export interface SealOptions {
  /** How many transfers one block holds at most, and one transaction seals. @defaultValue `10000` */
  readonly transfersPerBlock?: number;
  /** An `AbortSignal`: sealing ends after the block that it is making, and says what it has done. */
  readonly signal?: { readonly aborted: boolean };
}

/** What sealing did. */
export interface SealReport {
  /** How many blocks were added, and how many transfers are in them. */
  readonly blocks: number;
  readonly transfers: number;
  /** The end of the chain, to be kept outside of the store; nothing while nothing was ever sealed. */
  readonly head?: BlockHead;
}

/** More of them are more than one statement should carry. */
const TRANSFERS_PER_BLOCK_MAX = 100_000;

/** Whoever holds it is the only one to add a block to the program's chain. */
const BLOCKS_LOCK = 'blocks';

/**
 * Seals the transfers of a program that are committed and in no block yet: a call for a background job. Each block is a
 * transaction of its own, so that a crash leaves whole blocks and the next call goes on; any number of calls at once
 * make one chain. A transfer whose transaction commits while this runs is sealed by this call or by the next one.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `STORE_UNAVAILABLE`
 *
 * @example
 * ```ts
 * import { memoryStore, seal } from '@payout-engines/core';
 *
 * await seal(memoryStore(), 'acme'); // => { blocks: 0, transfers: 0 }
 * ```
 */
export async function seal(store: Store, program: string, options: SealOptions = {}): Promise<SealReport> {
  const { transfersPerBlock: limit = 10_000, signal } = options;
  assertTransfersPerBlock(limit);
  let blocks = 0;
  let transfers = 0;
  let after: string | undefined;
  for (;;) {
    const from = after;
    const step = await store.transact(program, (unit) => sealNext(unit, from, limit));
    if (step.sealed > 0) blocks += 1;
    transfers += step.sealed;
    after = step.last;
    if (step.sealed < limit || signal?.aborted === true) {
      return { blocks, transfers, ...(step.head === undefined ? {} : { head: step.head }) };
    }
  }
}

interface Step {
  readonly sealed: number;
  /** The last transfer that was sealed, in the store's order. */
  readonly last?: string;
  readonly head?: BlockHead;
}

/** The lock comes first: what is read after it has all that others have sealed. */
async function sealNext(unit: UnitOfWork, after: string | undefined, limit: number): Promise<Step> {
  await unit.locks.take([BLOCKS_LOCK]);
  const before = await unit.blocks.last();
  const found = await unit.blocks.unsealed({ ...(after === undefined ? {} : { after }), limit });
  const last = found.at(-1);
  if (last === undefined) {
    return before === undefined ? { sealed: 0 } : { sealed: 0, head: headOf(before) };
  }
  const entries = found.map((transfer) => ({
    transfer: transfer.id,
    digest: transferDigest(unit.program, transfer),
  }));
  const block = blockAfter(unit.program, before, entries, await unit.now());
  await unit.blocks.add(block, entries);
  return { sealed: found.length, last: last.id, head: headOf(block) };
}

function headOf({ number, hash }: BlockHead): BlockHead {
  return { number, hash };
}

function assertTransfersPerBlock(limit: number): void {
  assertWholeNumber(limit, 1, 'transfersPerBlock');
  if (limit <= TRANSFERS_PER_BLOCK_MAX) return;
  const reason = `it must be at most ${TRANSFERS_PER_BLOCK_MAX}`;
  throw new PayoutError('INVALID_INPUT', { issues: [{ path: 'transfersPerBlock', reason }] });
}
