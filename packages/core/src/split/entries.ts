import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';

/** One participant of a split. */
export interface SplitEntry {
  readonly id: string;
  /** An integer or a plain decimal string, not negative; a JS number must be a safe integer. */
  readonly weight: string | number | bigint;
}

/** The entries by column: ids and weights were read once each, so an entry that changes can do no harm. */
export interface Columns {
  readonly ids: readonly string[];
  readonly weights: readonly SplitEntry['weight'][];
}

/**
 * Takes the entries apart. Ids are known to be strings afterwards, not yet to be valid.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `INVALID_ID`
 */
export function readEntries(entries: Iterable<SplitEntry>): Columns {
  const ids: string[] = [];
  const weights: SplitEntry['weight'][] = [];
  for (const entry of entries) {
    if (typeof entry !== 'object' || entry === null) throw notAnEntry(ids.length);
    const { id, weight } = entry;
    if (typeof id !== 'string') assertId(id, `entries[${ids.length}].id`);
    ids.push(id);
    weights.push(weight);
  }
  return { ids, weights };
}

function notAnEntry(position: number): PayoutError {
  const issue = { path: `entries[${position}]`, reason: 'it is not an object with id and weight' };
  return new PayoutError('INVALID_INPUT', { issues: [issue] });
}
