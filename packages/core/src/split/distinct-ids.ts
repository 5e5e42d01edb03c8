import { PayoutError } from '../errors.ts';
import { FEW } from './kernel/bounds.ts';

/**
 * Throws unless all ids are different.
 *
 * Ids in strictly ascending order are different, which one comparison for each shows. Others are hashed into a bitmap
 * with room for 32 times as many; only those whose bit another one has too, usually one in 16, are compared exactly.
 * Ids made to collide can make that more, but neither the answer wrong nor the work quadratic.
 *
 * @throws {@link PayoutError} with code `DUPLICATE_PARTICIPANT`
 */
export function assertDistinctIds(ids: readonly string[]): void {
  if (ascending(ids)) return;
  refuseRepeated(ids.length < FEW ? suspectsOfFew(ids) : suspects(ids));
}

function ascending(ids: readonly string[]): boolean {
  let before = '';
  for (let position = 0; position < ids.length; position++) {
    const id = ids[position] ?? '';
    if (!(before < id)) return false;
    before = id;
  }
  return true;
}

function refuseRepeated(ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw new PayoutError('DUPLICATE_PARTICIPANT', { participant: id });
    seen.add(id);
  }
}

/** Nothing if all hashes are different, else all ids. */
function suspectsOfFew(ids: readonly string[]): readonly string[] {
  const hashes: number[] = [];
  let repeated = false;
  for (let position = 0; position < ids.length; position++) {
    const hash = hashOf(ids[position] ?? '');
    for (let before = 0; before < position; before++) if (hashes[before] === hash) repeated = true;
    hashes.push(hash);
  }
  return repeated ? ids : [];
}

/** The ids that share a bit of the bitmap with another one: a repeated id is among them, each time it occurs. */
function suspects(ids: readonly string[]): readonly string[] {
  const bits = Math.min(32, 5 + Math.ceil(Math.log2(ids.length)));
  const taken = new Int32Array(2 ** (bits - 5));
  const shared = new Int32Array(2 ** (bits - 5));
  const slots = new Uint32Array(ids.length);
  const shift = 32 - bits;
  for (let position = 0; position < ids.length; position++) {
    const slot = hashOf(ids[position] ?? '') >>> shift;
    const bit = 1 << (slot & 31);
    const before = taken[slot >>> 5] ?? 0;
    if ((before & bit) !== 0) shared[slot >>> 5] = (shared[slot >>> 5] ?? 0) | bit;
    taken[slot >>> 5] = before | bit;
    slots[position] = slot;
  }
  return ids.filter((_, position) => {
    const slot = slots[position] ?? 0;
    return ((shared[slot >>> 5] ?? 0) & (1 << (slot & 31))) !== 0;
  });
}

/** A 32-bit hash of an id: FNV-1a over its code units, then mixed so that the upper bits depend on all of it. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return hash ^ (hash >>> 15);
}
