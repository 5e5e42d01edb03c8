import type { SchemaName } from '../schema/schema-name.ts';

/** One statement, written for the quoted name of a schema. A constant of its module, so that its text is made once. */
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

/** An instant of a column as milliseconds, exactly: EXTRACT gives NUMERIC. */
export const milliseconds = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::int8`;

/** The store's clock. It runs on inside a transaction, unlike now(), and has the milliseconds that a Date has. */
export const CLOCK = `date_trunc('milliseconds', clock_timestamp())`;
