import { Columns } from '../session/columns.ts';
import type { Session } from '../session/session.ts';
import { CLOCK, milliseconds } from '../session/statement.ts';

const NOW = (): string => `SELECT ${milliseconds(CLOCK)} WHERE $1::text IS NOT NULL`;

/** The store's clock. */
export async function now(session: Session): Promise<Date> {
  const [row] = await session.query(NOW);
  return new Columns(row).instant();
}
