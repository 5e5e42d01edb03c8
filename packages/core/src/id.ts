import { PayoutError } from './errors.ts';

/** The longest id, in UTF-16 units. */
const ID_LENGTH_MAX = 255;

/** Nearly every id is printable ASCII; one pattern over it is cheaper than looking at each unit. */
const PRINTABLE_ASCII = /^[ -~]{1,255}$/;

/**
 * Throws unless the value is an id: a string of 1 to 255 UTF-16 units, well-formed (no half of a surrogate pair) and
 * without control characters, so that every store, file and provider keeps it as it is.
 *
 * @throws {@link PayoutError} with code `INVALID_ID`
 *
 * @example
 * ```ts
 * import { assertId, PayoutError } from '@payout-engines/core';
 *
 * try {
 *   assertId('', 'participant');
 * } catch (error) {
 *   PayoutError.is(error, 'INVALID_ID') && error.details; // => { field: 'participant', reason: 'it is empty' }
 * }
 * ```
 */
export function assertId(value: unknown, field: string): asserts value is string {
  const reason = idProblem(value);
  if (reason !== undefined) throw new PayoutError('INVALID_ID', { field, reason });
}

/** Why a value is no id, or nothing when it is one: for rules, which report all of their problems at once. */
export function idProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'it is not a string';
  if (PRINTABLE_ASCII.test(value)) return undefined;
  if (value.length === 0) return 'it is empty';
  if (value.length > ID_LENGTH_MAX) return `it is longer than ${ID_LENGTH_MAX} UTF-16 units`;
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    if (isControl(unit)) return 'it has a control character';
    if (!isSurrogate(unit)) continue;
    // charCodeAt past the end is NaN, which no range contains.
    if (!isHighSurrogate(unit) || !isLowSurrogate(value.charCodeAt(index + 1)))
      return 'it has half a surrogate pair';
    index++;
  }
  return undefined;
}

function isControl(unit: number): boolean {
  return unit < 0x20 || (unit >= 0x7f && unit <= 0x9f);
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
