import { BINS, type ExactRemainders } from './exact-remainders.ts';
import { selectLargest } from './select.ts';
import type { TieOrder } from './tie-order.ts';

/** Bins are counted by groups of 32: the counters then fit the nearest cache. */
const GROUP_BITS = 5;
const GROUPS = BINS >> GROUP_BITS;

/** Who gets the units left over: everyone in a bin above `bin`, and the `winners`. */
export interface Cut {
  readonly bin: number;
  readonly winners: Uint32Array;
}

/** The cut when no unit is left over. */
export const NO_CUT: Cut = { bin: BINS, winners: new Uint32Array(0) };

/**
 * Finds who gets the left-over units without sorting: the group of bins in which the last unit falls is found by
 * counting, and only the participants around it are compared exactly.
 *
 * A bin is right or one too low (see `sortIntoBins`). Let the last unit fall in a group of bins that ends just below
 * `after`. A participant above bin `after` can only be beaten by participants from `after` on, who are fewer than the
 * units: it gets one. One below the bin `before` the group is beaten by all in the group and above, who are enough:
 * it gets none. The bins from `before` to `after` are decided here.
 */
export function cutAt(bins: Uint16Array, units: number, exact: ExactRemainders, ties: TieOrder): Cut {
  const groups = countGroups(bins);
  let group = GROUPS - 1;
  let wanted = units;
  while (group > 0 && (groups[group] ?? 0) < wanted) wanted -= groups[group--] ?? 0;
  const before = (group << GROUP_BITS) - 1;
  const after = (group + 1) << GROUP_BITS;
  const near = (groups[group - 1] ?? 0) + (groups[group] ?? 0) + (groups[group + 1] ?? 0);
  const candidates = candidatesFrom(bins, before, near);
  for (let index = 0; index < candidates.length; index++) {
    // Those just above the group were counted as served; now they compete.
    if (((bins[candidates[index] ?? 0] ?? 0) & (BINS - 1)) === after) wanted++;
  }
  selectLargest(candidates, wanted, exact.keys, ties);
  return { bin: after, winners: candidates.subarray(0, wanted) };
}

/**
 * Counts the participants by group. Bins are read two at a time, and each half of a pair has counters of its own: a
 * processor that increments one counter twice in a row waits for the first increment.
 */
function countGroups(bins: Uint16Array): Uint32Array {
  const pairs = new Uint32Array(bins.buffer, 0, bins.length >> 1);
  const counts = new Uint32Array(2 * GROUPS);
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index] ?? 0;
    const low = (pair >>> 5) & 0x3ff;
    const high = 0x400 + ((pair >>> 21) & 0x3ff);
    counts[low] = (counts[low] ?? 0) + 1;
    counts[high] = (counts[high] ?? 0) + 1;
  }
  const groups = counts.subarray(0, GROUPS);
  for (let group = 0; group < GROUPS; group++) {
    groups[group] = (groups[group] ?? 0) + (counts[GROUPS + group] ?? 0);
  }
  if (bins.length % 2 === 1) {
    const last = ((bins[bins.length - 1] ?? 0) & (BINS - 1)) >>> GROUP_BITS;
    groups[last] = (groups[last] ?? 0) + 1;
  }
  return groups;
}

/** The positions with one of the 34 bins from the given one on, in ascending order. */
function candidatesFrom(bins: Uint16Array, first: number, atMost: number): Uint32Array {
  const pairs = new Uint32Array(bins.buffer, 0, bins.length >> 1);
  const positions = new Uint32Array(atMost);
  let found = 0;
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index] ?? 0;
    // One comparison, not two: about half of all bins are above the first, and no processor could foresee which.
    if (((pair & 0x7fff) - first) >>> 0 < 34) positions[found++] = 2 * index;
    if ((((pair >>> 16) & 0x7fff) - first) >>> 0 < 34) positions[found++] = 2 * index + 1;
  }
  const last = bins.length - 1;
  if (bins.length % 2 === 1 && (((bins[last] ?? 0) & 0x7fff) - first) >>> 0 < 34) positions[found++] = last;
  return positions.subarray(0, found);
}
