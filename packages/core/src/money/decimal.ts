import { PayoutError } from '../errors.ts';

/**
 * An exact decimal: `coefficient / 10^scale`, with `scale` from 0 to 58.
 *
 * An integer and a power of ten have no precision setting that could round in silence, and comparing, adding and
 * multiplying them is integer arithmetic.
 */
export interface ExactDecimal {
  readonly coefficient: bigint;
  readonly scale: number;
}

/** What a caller may write for a rate or a weight: a decimal string, or a whole number. */
export type DecimalInput = string | number | bigint;

/** The longest decimal that is read, sign and point included. */
const DECIMAL_LENGTH_MAX = 60;
const PLAIN_DECIMAL = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;
const COEFFICIENT_MAX = 10n ** 60n;

/**
 * Reads a decimal exactly.
 *
 * Accepted are plain decimal strings of at most 60 characters (`"0.05"`, `"-3"`, `"1.250"`), safe integers and
 * bigints below 10^60. A JS number with a fraction is refused: `0.1` is not the decimal 0.1.
 *
 * @throws {@link PayoutError} with code `INVALID_DECIMAL`
 *
 * @example
 * ```ts
 * import { parseDecimal } from '@payout-engines/core/money';
 *
 * parseDecimal('0.25'); // => { coefficient: 25n, scale: 2 }
 * ```
 */
export function parseDecimal(input: DecimalInput): ExactDecimal {
  if (typeof input === 'bigint') return { coefficient: boundedCoefficient(input), scale: 0 };
  if (typeof input === 'number') {
    if (!Number.isSafeInteger(input))
      throw invalid('a number must be a safe integer; write fractions as strings');
    return { coefficient: BigInt(input), scale: 0 };
  }
  if (typeof input !== 'string') throw invalid('it must be a decimal string or an integer');
  if (input.length > DECIMAL_LENGTH_MAX) throw invalid(`it is longer than ${DECIMAL_LENGTH_MAX} characters`);
  const parts = PLAIN_DECIMAL.exec(input);
  if (parts === null) {
    throw invalid(
      'it must be digits with an optional minus and point, without exponent, spaces or leading zeros',
    );
  }
  const [, sign = '', whole = '', fraction = ''] = parts;
  const coefficient = BigInt(whole + fraction);
  return { coefficient: sign === '-' ? -coefficient : coefficient, scale: fraction.length };
}

/**
 * Writes a decimal in its shortest plain form.
 *
 * @example
 * ```ts
 * import { formatDecimal } from '@payout-engines/core/money';
 *
 * formatDecimal({ coefficient: 3950n, scale: 2 }); // => '39.5'
 * ```
 */
export function formatDecimal(value: ExactDecimal): string {
  const text = formatScaled(value.coefficient, value.scale);
  return value.scale === 0 ? text : text.replace(/\.?0+$/, '');
}

/** Writes `coefficient / 10^scale` with all of its `scale` places. */
export function formatScaled(coefficient: bigint, scale: number): string {
  const negative = coefficient < 0n;
  const digits = (negative ? -coefficient : coefficient).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale);
  return (negative ? '-' : '') + (scale === 0 ? whole : `${whole}.${fraction}`);
}

/** The coefficient that the decimal has at a scale at least as large as its own. */
export function coefficientAt(value: ExactDecimal, scale: number): bigint {
  return value.coefficient * 10n ** BigInt(scale - value.scale);
}

/** Negative, zero or positive as the left decimal is below, equal to or above the right one. */
export function compareDecimals(left: ExactDecimal, right: ExactDecimal): number {
  const scale = left.scale > right.scale ? left.scale : right.scale;
  const difference = coefficientAt(left, scale) - coefficientAt(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function boundedCoefficient(value: bigint): bigint {
  if (value >= COEFFICIENT_MAX || value <= -COEFFICIENT_MAX) throw invalid('it has more than 60 digits');
  return value;
}

function invalid(reason: string): PayoutError {
  return new PayoutError('INVALID_DECIMAL', { reason });
}
