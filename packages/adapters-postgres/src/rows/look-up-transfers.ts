import type { Transfer, TransferRequest } from '@payout-engines/core';
import { assertInvariant } from '../session/invariant.ts';
import { byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { CLOCK, milliseconds } from '../session/statement.ts';
import { readTransfer, TRANSFER_COLUMNS } from './transfer-columns.ts';

/** The time in the first column, and in the others nothing but NULL where nothing is stored. */
const LOOK_UP = (s: string): string => `
  SELECT ${milliseconds('clock.now')}, t.program IS NOT NULL, ${TRANSFER_COLUMNS}
  FROM (SELECT ${CLOCK} AS now) AS clock
  LEFT JOIN (
    unnest(${listed('$2')}) AS k (id)
    CROSS JOIN LATERAL (SELECT * FROM ${s}.transfer WHERE program = $1 AND id = k.id OFFSET 0) AS t
  ) ON true`;

/** The time, and what is stored of a batch and of what it reverses. */
export async function lookUpTransfers(
  session: Session,
  requests: readonly TransferRequest[],
): Promise<{ readonly at: Date; readonly stored: ReadonlyMap<string, Transfer> }> {
  const ids = requests.flatMap(({ id, reverses }) => (reverses === undefined ? [id] : [id, reverses]));
  let at: Date | undefined;
  const stored: Transfer[] = [];
  for (const row of await session.query(LOOK_UP, list(ids))) {
    const columns = new Columns(row);
    at = columns.instant();
    if (columns.boolean()) stored.push(readTransfer(columns));
  }
  assertInvariant(at !== undefined, 'the clock has a time');
  return { at, stored: byId(stored) };
}
