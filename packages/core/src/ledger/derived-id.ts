/**
 * An id derived from its cause: the parts joined by `/`, each escaped so that different parts never give one id.
 *
 * @example
 * ```ts
 * import { derivedId } from '@payout-engines/core';
 *
 * derivedId('share', '2026-10-01', 'r0', 'u42'); // => 'share/2026-10-01/r0/u42'
 * ```
 */
export function derivedId(...parts: readonly string[]): string {
  return parts.map(escapedPart).join('/');
}

/** A part that cannot be mistaken for two: `%` and `/` are written as `%25` and `%2F`. */
export function escapedPart(part: string): string {
  if (!part.includes('/') && !part.includes('%')) return part;
  return part.replaceAll('%', '%25').replaceAll('/', '%2F');
}
