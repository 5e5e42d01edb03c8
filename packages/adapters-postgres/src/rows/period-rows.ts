import {
  assertId,
  assertInstant,
  assertPeriod,
  overlaps,
  PayoutError,
  type Period,
  type PeriodRecord,
  type PeriodRows,
} from '@payout-engines/core';
import { instants, list, listed, text } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { PERIOD_COLUMNS, readPeriod } from './period-columns.ts';
import { passAlone } from './period-gate.ts';
import { lockProgram } from './program-lock.ts';

const FIND = (s: string): string =>
  `SELECT ${PERIOD_COLUMNS} FROM ${s}.period WHERE program = $1 AND id = $2`;

const LOCK = (s: string): string => `${FIND(s)} FOR UPDATE`;

const ALL = (s: string): string =>
  `SELECT ${PERIOD_COLUMNS} FROM ${s}.period WHERE program = $1 ORDER BY start_at`;

/** Those of an id, and those in the time around all new ones: what a new period can collide with. */
const NEAR = (s: string): string => `
  SELECT ${PERIOD_COLUMNS} FROM ${s}.period
  WHERE program = $1 AND (id = ANY (${listed('$2')})
    OR end_at > (SELECT min(at) FROM unnest($3::timestamptz[]) AS n (at))
    AND start_at < (SELECT max(at) FROM unnest($4::timestamptz[]) AS n (at)))`;

const OPEN = (s: string): string => `
  INSERT INTO ${s}.period (program, id, start_at, end_at, state)
  SELECT $1, p.id, p.start_at, p.end_at, 'open'
  FROM unnest(${listed('$2')}, $3::timestamptz[], $4::timestamptz[]) AS p (id, start_at, end_at)`;

const SET_STATE = (s: string): string => `
  UPDATE ${s}.period SET state = $3 WHERE program = $1 AND id = $2 RETURNING id`;

/** The periods of one program. */
export function periodRows(session: Session): PeriodRows {
  const one = async (statement: typeof FIND, id: string): Promise<PeriodRecord | undefined> => {
    assertId(id, 'period');
    const [row] = await session.query(statement, id);
    return row === undefined ? undefined : readPeriod(row);
  };
  return {
    open: (periods) => session.operation(() => open(session, periods)),
    find: (id) => session.operation(() => one(FIND, id)),
    lock: (id) =>
      session.operation(async () => {
        assertId(id, 'period');
        await passAlone(session, id);
        return one(LOCK, id);
      }),
    setState: (id, state) =>
      session.operation(async () => {
        assertId(id, 'period');
        await passAlone(session, id);
        const rows = await session.query(SET_STATE, id, text(state));
        if (rows.length === 0) throw new PayoutError('PERIOD_NOT_FOUND', { period: id });
      }),
    all: () => session.operation(async () => (await session.query(ALL)).map(readPeriod)),
  };
}

async function open(session: Session, periods: readonly Period[]): Promise<void> {
  for (const { id, start, end } of periods) {
    assertId(id, 'period');
    assertInstant(start, 'start');
    assertInstant(end, 'end');
    assertPeriod({ id, start, end });
  }
  if (periods.length === 0) return;
  await lockProgram(session, 'periods');
  const near = await session.query(NEAR, ...periodParams(periods));
  const known: Period[] = near.map(readPeriod);
  const added: Period[] = [];
  for (const period of periods) {
    if (isNew(period, known)) {
      known.push(period);
      added.push(period);
    }
  }
  if (added.length > 0) await session.query(OPEN, ...periodParams(added));
}

function periodParams(periods: readonly Period[]): readonly string[] {
  return [
    list(periods.map(({ id }) => id)),
    instants(periods.map(({ start }) => start)),
    instants(periods.map(({ end }) => end)),
  ];
}

/** Whether the period is not there yet. Throws if another has its id or shares an instant with it. */
function isNew(period: Period, known: readonly Period[]): boolean {
  const { id, start, end } = period;
  const stored = known.find((other) => other.id === id);
  if (stored !== undefined) {
    if (stored.start.getTime() === start.getTime() && stored.end.getTime() === end.getTime()) return false;
    throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'period', id });
  }
  const [first] = known
    .filter((other) => overlaps(period, other))
    .sort((left, right) => left.start.getTime() - right.start.getTime());
  if (first !== undefined) throw new PayoutError('PERIOD_OVERLAP', { period: id, overlaps: first.id });
  return true;
}
