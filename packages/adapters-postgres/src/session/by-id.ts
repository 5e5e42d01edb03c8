import { assertId } from '@payout-engines/core';

/** Throws `INVALID_ID` unless all are ids. */
export function assertIds(ids: readonly string[], field: string): void {
  for (const id of ids) assertId(id, field);
}

/** Rows by their id. */
export function byId<Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}
