/** One measured number, and what it is compared with. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is compared with, by name. */
  readonly against?: string;
  /** How many times better the value is than that; below 1 it is worse. */
  readonly ratio?: number;
  /** A remark beside the row, left out of JSON. */
  readonly note?: string;
}

/** Where a benchmark puts its results: a table for people, or with `--json` one JSON object for each row. */
export interface Report {
  row(row: Row): void;
  /** A remark for people, left out of JSON. */
  text(line: string): void;
  /** Prints the rows collected so far as a table. */
  flush(): void;
}

/** A report that prints JSON lines at once, or tables at each flush. */
export function createReport(json: boolean, print: (line: string) => void = console.log): Report {
  let rows: Row[] = [];
  return {
    row(row) {
      const { name, value, unit, against = null, ratio = null } = row;
      if (json) print(JSON.stringify({ name, value, unit, against, ratio }));
      else rows.push(row);
    },
    text(line) {
      if (!json) print(line);
    },
    flush() {
      for (const line of table(rows)) print(line);
      rows = [];
    },
  };
}

function table(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => [
    row.name,
    format(row.value),
    row.unit,
    row.ratio === undefined ? '' : `${format(row.ratio)} ×`,
    row.against ?? '',
    row.note ?? '',
  ]);
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(0, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  return cells.map((line) =>
    line
      .map((cell, column) =>
        column === 1 || column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** Three significant digits for small numbers, none behind the point for large ones. */
function format(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return Number(value.toPrecision(3)).toString();
}
