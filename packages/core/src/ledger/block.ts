import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import type { Transfer } from './transfer.ts';

/** Where a chain of blocks ends: keep it outside of the store, and nobody can change what was sealed unnoticed. */
export interface BlockHead {
  readonly number: number;
  /** SHA-256, in hexadecimal. */
  readonly hash: string;
}

/** Sealed transfers, under a hash that commits to all of them and to the block before. */
export interface Block extends BlockHead {
  /** The hash of the block before; of the first block, {@link NO_BLOCK}. */
  readonly previous: string;
  /** How many transfers it seals. */
  readonly transfers: number;
  readonly sealedAt: Date;
}

/** One place in a block: a transfer, and what it was when it was sealed. */
export interface BlockEntry {
  readonly transfer: string;
  /** Its `transferDigest`. */
  readonly digest: string;
}

/** What the first block names as the one before. */
export const NO_BLOCK = '0'.repeat(64);

/**
 * The SHA-256, in hexadecimal, of all that a stored transfer says. The text that is hashed is a JSON array, so that no
 * two transfers share one and anybody can compute it again.
 *
 * @example
 * ```ts
 * import { transferDigest } from '@payout-engines/core';
 *
 * const digest = transferDigest('acme', {
 *   id: 'share/2026-10-01/r0/ann',
 *   debit: 'pool/2026-10-01',
 *   credit: 'participant/ann/available',
 *   currency: 'USD',
 *   asked: 656n,
 *   moved: 656n,
 *   kind: 'share',
 *   subject: '2026-10-01',
 *   at: new Date('2026-11-01T00:00:00Z'),
 * });
 * digest.slice(0, 8); // => 'f0bb7bfe'
 * ```
 */
export function transferDigest(program: string, transfer: Transfer): string {
  const { id, debit, credit, currency, asked, moved, kind, subject, atMost, reverses, at } = transfer;
  const text = JSON.stringify([
    'transfer',
    1,
    program,
    id,
    debit,
    credit,
    currency,
    asked.toString(),
    moved.toString(),
    kind,
    subject,
    atMost === true,
    reverses ?? null,
    at.toISOString(),
  ]);
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** Computes the hash of a block from the digests of its transfers, in their order, without holding them. */
export class BlockHasher {
  readonly #hash: ReturnType<typeof sha256.create>;

  constructor(program: string, block: Omit<Block, 'hash'>) {
    const { number, previous, transfers, sealedAt } = block;
    const header = ['block', 1, program, number, previous, transfers, sealedAt.toISOString()];
    this.#hash = sha256.create().update(utf8ToBytes(JSON.stringify(header)));
  }

  /** Digests have one length, and a line each: no two sequences of them give one text. */
  add(digest: string): void {
    this.#hash.update(utf8ToBytes(`\n${digest}`));
  }

  /** The hash, once all digests have been added. */
  hash(): string {
    return bytesToHex(this.#hash.digest());
  }
}

/** The block that seals the entries after another one, or as the first. */
export function blockAfter(
  program: string,
  last: BlockHead | undefined,
  entries: readonly BlockEntry[],
  sealedAt: Date,
): Block {
  const content = {
    number: (last?.number ?? 0) + 1,
    previous: last?.hash ?? NO_BLOCK,
    transfers: entries.length,
    sealedAt,
  };
  const hasher = new BlockHasher(program, content);
  for (const { digest } of entries) hasher.add(digest);
  return { ...content, hash: hasher.hash() };
}

/**
 * Throws unless the block and its entries are such that every store keeps them as they are.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `INVALID_ID` or `INVALID_INSTANT`
 */
export function assertBlock(block: Block, entries: readonly BlockEntry[]): void {
  assertBlockHead(block, 'block');
  assertDigest(block.previous, 'block.previous');
  assertInstant(block.sealedAt, 'block.sealedAt');
  if (entries.length === 0 || block.transfers !== entries.length) {
    throw refused('block.transfers', 'it must be the number of its entries, and at least one');
  }
  for (const { transfer, digest } of entries) {
    assertId(transfer, 'transfer');
    assertDigest(digest, 'digest');
  }
}

/**
 * Throws unless the value could be the end of a chain.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`
 */
export function assertBlockHead({ number, hash }: BlockHead, path: string): void {
  if (!Number.isSafeInteger(number) || number < 1) {
    throw refused(`${path}.number`, 'it must be a whole number, 1 or more');
  }
  assertDigest(hash, `${path}.hash`);
}

function assertDigest(value: unknown, path: string): void {
  if (typeof value === 'string' && DIGEST.test(value)) return;
  throw refused(path, 'it must be a SHA-256 in lower-case hexadecimal');
}

const DIGEST = /^[0-9a-f]{64}$/;

function refused(path: string, reason: string): PayoutError {
  return new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}
