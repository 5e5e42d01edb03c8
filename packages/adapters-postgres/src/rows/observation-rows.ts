import {
  assertId,
  assertObservation,
  type Finding,
  type Observation,
  type ObservationRows,
  PayoutError,
} from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import { assertLimit } from '../session/limit.ts';
import { inOrder } from '../session/order.ts';
import { integers, list, listed } from '../session/params.ts';
import { instantColumn, integerColumn, keyColumn, RowSet, textColumn } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText, limited, milliseconds } from '../session/statement.ts';
import { writeRows } from '../session/write-rows.ts';

const FOUND: Readonly<Record<Finding, true>> = {
  baseline: true,
  growth: true,
  no_growth: true,
  fall: true,
  held: true,
  accepted: true,
  excluded: true,
  not_counted: true,
  unknown: true,
  failed: true,
};

const OBSERVATIONS = new RowSet<Observation>('observation', {
  clip: keyColumn(({ clip }) => clip),
  number: integerColumn(({ number }) => number),
  at: instantColumn(({ at }) => at),
  finding: textColumn(({ finding }) => finding),
  views: integerColumn(({ views }) => views),
  reason: textColumn(({ reason }) => reason),
  growth: integerColumn(({ growth }) => growth),
  rate: integerColumn(({ rate }) => rate),
  earned: integerColumn(({ earned }) => earned),
  cut_by_clip: integerColumn(({ cutByClip }) => cutByClip),
  cut_by_participant: integerColumn(({ cutByParticipant }) => cutByParticipant),
  cut_by_budget: integerColumn(({ cutByBudget }) => cutByBudget),
});

const STORED = (s: string): string => `
  SELECT ${anyText('k.clip')}, k.number FROM unnest(${listed('$2')}, $3::int8[]) AS k (clip, number)
  CROSS JOIN LATERAL (
    SELECT FROM ${s}.observation WHERE program = $1 AND clip = k.clip AND number = k.number OFFSET 0
  ) AS o`;

/** A number that another transaction has added meanwhile makes everything run again. */
const ADD = (s: string): string => OBSERVATIONS.insert(s);

const OF = (s: string): string => `
  SELECT number, ${milliseconds('at')}, finding, views, ${anyText('reason')}, growth, rate, earned, cut_by_clip,
    cut_by_participant, cut_by_budget
  FROM ${s}.observation WHERE program = $1 AND clip = $2 AND number > $3::int8 ORDER BY number ${limited('$4')}`;

/** What was read of the clips of one program. */
export function observationRows(session: Session): ObservationRows {
  return {
    add: (observations) => session.operation(() => add(session, observations)),
    of: (clip, { after = 0, limit }) =>
      session.operation(async () => {
        assertId(clip, 'clip');
        assertLimit(after);
        assertLimit(limit);
        const rows = await session.query(OF, clip, after.toString(), limit.toString());
        return rows.map((row) => readObservation(clip, row));
      }),
  };
}

async function add(session: Session, observations: readonly Observation[]): Promise<void> {
  for (const observation of observations) assertObservation(observation);
  if (observations.length === 0) return;
  const hopeful =
    session.hopeful(observations.length) && new Set(observations.map(keyOf)).size === observations.length;
  const taken = hopeful ? new Set<string>() : await storedKeys(session, observations);
  for (const observation of observations) {
    const key = keyOf(observation);
    if (taken.has(key))
      throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'observation', id: observation.clip });
    taken.add(key);
  }
  await writeRows(
    session,
    ADD,
    OBSERVATIONS,
    inOrder(observations, ({ clip }) => clip),
  );
}

async function storedKeys(session: Session, observations: readonly Observation[]): Promise<Set<string>> {
  const rows = await session.query(
    STORED,
    list(observations.map(({ clip }) => clip)),
    integers(observations.map(({ number }) => number)),
  );
  return new Set(
    rows.map((row) => {
      const columns = new Columns(row);
      return keyOf({ clip: columns.text(), number: columns.integer() });
    }),
  );
}

/** One text for both: ids have no line feed. */
function keyOf({ clip, number }: Pick<Observation, 'clip' | 'number'>): string {
  return `${clip}\n${number}`;
}

function readObservation(clip: string, row: unknown): Observation {
  const columns = new Columns(row);
  const number = columns.integer();
  const at = columns.instant();
  const finding = columns.word(FOUND);
  const views = columns.optionalBigint();
  const reason = columns.optionalText();
  return {
    clip,
    number,
    at,
    finding,
    ...(views === undefined ? {} : { views }),
    ...(reason === undefined ? {} : { reason }),
    growth: columns.bigint(),
    rate: columns.integer(),
    earned: columns.bigint(),
    cutByClip: columns.bigint(),
    cutByParticipant: columns.bigint(),
    cutByBudget: columns.bigint(),
  };
}
