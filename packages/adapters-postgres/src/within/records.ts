import { PayoutError } from '@payout-engines/core';
import { Columns } from '../session/columns.ts';

/** The one column of a statement that gives records. */
export const RECORD = 'record';

/** A statement for a client that reads values in its own way and gives rows as objects. */
export interface RecordStatement {
  readonly sql: string;
  /** Whether it gives rows; each has the one column {@link RECORD}. */
  readonly gives: 'records' | 'nothing';
}

/** Parameters that some clients write in ways of their own if they know the type: `t` as false, infinity as no date. */
const READ_BY_CLIENTS = /(\$\d+)::(bool|timestamptz)\b(?!\[)/g;

const DECLARE = /^(\s*DECLARE \w+ NO SCROLL CURSOR FOR)\s(.*)$/s;

/**
 * Makes one text of each row, as PostgreSQL itself writes a row: two columns of one name stay two, and what a client
 * does with integers, booleans and dates cannot touch them.
 */
export function recordStatement(text: string): RecordStatement {
  const sql = text.replaceAll(READ_BY_CLIENTS, '$1::text::$2');
  const declare = DECLARE.exec(sql);
  if (declare?.[1] !== undefined && declare[2] !== undefined) {
    return { sql: `${declare[1]} ${selected(declare[2])}`, gives: 'nothing' };
  }
  const { ctes, main } = parted(sql);
  switch (/^\s*(\w+)/.exec(main)?.[1]?.toUpperCase()) {
    case 'SELECT':
      return { sql: ctes === '' ? selected(main) : answered(ctes, main), gives: 'records' };
    case 'INSERT':
    case 'UPDATE':
    case 'DELETE':
      return /\bRETURNING\b/.test(main)
        ? { sql: answered(ctes, main), gives: 'records' }
        : { sql, gives: 'nothing' };
    case 'FETCH':
      return { sql, gives: 'records' };
    default:
      return { sql, gives: 'nothing' };
  }
}

function selected(select: string): string {
  return `SELECT ROW(answer.*)::text AS ${RECORD} FROM (${select}) AS answer`;
}

/** What writes can only be asked as a WITH of the whole statement. */
function answered(ctes: string, main: string): string {
  const before = ctes === '' ? 'WITH' : `${ctes},`;
  return `${before} answer AS (${main}) SELECT ROW(answer.*)::text AS ${RECORD} FROM answer`;
}

const WITH = /^\s*WITH\s/i;
/** A text, or a bracket. */
const SIGN = /'[^']*'|[()]/g;
/** What follows a bracket that does not end the last WITH: the body of one whose columns are named, or the next one. */
const GOES_ON = /^\s*(?:,|AS\b)/i;

/** A statement, and the WITH that may stand before it. */
function parted(sql: string): { readonly ctes: string; readonly main: string } {
  if (!WITH.test(sql)) return { ctes: '', main: sql };
  let depth = 0;
  for (const { 0: sign, index } of sql.matchAll(SIGN)) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    const rest = sql.slice(index + 1);
    if (sign === ')' && depth === 0 && !GOES_ON.test(rest)) {
      return { ctes: sql.slice(0, index + 1), main: rest };
    }
  }
  throw new PayoutError('INVARIANT_BROKEN', { invariant: 'a WITH stands before a statement' });
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
