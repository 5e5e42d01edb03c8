import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';

/** The longest id, in UTF-16 units, as for `assertId`. */
export const ID_LENGTH_MAX = 255;

/** One participant of a split. */
export interface SplitEntry {
  /** A string of 1 to 255 UTF-16 units, different from all others. */
  readonly id: string;
  /** An integer or a plain decimal string, not negative; a JS number must be a safe integer. */
  readonly weight: string | number | bigint;
}

/** Entries taken apart: each id and each weight was read once, so later changes of an entry do nothing. */
export interface EntryColumns {
  readonly ids: readonly string[];
  /** Not checked yet. */
  readonly weights: readonly SplitEntry['weight'][];
}

/**
 * Takes the entries apart.
 *
 * Ids are only compared here, and any two different strings can be, so their characters are not looked at: where ids
 * come in to be stored, `assertId` does that. Doing it again would cost as much as the whole division.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `INVALID_ID`
 */
export function readEntries(list: readonly SplitEntry[]): EntryColumns {
  const ids = new Array<string>(list.length);
  const weights = new Array<SplitEntry['weight']>(list.length);
  for (let position = 0; position < list.length; position++) {
    const entry = list[position];
    if (typeof entry !== 'object' || entry === null) throw notAnEntry(position);
    const { id, weight } = entry;
    if (typeof id !== 'string' || id === '' || id.length > ID_LENGTH_MAX) {
      assertId(id, `entries[${position}].id`);
    }
    ids[position] = id;
    weights[position] = weight;
  }
  return { ids, weights };
}

/** Whether the entries are an array already, and need not be made one. */
export function isList(entries: Iterable<SplitEntry>): entries is readonly SplitEntry[] {
  return Array.isArray(entries);
}

function notAnEntry(position: number): PayoutError {
  const issue = { path: `entries[${position}]`, reason: 'it is not an object with id and weight' };
  return new PayoutError('INVALID_INPUT', { issues: [issue] });
}
