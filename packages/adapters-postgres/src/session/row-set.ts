import type { Param } from '../executor.ts';
import {
  boolean,
  booleans,
  instant,
  instants,
  integer,
  integers,
  list,
  listed,
  text,
  texts,
} from './params.ts';

/** One column of rows that are written together. */
export interface Column<Row> {
  readonly type: 'text' | 'int8' | 'bool' | 'timestamptz';
  /** Whether its array is a `list`, which is for texts without control characters. */
  readonly listed?: true;
  /** The value that all rows share, and an array of none; or NULL, and the array of their values. */
  readonly params: (rows: readonly Row[]) => readonly [shared: Param, each: Param];
}

/**
 * Rows of one table that are written by one statement, from arrays. A column in which all rows are alike travels as one
 * value: a batch of shares has one currency, one kind and one subject, and reading them 10,000 times costs as much as
 * writing the rows.
 */
export class RowSet<Row> {
  readonly #table: string;
  readonly #columns: readonly (readonly [name: string, column: Column<Row>])[];
  readonly #conflict: string;

  /**
   * @param columns one of them, at least, made by `keyColumn`
   * @param conflict what ends the statement; the row that is stored is named `stored` in it
   */
  constructor(table: string, columns: Readonly<Record<string, Column<Row>>>, conflict = '') {
    this.#table = table;
    this.#columns = Object.entries(columns);
    this.#conflict = conflict;
  }

  /** How many parameters the statement takes. */
  get width(): number {
    return this.#columns.length << 1;
  }

  /**
   * The statement, whose parameters begin at the given number; the program is the first of all.
   *
   * @param condition says which of the rows, named `r`, are written
   */
  insert(schema: string, first = 2, condition = ''): string {
    const names = this.#columns.map(([name]) => name).join(', ');
    const values = this.#columns.map(
      ([name, { type }], index) => `coalesce(r.${name}, $${first + (index << 1)}::${type})`,
    );
    const arrays = this.#columns.map(([, column], index) => {
      const parameter = `$${first + (index << 1) + 1}`;
      return column.listed === true ? listed(parameter) : `${parameter}::${column.type}[]`;
    });
    return `INSERT INTO ${schema}.${this.#table} AS stored (program, ${names})
      SELECT $1, ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS r (${names}) ${condition} ${this.#conflict}`;
  }

  params(rows: readonly Row[]): readonly Param[] {
    return this.#columns.flatMap(([, column]) => column.params(rows));
  }
}

/** A part of the key: one value for each row, even if there is only one row. */
export function keyColumn<Row>(valueOf: (row: Row) => string): Column<Row> {
  return { type: 'text', listed: true, params: (rows) => [null, list(rows.map(valueOf))] };
}

/** Ids and JSON. */
export function textColumn<Row>(valueOf: (row: Row) => string | undefined): Column<Row> {
  return { type: 'text', listed: true, params: (rows) => column(rows.map(valueOf), text, list) };
}

/** Whatever somebody wrote, line feeds and all. */
export function writtenColumn<Row>(valueOf: (row: Row) => string | undefined): Column<Row> {
  return { type: 'text', params: (rows) => column(rows.map(valueOf), text, texts) };
}

export function integerColumn<Row>(valueOf: (row: Row) => bigint | number | undefined): Column<Row> {
  return { type: 'int8', params: (rows) => column(rows.map(valueOf), integer, integers) };
}

export function booleanColumn<Row>(valueOf: (row: Row) => boolean | undefined): Column<Row> {
  return { type: 'bool', params: (rows) => column(rows.map(valueOf), boolean, booleans) };
}

export function instantColumn<Row>(valueOf: (row: Row) => Date | undefined): Column<Row> {
  return { type: 'timestamptz', params: (rows) => column(oneDateEach(rows.map(valueOf)), instant, instants) };
}

function column<Value>(
  values: readonly (Value | undefined)[],
  one: (value: Value) => string,
  each: (values: readonly (Value | undefined)[]) => string,
): readonly [shared: Param, each: Param] {
  const [first] = values;
  if (values.some((value) => value !== first)) return [null, each(values)];
  return [first === undefined ? null : one(first), each([])];
}

/** Dates of the same time as one and the same Date, where they follow each other. */
function oneDateEach(dates: readonly (Date | undefined)[]): readonly (Date | undefined)[] {
  let before: Date | undefined;
  return dates.map((date) => {
    if (before === undefined || date?.getTime() !== before.getTime()) before = date;
    return before;
  });
}
