import { selectLargest } from './select.ts';
import type { ExactRemainders } from './exact-remainders.ts';
import type { TieOrder } from './tie-order.ts';

// Of this file, so that the loops see constants and not imports: 8 bins of sortIntoBins make one group here.
const BIN_MASK = 2 ** 15 - 1;
const GROUP_BITS = 3;
const GROUPS = 2 ** 12;

/** Who gets the units left over: everyone in a bin above `bin`, and the `winners`. */
export interface Cut {
  readonly bin: number;
  readonly winners: Uint32Array;
}

/**
 * Finds who gets the left-over units without sorting: the group of bins in which the last unit falls is found by
 * counting, and only the participants around it are compared exactly.
 *
 * A bin is right or one too low (see `sortIntoBins`). Let the last unit fall in the group of bins from `first` to
 * `last`. A participant above bin `last + 1` can only be beaten by participants above `last`, who are fewer than the
 * units: it gets one. One below bin `first − 1` is beaten by all from `first` on, who are enough: it gets none. The
 * bins from `first − 1` to `last + 1` are decided here.
 */
export function cutAt(bins: Uint16Array, count: number, units: number, exact: ExactRemainders, ties: TieOrder): Cut {
  const groups = countGroups(bins);
  let group = GROUPS - 1;
  let left = units;
  while (group > 0 && (groups[group] ?? 0) < left) left -= groups[group--] ?? 0;
  const first = (group << GROUP_BITS) - 1;
  const last = ((group + 1) << GROUP_BITS) - 1 + 1;
  const near = (groups[group - 1] ?? 0) + (groups[group] ?? 0) + (groups[group + 1] ?? 0);
  const candidates = candidatesBetween(bins, count, first, last, Math.min(near, count));
  // The participants in the bin after the group were counted as served; now they compete.
  let wanted = left;
  for (let index = 0; index < candidates.length; index++) {
    if (((bins[candidates[index] ?? 0] ?? 0) & BIN_MASK) === last) wanted++;
  }
  selectLargest(candidates, wanted, exact.keys, ties);
  return { bin: last, winners: candidates.subarray(0, wanted) };
}

/**
 * Counts by group. The bins are read two at a time; the bin that fills the last pair is zero, and a participant too
 * many in the lowest group moves no cut.
 *
 * Each half of a pair has counters of its own: a processor that increments one counter twice in a row waits.
 */
function countGroups(bins: Uint16Array): Uint32Array {
  const pairs = new Uint32Array(bins.buffer, bins.byteOffset, bins.length / 2);
  const groups = new Uint32Array(GROUPS);
  const others = new Uint32Array(GROUPS);
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index] ?? 0;
    const group = (pair >>> GROUP_BITS) & (GROUPS - 1);
    const other = (pair >>> (GROUP_BITS + 16)) & (GROUPS - 1);
    groups[group] = (groups[group] ?? 0) + 1;
    others[other] = (others[other] ?? 0) + 1;
  }
  for (let group = 0; group < GROUPS; group++) groups[group] = (groups[group] ?? 0) + (others[group] ?? 0);
  return groups;
}

function candidatesBetween(
  bins: Uint16Array,
  count: number,
  first: number,
  last: number,
  atMost: number,
): Uint32Array {
  const positions = new Uint32Array(atMost);
  const width = last - first;
  let found = 0;
  for (let index = 0; index < count; index++) {
    const bin = (bins[index] ?? 0) & BIN_MASK;
    if ((bin - first) >>> 0 <= width) positions[found++] = index;
  }
  return positions.subarray(0, found);
}
