import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';

/** One participant of a split. */
export interface SplitEntry {
  readonly id: string;
  /** An integer or a plain decimal string, not negative; a JS number must be a safe integer. */
  readonly weight: string | number | bigint;
}

/**
 * The ids of the entries, as strings that are not checked further yet.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `INVALID_ID`
 */
export function idsOf(entries: readonly SplitEntry[]): readonly string[] {
  const ids = new Array<string>(entries.length);
  for (let position = 0; position < entries.length; position++) {
    const id = entryAt(entries, position).id;
    if (typeof id !== 'string') assertId(id, `entries[${position}].id`);
    ids[position] = id;
  }
  return ids;
}

/**
 * The weight of one entry, not checked yet.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`
 */
export function weightAt(entries: readonly SplitEntry[], position: number): SplitEntry['weight'] {
  return entryAt(entries, position).weight;
}

function entryAt(entries: readonly SplitEntry[], position: number): SplitEntry {
  const entry = entries[position];
  if (typeof entry === 'object' && entry !== null) return entry;
  const issue = { path: `entries[${position}]`, reason: 'it is not an object with id and weight' };
  throw new PayoutError('INVALID_INPUT', { issues: [issue] });
}
