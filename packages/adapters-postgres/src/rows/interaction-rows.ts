import { assertId, type InteractionRows, type KindCount, type ParticipantCounts } from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import type { Session } from '../session/session.ts';
import { anyText } from '../session/statement.ts';
import { recordInteractions } from './record-interactions.ts';

/** That no period is without an id is said for the index, here and below. */
const TOTAL = (s: string): string =>
  `SELECT count(*) FROM ${s}.interaction WHERE program = $1 AND period = $2 AND period <> ''`;

const COUNTS = (s: string): string => `
  SELECT ${anyText('participant')}, ${anyText('kind')}, count(*), count(*) FILTER (WHERE actor = participant)
  FROM ${s}.interaction WHERE program = $1 AND period = $2 AND period <> ''
  GROUP BY participant, kind ORDER BY participant, kind`;

/** The interactions of one program. */
export function interactionRows(session: Session): InteractionRows {
  return {
    record: (interactions) => session.operation(() => recordInteractions(session, interactions)),
    counts: (period) => counts(session, period),
    total: (period) =>
      session.operation(async () => {
        assertId(period, 'period');
        const [row] = await session.query(TOTAL, period);
        return new Columns(row).integer();
      }),
  };
}

/** Each participant once: the last one of a batch waits for the next, which may hold more of their kinds. */
async function* counts(session: Session, period: string): AsyncGenerator<readonly ParticipantCounts[]> {
  assertId(period, 'period');
  let participant: string | undefined;
  let kinds: KindCount[] = [];
  for await (const rows of session.stream(COUNTS, period)) {
    const batch: ParticipantCounts[] = [];
    for (const row of rows) {
      const columns = new Columns(row);
      const next = columns.text();
      if (participant !== undefined && next !== participant) {
        batch.push({ participant, counts: kinds });
        kinds = [];
      }
      participant = next;
      kinds.push({ kind: columns.text(), count: columns.integer(), ownActs: columns.integer() });
    }
    if (batch.length > 0) yield batch;
  }
  if (participant !== undefined) yield [{ participant, counts: kinds }];
}
