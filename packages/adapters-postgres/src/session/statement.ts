import { ANY_TEXT } from '../executor.ts';
import type { SchemaName } from '../schema/schema-name.ts';

/**
 * One statement, written for the quoted name of a schema. A constant of its module, so that its text is made once.
 *
 * Rows are looked up by many keys as `unnest(keys) CROSS JOIN LATERAL (SELECT … OFFSET 0)`: one look into the index for
 * each key, in the order of the keys. A plain join leaves it to the planner, who knows nothing of a table that has just
 * been filled, and then reads the whole program, or all keys for each of its rows.
 */
export type Statement = (schema: string) => string;

/** The texts of the statements for one schema. */
export class Statements {
  readonly #schema: SchemaName;
  readonly #texts = new Map<Statement, string>();

  constructor(schema: SchemaName) {
    this.#schema = schema;
  }

  text(statement: Statement): string {
    let text = this.#texts.get(statement);
    if (text === undefined) {
      text = statement(this.#schema.quoted);
      this.#texts.set(statement, text);
    }
    return text;
  }
}

/** A selected column that can hold any text: an id, a page. Others begin with one of our words. */
export const anyText = (column: string): string => `${ANY_TEXT} ${column}`;

/** An instant of a column as milliseconds, exactly: EXTRACT gives NUMERIC. */
export const milliseconds = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::int8`;

/** The store's clock. It runs on inside a transaction, unlike now(), and has the milliseconds that a Date has. */
export const CLOCK = `date_trunc('milliseconds', clock_timestamp())`;

/**
 * So many rows of a page that an index has in order. Inside a SELECT the planner does not see how many, and counts on a
 * small part of them; otherwise it would take them for all there are in a table that it knows nothing of, and sort them.
 */
export const limited = (parameter: string): string => `LIMIT (SELECT ${parameter}::int8)`;
