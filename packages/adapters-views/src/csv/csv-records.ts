/** One record of a file of comma-separated values, and the line that it begins on. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The records of a text of comma-separated values, as RFC 4180 has them: fields in quotes may hold commas, line feeds
 * and doubled quotes. A byte order mark is skipped, and so are empty lines.
 */
export function* csvRecords(text: string): Generator<CsvRecord> {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const fields: string[] = [];
    const began = line;
    for (;;) {
      const field = text[at] === '"' ? quoted(text, at) : plain(text, at);
      line += countOf(text.slice(at, field.end), '\n');
      fields.push(field.value);
      at = field.end;
      if (text[at] !== ',') break;
      at += 1;
    }
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
    line += 1;
    if (fields.length > 1 || fields[0] !== '') yield { line: began, fields };
  }
}

function plain(text: string, start: number): { readonly value: string; readonly end: number } {
  let end = start;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { value: text.slice(start, end), end };
}

/** A quote that never ends takes the rest of the text; what follows one that does, up to the comma, is no field. */
function quoted(text: string, start: number): { readonly value: string; readonly end: number } {
  let end = start + 1;
  while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) end += text[end] === '"' ? 2 : 1;
  const value = text.slice(start + 1, end).replaceAll('""', '"');
  const rest = plain(text, end + 1);
  return { value: value + rest.value, end: Math.min(rest.end, text.length) };
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}
