import { assertInvariant } from '../../errors.ts';
import { sortIntoBins } from './bins.ts';
import { cutAt, NO_CUT, type Cut } from './cut.ts';
import { division, type Division } from './division.ts';
import { DoubleRemainders } from './double-remainders.ts';
import { LimbRemainders } from './limb-remainders.ts';
import type { Survey } from './survey.ts';
import type { TieOrder } from './tie-order.ts';
import { negate, sumOfWords, wordsOf } from './words.ts';
import { giantShares, giveUnits, writeShares } from './write.ts';

/** A sum of whole numbers that stays below it is exact in a double. */
const DOUBLE_TOTAL_MAX = 2n ** 52n;

/**
 * Divides a total among weights, not all of them zero, by largest remainders, and writes the shares.
 *
 * Four passes and no sort: each remainder goes into a bin, the bin of the last left-over unit is found by counting,
 * the few participants around it are compared exactly, and the shares are written. Between the passes only the 2-byte
 * bins are kept: to compute a quotient again costs less than to store and load it.
 */
export function divide(total: bigint, surveyed: Survey, ties: TieOrder, shares: BigInt64Array): void {
  const by = division(total < 0n ? -total : total, surveyed.weightSum);
  const { doubles, largest } = surveyed;
  const bins = new Uint16Array(doubles.length);
  const cut = by.rest === 0n ? NO_CUT : giveLeftOver(surveyed, by, bins, ties);
  const giants = giantShares(doubles, largest, weightReader(surveyed), bins, cut.bin, by);
  const written = writeShares(doubles, largest, bins, cut.bin, by, shares);
  for (const giant of giants) shares[giant.position] = giant.share;
  giveUnits(cut.winners, shares);
  if (total < 0n) negate(shares);
  const inDoubles = giants.length === 0 && total >= 0n && total < DOUBLE_TOTAL_MAX;
  const sum = inDoubles ? BigInt(written + cut.winners.length) : sumOfWords(wordsOf(shares), true);
  assertInvariant(sum === total, 'the shares of a split add up to its total');
}

/** Bins every remainder and finds who gets the units that the quotients leave over. */
function giveLeftOver(surveyed: Survey, by: Division, bins: Uint16Array, ties: TieOrder): Cut {
  const { doubles, words } = surveyed;
  const exact = words === undefined ? new DoubleRemainders(doubles, by) : new LimbRemainders(words, by);
  const given = sortIntoBins(surveyed, by, exact, bins);
  // Fewer than 2^30 units are left over, so their number modulo 2^32 is their number.
  const units = Number(BigInt.asUintN(32, by.rest - BigInt(given)));
  return units === 0 ? NO_CUT : cutAt(bins, units, exact, ties);
}

function weightReader({ doubles, words }: Survey): (position: number) => bigint {
  if (words === undefined) return (position) => BigInt(doubles[position] ?? 0);
  const integers = new BigUint64Array(words.buffer, words.byteOffset, doubles.length);
  return (position) => integers[position] ?? 0n;
}
