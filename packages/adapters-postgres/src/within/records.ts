import { Columns } from '../session/columns.ts';

/** The one column of a statement that gives records. */
export const RECORD = 'record';

/** A statement for a client that reads values in its own way and gives rows as objects. */
export interface RecordStatement {
  readonly sql: string;
  /** Whether it gives rows; each has the one column {@link RECORD}. */
  readonly gives: 'records' | 'nothing';
}

const DECLARE = /^(\s*DECLARE \w+ NO SCROLL CURSOR FOR)\s(.*)$/s;

/**
 * Makes one text of each row, as PostgreSQL itself writes a row: two columns of one name stay two, and what a client does
 * with integers, booleans and dates cannot touch them.
 */
export function recordStatement(sql: string): RecordStatement {
  const declare = DECLARE.exec(sql);
  if (declare?.[1] !== undefined && declare[2] !== undefined) {
    return { sql: `${declare[1]} ${selected(declare[2])}`, gives: 'nothing' };
  }
  switch (/^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase()) {
    case 'SELECT':
    case 'WITH':
      return { sql: selected(sql), gives: 'records' };
    case 'INSERT':
    case 'UPDATE':
    case 'DELETE':
      return /\bRETURNING\b/.test(sql)
        ? { sql: `WITH r AS (${sql}) SELECT ROW(r.*)::text AS ${RECORD} FROM r`, gives: 'records' }
        : { sql, gives: 'nothing' };
    case 'FETCH':
      return { sql, gives: 'records' };
    default:
      return { sql, gives: 'nothing' };
  }
}

function selected(sql: string): string {
  return `SELECT ROW(r.*)::text AS ${RECORD} FROM (${sql}) AS r`;
}

/** The columns of the row that the client gave for a record. */
export function readRecord(row: unknown): readonly (string | null)[] {
  const text = typeof row === 'object' && row !== null && RECORD in row ? row[RECORD] : undefined;
  return fieldsOf(new Columns([text]).text());
}

/** `(1,"a ""word""",,t)`: nothing is NULL; what holds signs of its own stands in quotes, and has them doubled. */
function fieldsOf(record: string): readonly (string | null)[] {
  const fields: (string | null)[] = [];
  for (let at = 1; ;) {
    const field = record[at] === '"' ? quotedField(record, at) : plainField(record, at);
    fields.push(field.value);
    if (record[field.end] !== ',') return fields;
    at = field.end + 1;
  }
}

interface Field {
  readonly value: string | null;
  readonly end: number;
}

function plainField(record: string, at: number): Field {
  const comma = record.indexOf(',', at);
  const end = comma === -1 ? record.length - 1 : comma;
  return { value: end === at ? null : record.slice(at, end), end };
}

function quotedField(record: string, at: number): Field {
  let quote = record.indexOf('"', at + 1);
  while (record[quote + 1] === '"') quote = record.indexOf('"', quote + 2);
  const value = record
    .slice(at + 1, quote)
    .replaceAll('""', '"')
    .replaceAll('\\\\', '\\');
  return { value, end: quote + 1 };
}
