import { assertInstant, PayoutError } from '@payout-engines/core';
import { assertInvariant } from './invariant.ts';

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

/** A column of texts as one array parameter, whatever is in them. */
export function texts(values: readonly (string | undefined)[]): string {
  return array(values, (value) => `"${text(value).replaceAll(/["\\]/g, '\\$&')}"`);
}

const SEPARATOR = '\n';
const NOTHING = '\t';

/**
 * A column of ids or of JSON, which have no control characters, as one text; `listed` makes an array of it. PostgreSQL
 * cuts a text at its line feeds three times as fast as it reads the quotes and backslashes of an array.
 */
export function list(values: readonly (string | undefined)[]): string {
  let absent = 0;
  const joined = text(
    values
      .map((value) => {
        if (value === undefined) absent += 1;
        return value ?? NOTHING;
      })
      .join(SEPARATOR),
  );
  assertInvariant(
    (joined !== '' || values.length === 0) &&
      countOf(SEPARATOR, joined) === (values.length > 0 ? values.length - 1 : 0) &&
      countOf(NOTHING, joined) === absent,
    'what is listed has no control characters',
  );
  return joined;
}

/** The SQL for the array that a `list` stands for. */
export function listed(parameter: string): string {
  return `string_to_array(${parameter}::text, E'\\n', E'\\t')`;
}

function countOf(unit: string, joined: string): number {
  let count = 0;
  for (let at = joined.indexOf(unit); at !== -1; at = joined.indexOf(unit, at + 1)) count += 1;
  return count;
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
