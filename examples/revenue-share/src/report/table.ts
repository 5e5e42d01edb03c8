/** A column of a table: its heading, and on which side its values stand. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A table in plain text, its columns as wide as what is in them. A row that is a text stands as it is. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[] | string)[],
): readonly string[] {
  const cells = [columns.map(({ title }) => title), ...rows.filter((row) => typeof row !== 'string')];
  const widths = columns.map((_, index) =>
    cells.reduce((widest, row) => Math.max(widest, (row[index] ?? '').length), 0),
  );
  const line = (row: readonly string[]): string =>
    widths
      .map((width, index) => {
        const text = row[index] ?? '';
        return columns[index]?.align === 'right' ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [
    line(columns.map(({ title }) => title)),
    ...rows.map((row) => (typeof row === 'string' ? row : line(row))),
  ];
}
