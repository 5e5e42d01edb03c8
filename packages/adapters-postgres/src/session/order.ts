/** The rows in the order of their keys: rows are written in it, so that writers do not lock each other out and indexes grow at one end. */
export function inOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string): readonly Row[] {
  return isInOrder(rows, keyOf)
    ? rows
    : rows
        .map((row) => ({ row, key: keyOf(row) }))
        .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
        .map(({ row }) => row);
}

function isInOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string): boolean {
  let before: string | undefined;
  for (const row of rows) {
    const key = keyOf(row);
    if (before !== undefined && key < before) return false;
    before = key;
  }
  return true;
}
