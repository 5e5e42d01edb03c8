import type { RowSet } from './row-set.ts';
import type { Session } from './session.ts';
import type { Statement } from './statement.ts';

/** So many rows are worth a statement of their own, and few enough that the server need not wait long for the next. */
const PORTION = 2_500;

/** Whether rows are so many that the server writes some while others are prepared. */
export function isWrittenInPortions(rows: number): boolean {
  return rows > PORTION;
}

/** Writes rows by the statement of their set; many of them in portions, of which one is prepared while another is written. */
export async function writeRows<Row>(
  session: Session,
  statement: Statement,
  set: RowSet<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (!isWrittenInPortions(rows.length)) {
    await session.query(statement, ...set.params(rows));
    return;
  }
  for (let start = 0; start < rows.length; start += PORTION) {
    await session.writeBehind(statement, set.params(rows.slice(start, start + PORTION)));
  }
}
