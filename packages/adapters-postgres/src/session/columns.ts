import { assertInvariant } from './invariant.ts';

/**
 * Reads the columns of one row from left to right, each as what it must be. What PostgreSQL wrote is checked here once,
 * so that nothing wrongly read is ever counted as money.
 */
export class Columns {
  readonly #row: readonly unknown[];
  #next = 0;

  constructor(row: unknown) {
    assertInvariant(Array.isArray(row), 'a row is an array');
    this.#row = row;
  }

  text(): string {
    const value = this.optionalText();
    assertInvariant(value !== undefined, 'a column has a value');
    return value;
  }

  optionalText(): string | undefined {
    const value = this.#row[this.#next];
    this.#next += 1;
    if (value === null) return undefined;
    assertInvariant(typeof value === 'string', 'a column is text');
    return value;
  }

  /** One of the words; every word that is stored was written by this library. */
  word<Word extends string>(words: Readonly<Record<Word, true>>): Word {
    const value = this.text();
    assertInvariant(isKey(words, value), 'a stored word is known');
    return value;
  }

  optionalWord<Word extends string>(words: Readonly<Record<Word, true>>): Word | undefined {
    const value = this.optionalText();
    assertInvariant(value === undefined || isKey(words, value), 'a stored word is known');
    return value;
  }

  bigint(): bigint {
    const value = this.optionalBigint();
    assertInvariant(value !== undefined, 'a column has a value');
    return value;
  }

  optionalBigint(): bigint | undefined {
    const value = this.optionalText();
    if (value === undefined) return undefined;
    assertInvariant(WHOLE.test(value), 'a column is a whole number');
    return BigInt(value);
  }

  /** A whole number that is no amount: a count, a version. */
  integer(): number {
    const value = this.optionalInteger();
    assertInvariant(value !== undefined, 'a column has a value');
    return value;
  }

  optionalInteger(): number | undefined {
    const value = this.optionalText();
    if (value === undefined) return undefined;
    const integer: unknown = WHOLE.test(value) ? JSON.parse(value) : undefined;
    assertInvariant(isSafeInteger(integer), 'a column is a whole number that JavaScript can hold');
    return integer;
  }

  boolean(): boolean {
    const value = this.optionalBoolean();
    assertInvariant(value !== undefined, 'a column has a value');
    return value;
  }

  optionalBoolean(): boolean | undefined {
    const value = this.optionalText();
    assertInvariant(value === undefined || value === 't' || value === 'f', 'a column is a boolean');
    return value === undefined ? undefined : value === 't';
  }

  /** An instant, read as milliseconds since 1970. */
  instant(): Date {
    return new Date(this.integer());
  }

  optionalInstant(): Date | undefined {
    const milliseconds = this.optionalInteger();
    return milliseconds === undefined ? undefined : new Date(milliseconds);
  }
}

const WHOLE = /^-?\d+$/;

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isKey<Word extends string>(words: Readonly<Record<Word, true>>, value: string): value is Word {
  return Object.hasOwn(words, value);
}
