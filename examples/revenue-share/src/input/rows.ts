import { access, constants, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { at, invalid, PlacedError, UsageError } from './errors.ts';
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

/** One line of a file. */
export interface Row {
  readonly line: number;
  /** The file and the line, for errors. */
  readonly place: string;
  /**
   * The values in the order required, then optional; `''` for one that is not given.
   *
   * Throws `INVALID_INPUT` for a line that cannot be read. Only here, so that of all bad lines the first is the first
   * to be met, whatever is wrong with it.
   */
  readonly values: () => readonly string[];
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
  { ignored }: FileOptions,
): AsyncGenerator<readonly Row[]> {
  const name = basename(file);
  const read = valuesReader(file, columns, ignored);
  let header = !read.hasHeader;
  for await (const lines of readLines(file)) {
    const rows: Row[] = [];
    for (const line of lines) {
      const place = `${name} line ${line.number}`;
      const values = (): readonly string[] => read.values(textOf(line));
      if (header) rows.push({ line: line.number, place, values });
      // Without its header a file says nothing, so this is never passed over.
      else at(place, () => read.header(textOf(line)));
      header = true;
    }
    yield rows;
  }
  if (!header) throw new PlacedError(name, invalid('header', 'the file is empty'));
}

function textOf(line: Line): string {
  if ('problem' in line) throw invalid('line', line.problem);
  return line.text;
}

/** How one kind of file is read. Everything that is wrong is thrown as `INVALID_INPUT`. */
interface ValuesReader {
  readonly hasHeader: boolean;
  readonly header: (text: string) => void;
  readonly values: (text: string) => readonly string[];
}

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
  let positions: readonly number[] = [];
  let width = 0;
  return {
    hasHeader: true,
    header: (text) => {
      const fields = csvFields(text);
      assertHeader(fields, columns, ignored);
      positions = [...columns.required, ...columns.optional].map((column) => fields.indexOf(column));
      width = fields.length;
    },
    values: (text) => {
      const fields = csvFields(text);
      if (fields.length !== width) {
        throw invalid('line', `it has ${counted(fields.length, 'field')}, the header has ${width}`);
      }
      return positions.map((position) => fields[position] ?? '');
    },
  };
}

/**
 * The fields of one line. A field never runs over lines, quoted or not, because no id has a line break in it; so a
 * stray quote spoils its own line and not the rest of the file.
 */
function csvFields(text: string): readonly string[] {
  if (!text.includes('"')) return text.split(',');
  try {
    const [fields = []]: readonly (readonly string[])[] = parse(text, { record_delimiter: '\n' });
    return fields;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const open = error.code === 'CSV_QUOTE_NOT_CLOSED';
    throw invalid('line', open ? 'a quote is not closed' : 'its quotes are not those of CSV');
  }
}

function assertHeader(
  fields: readonly string[],
  { required, optional }: Columns,
  ignored: ReadonlySet<string>,
): void {
  const missing = required.find((column) => !fields.includes(column));
  if (missing !== undefined) throw invalid('header', `it has no column ${missing}`);
  if (new Set(fields).size !== fields.length) throw invalid('header', 'a column occurs twice');
  const known = new Set([...required, ...optional, ...ignored]);
  const position = fields.findIndex((field) => !known.has(field));
  if (position < 0) return;
  throw invalid(
    'header',
    `column ${position + 1} is not known; leave it out or name it with --ignore-column`,
  );
}

function ndjsonReader({ required, optional }: Columns, ignored: ReadonlySet<string>): ValuesReader {
  const columns = [...required, ...optional];
  const known = new Set([...columns, ...ignored]);
  return {
    hasHeader: false,
    header: () => undefined,
    values: (text) => {
      const fields = jsonObject(text);
      if (fields === undefined) throw invalid('line', 'it is not a JSON object');
      for (const field of fields.keys()) {
        if (known.has(field)) continue;
        throw invalid('line', 'it has an unknown field; leave it out or name it with --ignore-column');
      }
      const missing = required.find((column) => !fields.has(column));
      if (missing !== undefined) throw invalid(missing, 'it is missing');
      return columns.map((column) => fieldText(column, fields.get(column)));
    },
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
function fieldText(column: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value;
  throw invalid(column, 'it must be a string');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
