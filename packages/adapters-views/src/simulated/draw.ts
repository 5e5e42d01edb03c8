/**
 * A lot from 0 up to but not including `below`, by a text: the same text draws the same, and texts that are alike draw
 * as if they were not. For simulations; no secret hangs on it.
 */
export function draw(text: string, below: bigint): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n);
  }
  // The last characters have only reached the low bits so far.
  hash = BigInt.asUintN(64, (hash ^ (hash >> 32n)) * 0xd6e8feb86659fd93n);
  hash = BigInt.asUintN(64, (hash ^ (hash >> 32n)) * 0xd6e8feb86659fd93n);
  hash ^= hash >> 32n;
  // The high bits of a product, instead of a remainder.
  return (hash * below) >> 64n;
}
