import { ID_LENGTH_MAX, type SplitEntry } from './entries.ts';

/** A share whose amount is still to come. */
export interface DraftShare {
  readonly id: string;
  amount: bigint;
}

/** Many entries read in one pass. */
export interface Draft {
  readonly shares: readonly DraftShare[];
  /** The weights, all of them safe integers. */
  readonly column: Float64Array;
  /** Whether each id comes after the one before it in code-unit order, and all are therefore different. */
  readonly ascending: boolean;
}

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Reads entries with whole weights in a single pass that makes their shares at once: at a million, going over objects
 * costs more than dividing. Answers nothing where an entry needs a closer look, or is refused by it.
 */
export function draftShares(entries: readonly SplitEntry[]): Draft | undefined {
  const shares = new Array<DraftShare>(entries.length);
  const column = new Float64Array(entries.length);
  let ascending = true;
  let before = '';
  for (let position = 0; position < entries.length; position++) {
    const entry = entries[position];
    if (typeof entry !== 'object' || entry === null) return undefined;
    const { id, weight } = entry;
    if (typeof id !== 'string' || id === '' || id.length > ID_LENGTH_MAX) return undefined;
    const number = wholeWeight(weight);
    if (!(number >= 0)) return undefined;
    if (ascending) {
      ascending = before < id;
      before = id;
    }
    column[position] = number;
    shares[position] = { id, amount: 0n };
  }
  return { shares, column, ascending };
}

/** The weight if it is a safe integer, zero or more; else a number that is not zero or more. */
function wholeWeight(weight: SplitEntry['weight']): number {
  if (typeof weight === 'number') return Number.isSafeInteger(weight) ? weight : NaN;
  return typeof weight === 'bigint' && weight >= 0n && weight <= SAFE_MAX ? Number(weight) : NaN;
}
