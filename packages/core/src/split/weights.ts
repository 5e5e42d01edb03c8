import { PayoutError } from '../errors.ts';
import { coefficientAt, parseDecimal, type ExactDecimal } from '../money/decimal.ts';
import type { SplitEntry } from './entries.ts';

type Weight = SplitEntry['weight'];

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);
const WORDS_MAX = 2n ** 64n;

/**
 * The weights as integers of one scale: as numbers if all are whole and safe, else as bigints.
 *
 * @throws {@link PayoutError} with code `INVALID_WEIGHT`
 */
export function weightList(weights: readonly Weight[]): readonly number[] | readonly bigint[] {
  const numbers: number[] = [];
  for (let position = 0; position < weights.length; position++) {
    const number = safeInteger(weights[position] ?? '', position);
    if (number < 0) return scaledWeights(weights);
    numbers.push(number);
  }
  return numbers;
}

/**
 * As {@link weightList}, but as a column if the integers fit one.
 *
 * @throws {@link PayoutError} with code `INVALID_WEIGHT`
 */
export function weightColumn(weights: readonly Weight[]): Float64Array | BigUint64Array | readonly bigint[] {
  const column = new Float64Array(weights.length);
  for (let position = 0; position < weights.length; position++) {
    const number = safeInteger(weights[position] ?? '', position);
    if (number < 0) {
      const integers = scaledWeights(weights);
      return integers.every((weight) => weight < WORDS_MAX) ? BigUint64Array.from(integers) : integers;
    }
    column[position] = number;
  }
  return column;
}

/** The weight, if it is a safe integer; -1, if it has to be read exactly. */
function safeInteger(weight: Weight, position: number): number {
  if (typeof weight === 'number') {
    if (weight >= 0 && Number.isSafeInteger(weight)) return weight;
    throw invalid(
      position,
      weight < 0 ? 'it is negative' : 'a number must be a safe integer; write fractions as strings',
    );
  }
  return typeof weight === 'bigint' && weight >= 0n && weight <= SAFE_MAX ? Number(weight) : -1;
}

/** All weights times the power of ten that makes every one of them an integer. */
function scaledWeights(weights: readonly Weight[]): readonly bigint[] {
  const decimals = Array.from(weights, exactDecimal);
  const scale = decimals.reduce((largest, decimal) => Math.max(largest, decimal.scale), 0);
  return decimals.map((decimal) =>
    decimal.scale === scale ? decimal.coefficient : coefficientAt(decimal, scale),
  );
}

function exactDecimal(weight: Weight, position: number): ExactDecimal {
  let decimal: ExactDecimal;
  try {
    decimal = parseDecimal(weight);
  } catch (error) {
    if (!PayoutError.is(error, 'INVALID_DECIMAL')) throw error;
    throw new PayoutError('INVALID_WEIGHT', { position, reason: error.details.reason }, { cause: error });
  }
  if (decimal.coefficient < 0n) throw invalid(position, 'it is negative');
  return decimal;
}

function invalid(position: number, reason: string): PayoutError {
  return new PayoutError('INVALID_WEIGHT', { position, reason });
}
