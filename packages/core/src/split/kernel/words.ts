/**
 * 64-bit integers as pairs of 32-bit words, the low one first: reading and writing them as numbers is many times
 * cheaper than making a bigint of each.
 */

/** Whether the low word comes first in memory. On a processor where it does not, all is computed with bigints. */
export const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** The value of a high word's unit. */
export const WORD = 2 ** 32;

/** So many words add up to at most 2^52. A sum in one double over many more would be rounded: at a million still right, at ten wrong. */
const EXACT_RUN = 2 ** 20;

/** The words of 64-bit integers, in the same memory. */
export function wordsOf(integers: BigInt64Array | BigUint64Array): Uint32Array {
  return new Uint32Array(integers.buffer, integers.byteOffset, 2 * integers.length);
}

/** The exact sum of integers of two words, unsigned or with a signed high word; it may itself exceed 64 bits. */
export function sumOfWords(words: Uint32Array, signed: boolean): bigint {
  const signBit = signed ? 0x80000000 : 0;
  let sum = 0n;
  for (let start = 0; start < words.length; start += 2 * EXACT_RUN) {
    const end = Math.min(start + 2 * EXACT_RUN, words.length);
    let low = 0;
    let high = 0;
    for (let index = start; index < end; index += 2) {
      low += words[index] ?? 0;
      // Flipping the sign bit moves −2^31 … 2^31 − 1 to 0 … 2^32 − 1.
      high += ((words[index + 1] ?? 0) ^ signBit) >>> 0;
    }
    const shift = ((end - start) / 2) * signBit;
    sum += (BigInt(high - shift) << 32n) + BigInt(low);
  }
  return sum;
}

/** Negates in place; −2^63 stays, being its own negative in 64 bits. */
export function negate(integers: BigInt64Array): void {
  const words = wordsOf(integers);
  for (let index = 0; index < words.length; index += 2) {
    const low = words[index] ?? 0;
    words[index] = -low;
    words[index + 1] = ~(words[index + 1] ?? 0) + (low === 0 ? 1 : 0);
  }
}

/** Amounts below it repeat when many participants share a total; each of them is made a bigint once. */
const REPEATING = 2 ** 13;

/**
 * Reads 64-bit integers as bigints, small ones without allocating: with millions of participants the garbage
 * collector, which has to move every bigint, costs several times what the division does.
 */
export function bigintReader(integers: BigInt64Array): (position: number) => bigint {
  if (!LITTLE_ENDIAN) return (position) => integers[position] ?? 0n;
  const words = wordsOf(integers);
  const known = new Array<bigint | undefined>(REPEATING).fill(undefined);
  return (position) => {
    const low = words[2 * position] ?? 0;
    if (low >= REPEATING || words[2 * position + 1] !== 0) return integers[position] ?? 0n;
    return (known[low] ??= BigInt(low));
  };
}
