import { PayoutError } from '../errors.ts';

/** What a database or a file could not keep: the character of code zero, and half a surrogate pair. */
// eslint-disable-next-line no-control-regex -- that character is what is looked for
const UNSTORABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * Throws unless the value is text that every store keeps to the byte: well-formed, without the character of code zero,
 * and of at most so many UTF-16 units. Any other character is welcome, line feeds too; it may be empty.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`
 */
export function assertText(value: unknown, path: string, most?: number): asserts value is string {
  const reason = textProblem(value, most);
  if (reason !== undefined) throw new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}

function textProblem(value: unknown, most: number | undefined): string | undefined {
  if (typeof value !== 'string') return 'it must be text';
  if (most !== undefined && value.length > most) return `it is longer than ${most} UTF-16 units`;
  return UNSTORABLE.test(value) ? 'it has a character that cannot be stored' : undefined;
}
