import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';

/** As long as any id may be. */
const LENGTH_MAX = 255;

/**
 * An id derived from its cause: the parts joined by `/`, each escaped so that different parts never give one id.
 *
 * Where that is longer than an id may be, because ids of its parts are long themselves, it is `%` and the SHA-256 of it
 * in its place; no escaped part begins so.
 *
 * @example
 * ```ts
 * import { derivedId } from '@payout-engines/core';
 *
 * derivedId('share', '2026-10-01', 'r0', 'u42'); // => 'share/2026-10-01/r0/u42'
 * ```
 */
export function derivedId(...parts: readonly string[]): string {
  const id = parts.map(escapedPart).join('/');
  return id.length <= LENGTH_MAX ? id : `%${bytesToHex(sha256(utf8ToBytes(id)))}`;
}

/** A part that cannot be mistaken for two: `%` and `/` are written as `%25` and `%2F`. */
export function escapedPart(part: string): string {
  if (!part.includes('/') && !part.includes('%')) return part;
  return part.replaceAll('%', '%25').replaceAll('/', '%2F');
}
