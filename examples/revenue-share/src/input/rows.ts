import { access, constants, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { type PayoutError } from '@payout-engines/core';
import { CsvError, parse } from 'csv-parse/sync';
import { invalid, PlacedError, UsageError } from './errors.ts';
import { type Line, readLines } from './lines.ts';

/** What a file holds: the columns of a CSV file, the fields of each line of an NDJSON file. */
export interface Columns {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** How files are read. */
export interface FileOptions {
  /** Columns that may be there and are not read; any other unknown column is refused. */
  readonly ignored: ReadonlySet<string>;
  /** What happens to a line that cannot be used: throw, or make a note and go on. */
  readonly onBadLine: (error: PlacedError) => void;
}

/** One line of a file: its values in the order required, then optional; `''` for one that is not given. */
export interface Row {
  readonly line: number;
  /** The file and the line, for errors. */
  readonly place: string;
  readonly values: readonly string[];
}

/**
 * Makes sure that a file is there and of a kind that can be read, before anything else is done.
 *
 * @throws UsageError
 */
export async function assertReadable(file: string): Promise<void> {
  valuesReader(file, { required: [], optional: [] }, new Set());
  try {
    await access(file, constants.R_OK);
    if ((await stat(file)).isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new UsageError(`${file} cannot be read: ${reason}`, { cause: error });
  }
}

/** The rows of a CSV or NDJSON file, in batches. A blank line is no row. */
export async function* readRows(
  file: string,
  columns: Columns,
  options: FileOptions,
): AsyncGenerator<readonly Row[]> {
  const name = basename(file);
  const readValues = valuesReader(file, columns, options.ignored);
  for await (const lines of readLines(file)) {
    const rows: Row[] = [];
    for (const line of lines) {
      const place = `${name} line ${line.number}`;
      const read = 'problem' in line ? { refusal: invalid('line', line.problem) } : readValues(line);
      if ('refusal' in read) {
        const error = new PlacedError(place, read.refusal);
        // Without its header a file says nothing, so no line of it can be used.
        if (read.fatal === true) throw error;
        options.onBadLine(error);
      } else if (read.values !== undefined) {
        rows.push({ line: line.number, place, values: read.values });
      }
    }
    yield rows;
  }
}

/** The values of a line, nothing for a header, or why the line is refused. */
type ReadValues =
  | { readonly values: readonly string[] | undefined }
  | { readonly refusal: PayoutError; readonly fatal?: boolean };
type ValuesReader = (line: Line & { readonly text: string }) => ReadValues;

function valuesReader(file: string, columns: Columns, ignored: ReadonlySet<string>): ValuesReader {
  switch (extname(file).toLowerCase()) {
    case '.csv':
      return csvReader(columns, ignored);
    case '.ndjson':
    case '.jsonl':
      return ndjsonReader(columns, ignored);
    default:
      throw new UsageError(`${basename(file)}: the name of a file ends in .csv, .ndjson or .jsonl`);
  }
}

function csvReader(columns: Columns, ignored: ReadonlySet<string>): ValuesReader {
  let positions: readonly number[] | undefined;
  let width = 0;
  return ({ text }) => {
    const fields = csvFields(text);
    if (typeof fields === 'string') return { refusal: invalid('line', fields), fatal: positions === undefined };
    if (positions === undefined) {
      const problem = headerProblem(fields, columns, ignored);
      if (problem !== undefined) return { refusal: problem, fatal: true };
      positions = [...columns.required, ...columns.optional].map((column) => fields.indexOf(column));
      width = fields.length;
      return { values: undefined };
    }
    if (fields.length !== width) {
      const reason = `it has ${counted(fields.length, 'field')}, the header has ${width}`;
      return { refusal: invalid('line', reason) };
    }
    return { values: positions.map((position) => fields[position] ?? '') };
  };
}

/**
 * The fields of one line, or what is wrong with it. A field never runs over lines, quoted or not, because no id has a
 * line break in it; so a stray quote spoils its own line and not the rest of the file.
 */
function csvFields(text: string): readonly string[] | string {
  if (!text.includes('"')) return text.split(',');
  try {
    const [fields]: readonly (readonly string[])[] = parse(text, { record_delimiter: '\n' });
    return fields ?? 'it has no fields';
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote is not closed' : 'its quotes are not those of CSV';
  }
}

function headerProblem(
  fields: readonly string[],
  { required, optional }: Columns,
  ignored: ReadonlySet<string>,
): PayoutError | undefined {
  const missing = required.find((column) => !fields.includes(column));
  if (missing !== undefined) return invalid('header', `it has no column ${missing}`);
  if (new Set(fields).size !== fields.length) return invalid('header', 'a column occurs twice');
  const known = new Set([...required, ...optional, ...ignored]);
  const position = fields.findIndex((field) => !known.has(field));
  if (position < 0) return undefined;
  return invalid('header', `column ${position + 1} is not known; leave it out or name it with --ignore-column`);
}

function ndjsonReader({ required, optional }: Columns, ignored: ReadonlySet<string>): ValuesReader {
  const columns = [...required, ...optional];
  const known = new Set([...columns, ...ignored]);
  return ({ text }) => {
    const fields = jsonObject(text);
    if (fields === undefined) return { refusal: invalid('line', 'it is not a JSON object') };
    if ([...fields.keys()].some((field) => !known.has(field))) {
      return { refusal: invalid('line', 'it has an unknown field; leave it out or name it with --ignore-column') };
    }
    const missing = required.find((column) => !fields.has(column));
    if (missing !== undefined) return { refusal: invalid(missing, 'it is missing') };
    const values: string[] = [];
    for (const column of columns) {
      const value = fieldText(fields.get(column));
      if (value === undefined) return { refusal: invalid(column, 'it must be a string') };
      values.push(value);
    }
    return { values };
  };
}

function jsonObject(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return new Map<string, unknown>(Object.entries(value));
  } catch {
    return undefined;
  }
}

/** A JSON number has other spellings than its text, and an id or an amount has one. */
function fieldText(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  return typeof value === 'boolean' ? String(value) : typeof value === 'string' ? value : undefined;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
