import { assertInstant, PayoutError } from '@payout-engines/core';

/** What an array of PostgreSQL takes without escapes: printable ASCII but for the quote and the backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** What a text of PostgreSQL cannot keep: NUL, and halves of surrogate pairs, which UTF-8 would turn into others. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** A text as one parameter. Throws `INVALID_INPUT` if PostgreSQL could not give it back as it is. */
export function text(value: string, path = 'text'): string {
  if (UNSTORABLE.test(value)) {
    const reason = 'it has a NUL character or half a surrogate pair, which PostgreSQL cannot store';
    throw new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
  }
  return value;
}

/** A column of texts as one array parameter. */
export function texts(values: readonly (string | undefined)[]): string {
  return array(values, (value) =>
    PLAIN.test(value) ? `"${value}"` : `"${text(value).replaceAll(/["\\]/g, '\\$&')}"`,
  );
}

/** A whole number as one parameter. */
export function integer(value: bigint | number): string {
  return value.toString();
}

/** A column of whole numbers. */
export function integers(values: readonly (bigint | number | undefined)[]): string {
  return array(values, integer);
}

/** A boolean as one parameter. */
export function boolean(value: boolean): string {
  return value ? 't' : 'f';
}

/** A column of booleans. */
export function booleans(values: readonly (boolean | undefined)[]): string {
  return array(values, boolean);
}

/** A column of instants. Throws `INVALID_INSTANT` for what no store keeps. */
export function instants(values: readonly (Date | undefined)[]): string {
  return array(values, instant);
}

/** An instant as one parameter. */
export function instant(value: Date): string {
  assertInstant(value, 'an instant');
  return value.toISOString();
}

function array<Value>(values: readonly (Value | undefined)[], element: (value: Value) => string): string {
  let literal = '{';
  let separator = '';
  for (const value of values) {
    literal += separator + (value === undefined ? 'NULL' : element(value));
    separator = ',';
  }
  return `${literal}}`;
}
