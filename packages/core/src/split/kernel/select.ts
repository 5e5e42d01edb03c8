import type { TieOrder } from './tie-order.ts';

/** A part of a remainder, as a non-negative integer below 2^53. */
export type Key = (position: number) => number;

const SLOTS = 256;

/**
 * Moves the `wanted` positions with the largest remainders to the front, equal remainders in tie order.
 *
 * A remainder is given as keys, the most significant first. Each round spreads the positions between the smallest and
 * the largest key over 256 slots and keeps the slot in which the last wanted one falls, so 53 bits need at most seven
 * rounds whatever the input: unlike a quickselect, this has no bad case. Only equal remainders are compared by the
 * tie order, which may be slow.
 */
export function selectLargest(
  positions: Uint32Array,
  wanted: number,
  keys: readonly Key[],
  ties: TieOrder,
): void {
  let start = 0;
  let end = positions.length;
  for (const key of keys) {
    for (;;) {
      if (wanted <= start || wanted >= end) return;
      const part = positions.subarray(start, end);
      const range = keyRange(part, key);
      if (range.smallest === range.largest) break;
      const kept = narrow(part, wanted - start, key, range);
      end = start + kept.end;
      start += kept.start;
    }
  }
  selectFirst(positions.subarray(start, end), wanted - start, ties);
}

interface KeyRange {
  readonly smallest: number;
  readonly largest: number;
}

function keyRange(positions: Uint32Array, key: Key): KeyRange {
  let smallest = Infinity;
  let largest = -Infinity;
  for (let index = 0; index < positions.length; index++) {
    const value = key(positions[index] ?? 0);
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  return { smallest, largest };
}

/** Orders the positions by slot, largest first, as far as needed, and answers where the slot of the last wanted is. */
function narrow(
  positions: Uint32Array,
  wanted: number,
  key: Key,
  range: KeyRange,
): { readonly start: number; readonly end: number } {
  const scale = SLOTS / (range.largest - range.smallest + 1);
  // The product is rounded, but a larger key never gets a lower slot, and that is all that is needed.
  const slotOf = (position: number) =>
    Math.min(SLOTS - 1, Math.floor((key(position) - range.smallest) * scale));
  const counts = new Uint32Array(SLOTS);
  for (let index = 0; index < positions.length; index++) {
    const slot = slotOf(positions[index] ?? 0);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  let cut = SLOTS - 1;
  let above = 0;
  while (cut > 0 && above + (counts[cut] ?? 0) < wanted) above += counts[cut--] ?? 0;
  const end = above + (counts[cut] ?? 0);
  partition(positions, (position) => slotOf(position) - cut);
  return { start: above, end };
}

/** Moves positions with a positive side to the front and those with a negative side to the back. */
function partition(
  positions: Uint32Array,
  side: (position: number) => number,
): { start: number; end: number } {
  let start = 0;
  let end = positions.length;
  for (let index = 0; index < end;) {
    const position = positions[index] ?? 0;
    const where = side(position);
    if (where > 0) {
      positions[index++] = positions[start] ?? 0;
      positions[start++] = position;
    } else if (where < 0) {
      positions[index] = positions[--end] ?? 0;
      positions[end] = position;
    } else {
      index++;
    }
  }
  return { start, end };
}

/**
 * Moves the `wanted` positions that come first in an order to the front (Hoare's quickselect).
 *
 * The order is given from outside, and so may be the input that is bad for it: after too many rounds the rest is
 * sorted instead, which bounds the work to O(n log n).
 */
export function selectFirst(positions: Uint32Array, wanted: number, order: TieOrder): void {
  let part = positions;
  let left = wanted;
  for (let rounds = 2 * Math.ceil(Math.log2(positions.length + 1)); rounds > 0; rounds--) {
    if (left <= 0 || left >= part.length) return;
    const pivot = middleOf(part, order);
    const kept = partition(part, (position) => order(pivot, position));
    if (left <= kept.start) {
      part = part.subarray(0, kept.start);
    } else if (left < kept.end) {
      return;
    } else {
      part = part.subarray(kept.end);
      left -= kept.end;
    }
  }
  part.sort(order);
}

/** The median of the first, the middle and the last position. */
function middleOf(positions: Uint32Array, order: TieOrder): number {
  const first = positions[0] ?? 0;
  const middle = positions[positions.length >> 1] ?? 0;
  const last = positions[positions.length - 1] ?? 0;
  if (order(first, middle) < 0) {
    if (order(middle, last) < 0) return middle;
    return order(first, last) < 0 ? last : first;
  }
  if (order(first, last) < 0) return first;
  return order(middle, last) < 0 ? last : middle;
}
