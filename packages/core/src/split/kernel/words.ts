/**
 * 64-bit integers as pairs of 32-bit words: reading and writing them as numbers is many times cheaper than making a
 * bigint of each.
 */

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** The offset of the low word in a pair; that of the high word is {@link HIGH}. */
export const LOW = LITTLE_ENDIAN ? 0 : 1;
export const HIGH = LITTLE_ENDIAN ? 1 : 0;

export const WORD = 2 ** 32;

/** So many low words add up to less than 2^53; a sum of more of them would round in a double. */
const EXACT_RUN = 2 ** 20;

export function wordsOf(integers: BigInt64Array | BigUint64Array): Uint32Array {
  return new Uint32Array(integers.buffer, integers.byteOffset, 2 * integers.length);
}

/** The exact sum of signed 64-bit integers, which may itself exceed 64 bits. */
export function sumOf(integers: BigInt64Array): bigint {
  const words = wordsOf(integers);
  let sum = 0n;
  for (let start = 0; start < words.length; start += 2 * EXACT_RUN) {
    const end = Math.min(start + 2 * EXACT_RUN, words.length);
    let low = 0;
    let high = 0;
    for (let index = start; index < end; index += 2) {
      low += words[index + LOW] ?? 0;
      high += (words[index + HIGH] ?? 0) | 0;
    }
    sum += (BigInt(high) << 32n) + BigInt(low);
  }
  return sum;
}

/** Negates in place; −2^63 stays, being its own negative in 64 bits. */
export function negate(integers: BigInt64Array): void {
  const words = wordsOf(integers);
  for (let index = 0; index < words.length; index += 2) {
    const low = words[index + LOW] ?? 0;
    words[index + LOW] = -low;
    words[index + HIGH] = ~(words[index + HIGH] ?? 0) + (low === 0 ? 1 : 0);
  }
}
