import { PayoutError } from '../errors.ts';

/**
 * The order of ids that decides between equal remainders: by UTF-16 code units, which is what `<` compares and no
 * locale changes; as decimal integers, so that `9` comes before `10`; or a function as for `Array.prototype.sort`,
 * which must be a total order (two ids that it finds equal are ordered by code units).
 */
export type IdOrder = 'code-unit' | 'numeric' | ((left: string, right: string) => number);

/** Numbers of at most so many characters are safe integers. */
const SAFE_LENGTH = 15;
const DECIMAL_INTEGER = /^-?[0-9]+$/;

/**
 * Answers the order as a function under which different ids are never equal.
 *
 * @throws {@link PayoutError} with code `INVALID_ID` for an id that is not a decimal integer in the numeric order
 */
export function idComparison(
  order: IdOrder,
  ids: readonly string[],
): (left: string, right: string) => number {
  if (order === 'code-unit') return byCodeUnit;
  if (typeof order === 'function') return (left, right) => order(left, right) || byCodeUnit(left, right);
  if (order !== 'numeric') {
    const reason = "it is not 'code-unit', 'numeric' or a function";
    throw new PayoutError('INVALID_INPUT', { issues: [{ path: 'options.order', reason }] });
  }
  const position = ids.findIndex((id) => !DECIMAL_INTEGER.test(id));
  if (position >= 0) {
    const reason = 'it is not a decimal integer, which the numeric order compares';
    throw new PayoutError('INVALID_ID', { field: `entries[${position}].id`, reason });
  }
  return byNumber;
}

function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function byNumber(left: string, right: string): number {
  if (left.length <= SAFE_LENGTH && right.length <= SAFE_LENGTH) {
    return Number(left) - Number(right) || byCodeUnit(left, right);
  }
  const difference = BigInt(left) - BigInt(right);
  // "7" and "07" are different ids of one number.
  return difference < 0n ? -1 : difference > 0n ? 1 : byCodeUnit(left, right);
}
