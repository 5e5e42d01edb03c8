import { PayoutError } from '../../errors.ts';
import { DOUBLE_SUM_MAX, GUESS_MAX } from './bounds.ts';
import { sumOfWords, WORD, wordsOf } from './words.ts';

/** Weights as a caller may keep them in a column. */
export type WeightColumn = Float64Array | BigInt64Array | BigUint64Array;

/** What a first look at the weights tells. */
export interface Survey {
  readonly weightSum: bigint;
  /** The largest weight, as a double. */
  readonly largest: number;
  /** Each weight as a double; exact below 2^53. */
  readonly doubles: Float64Array;
  /** Each weight as two words, if doubles are not enough for exact remainders. */
  readonly words: Uint32Array | undefined;
}

/**
 * Checks and adds up the weights. A form of them that the caller did not give is written into the memory of `shares`,
 * which needs it only at the end.
 *
 * @throws {@link PayoutError} with code `INVALID_WEIGHT`
 */
export function survey(weights: WeightColumn, shares: BigInt64Array): Survey {
  return weights instanceof Float64Array ? surveyDoubles(weights, shares) : surveyIntegers(weights, shares);
}

function surveyDoubles(weights: Float64Array, shares: BigInt64Array): Survey {
  const { sum, largest, valid } = addUp(weights);
  if (!valid || largest > Number.MAX_SAFE_INTEGER) throw firstInvalid(weights);
  // Sums of non-negative integers only grow: if the last one is below 2^53, none on the way was rounded.
  if (sum < DOUBLE_SUM_MAX && largest < GUESS_MAX) {
    return { weightSum: BigInt(sum), largest, doubles: weights, words: undefined };
  }
  const words = wordsOf(shares);
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    words[2 * index] = weight;
    words[2 * index + 1] = weight / WORD;
  }
  return { weightSum: sumOfWords(words, false), largest, doubles: weights, words };
}

interface Added {
  readonly sum: number;
  readonly largest: number;
  /** Whether none is negative, fractional or NaN. */
  readonly valid: boolean;
}

function addUp(weights: Float64Array): Added {
  let valid = true;
  let largest = 0;
  let evenSum = 0;
  let oddSum = 0;
  const pairsEnd = weights.length - (weights.length % 2);
  // By pairs: the two sums need not wait for each other.
  for (let index = 0; index < pairsEnd; index += 2) {
    const weight = weights[index] ?? 0;
    const next = weights[index + 1] ?? 0;
    evenSum += weight;
    oddSum += next;
    if (weight > largest) largest = weight;
    if (next > largest) largest = next;
    // Asked for what is right, because NaN fails every comparison.
    if (!(weight >= 0 && Math.floor(weight) === weight && next >= 0 && Math.floor(next) === next))
      valid = false;
  }
  if (pairsEnd === weights.length) return { sum: evenSum + oddSum, largest, valid };
  const last = weights[pairsEnd] ?? 0;
  const lastValid = last >= 0 && Math.floor(last) === last;
  return { sum: evenSum + oddSum + last, largest: Math.max(largest, last), valid: valid && lastValid };
}

function firstInvalid(weights: Float64Array): PayoutError {
  const position = weights.findIndex((weight) => !(Number.isSafeInteger(weight) && weight >= 0));
  const reason = (weights[position] ?? 0) < 0 ? 'it is negative' : 'it is not a safe integer';
  return new PayoutError('INVALID_WEIGHT', { position, reason });
}

function surveyIntegers(weights: BigInt64Array | BigUint64Array, shares: BigInt64Array): Survey {
  const words = wordsOf(weights);
  const doubles = new Float64Array(shares.buffer);
  let largest = 0;
  for (let index = 0; index < doubles.length; index++) {
    const weight = (words[2 * index + 1] ?? 0) * 2 ** 32 + (words[2 * index] ?? 0);
    if (weight > largest) largest = weight;
    doubles[index] = weight;
  }
  // Read without its sign, a negative weight is 2^63 or more; so is the largest positive one, rounded.
  if (weights instanceof BigInt64Array && largest >= 2 ** 63) refuseNegative(weights);
  const weightSum = sumOfWords(words, false);
  const exact = weightSum < BigInt(DOUBLE_SUM_MAX) && largest < GUESS_MAX;
  return { weightSum, largest, doubles, words: exact ? undefined : words };
}

function refuseNegative(weights: BigInt64Array | BigUint64Array): void {
  const position = weights.findIndex((weight) => weight < 0n);
  if (position >= 0) throw new PayoutError('INVALID_WEIGHT', { position, reason: 'it is negative' });
}

/**
 * The weights as a list, for those that are too few for a survey.
 *
 * @throws {@link PayoutError} with code `INVALID_WEIGHT`
 */
export function checkedNumbers(weights: Float64Array): readonly number[] {
  const list: number[] = [];
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    if (!(Number.isSafeInteger(weight) && weight >= 0)) throw firstInvalid(weights);
    list.push(weight);
  }
  return list;
}

/** As {@link checkedNumbers}, for 64-bit integers. */
export function checkedIntegers(weights: BigInt64Array | BigUint64Array): readonly bigint[] {
  refuseNegative(weights);
  return Array.from(weights);
}
