import { checkTotal } from './check-total.ts';
import { assertDistinctIds } from './distinct-ids.ts';
import { draftShares, type Draft, type DraftShare } from './draft-shares.ts';
import { isList, readEntries, type EntryColumns, type SplitEntry } from './entries.ts';
import { idComparison, type IdOrder } from './id-order.ts';
import { FEW } from './kernel/bounds.ts';
import { bigintReader } from './kernel/words.ts';
import { divideColumn, type ColumnShares } from './kernel/divide-column.ts';
import { divideList, divideNumbers } from './kernel/divide-list.ts';
import { byPosition, type TieOrder } from './kernel/tie-order.ts';
import { weightColumn, weightList } from './weights.ts';

/** How {@link split} breaks ties. */
export interface SplitOptions {
  /** The order of ids in which equal remainders get a unit; `'code-unit'` if it is not given. */
  readonly order?: IdOrder;
}

/** One participant's part of a total. */
export interface Share {
  readonly id: string;
  /** In minor units. */
  readonly amount: bigint;
}

/** The result of {@link split}. */
export interface Split {
  /** One share for each entry, in the order of the entries. They add up to the total, less what is returned. */
  readonly shares: readonly Share[];
  /** The whole total if there are no entries or all weights are zero, else 0. */
  readonly returned: bigint;
}

/**
 * Divides a total among weights by largest remainders.
 *
 * The shares add up to the total exactly; each lies within one unit of its exact part; a zero weight gets zero. Among
 * equal remainders the ids that come first get the units, so the result does not depend on the order of the entries.
 * A negative total is divided like a positive one and negated.
 *
 * Weights are integers and decimals in any mix, and only their proportions count. Takes time in proportion to the
 * number of entries.
 *
 * The method is that of A. Hamilton (1792), also named after Hare and Niemeyer.
 *
 * @param total - in minor units, in the signed 64-bit range
 * @throws {@link PayoutError} with code `INVALID_AMOUNT`, `AMOUNT_OUT_OF_RANGE`, `INVALID_WEIGHT`, `INVALID_ID`,
 * `DUPLICATE_PARTICIPANT` or `INVALID_INPUT`
 *
 * @example
 * ```ts
 * import { split } from '@payout-engines/core/split';
 *
 * const { shares } = split(9999n, [
 *   { id: 'ana', weight: '75' },
 *   { id: 'ben', weight: '25' },
 * ]);
 * shares; // => [{ id: 'ana', amount: 7499n }, { id: 'ben', amount: 2500n }]
 * ```
 */
export function split(total: bigint, entries: Iterable<SplitEntry>, options: SplitOptions = {}): Split {
  checkTotal(total);
  const order = options.order ?? 'code-unit';
  const list = isList(entries) ? entries : [...entries];
  const draft = list.length < FEW ? undefined : draftShares(list);
  return draft === undefined ? splitEntries(total, list, order) : splitDraft(total, draft, order);
}

/** Many entries with whole weights. */
function splitDraft(total: bigint, { shares, column, ascending }: Draft, order: IdOrder): Split {
  const id = (position: number): string => shares[position]?.id ?? '';
  if (!ascending || order !== 'code-unit') {
    const ids = shares.map((share) => share.id);
    if (!ascending) assertDistinctIds(ids);
    return fill(shares, divideColumn(total, column, tieOrder(id, idComparison(order, ids))));
  }
  return fill(shares, divideColumn(total, column, byPosition));
}

function fill(drafts: readonly DraftShare[], { shares, returned }: ColumnShares): Split {
  const amountAt = bigintReader(shares);
  for (let position = 0; position < drafts.length; position++) {
    const draft = drafts[position];
    if (draft !== undefined) draft.amount = amountAt(position);
  }
  return { shares: drafts, returned };
}

function splitEntries(total: bigint, entries: readonly SplitEntry[], order: IdOrder): Split {
  const { ids, weights } = readEntries(entries);
  assertDistinctIds(ids);
  const ties = tieOrder((position) => ids[position] ?? '', idComparison(order, ids));
  const divided =
    ids.length < FEW ? divideFewEntries(total, weights, ties) : divideManyEntries(total, weights, ties);
  return { shares: sharesOf(ids, divided.amounts), returned: divided.returned };
}

type Weights = EntryColumns['weights'];

interface Divided {
  readonly amounts: readonly bigint[] | BigInt64Array;
  readonly returned: bigint;
}

function divideFewEntries(total: bigint, weights: Weights, ties: TieOrder): Divided {
  const list = weightList(weights);
  return isNumbers(list) ? divideNumbers(total, list, ties) : divideList(total, list, ties);
}

function divideManyEntries(total: bigint, weights: Weights, ties: TieOrder): Divided {
  const column = weightColumn(weights);
  if (!(column instanceof Float64Array || column instanceof BigUint64Array))
    return divideList(total, column, ties);
  const { shares, returned } = divideColumn(total, column, ties);
  return { amounts: shares, returned };
}

function tieOrder(
  id: (position: number) => string,
  compare: (left: string, right: string) => number,
): TieOrder {
  return (left, right) => compare(id(left), id(right));
}

function isNumbers(weights: readonly number[] | readonly bigint[]): weights is readonly number[] {
  return typeof weights[0] === 'number';
}

function sharesOf(ids: readonly string[], amounts: Divided['amounts']): readonly Share[] {
  const shares = new Array<Share>(ids.length);
  if (amounts instanceof BigInt64Array) {
    const amountAt = bigintReader(amounts);
    for (let position = 0; position < shares.length; position++) {
      shares[position] = { id: ids[position] ?? '', amount: amountAt(position) };
    }
    return shares;
  }
  for (let position = 0; position < shares.length; position++) {
    shares[position] = { id: ids[position] ?? '', amount: amounts[position] ?? 0n };
  }
  return shares;
}
