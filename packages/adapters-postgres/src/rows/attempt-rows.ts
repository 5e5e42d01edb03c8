import {
  assertAttempt,
  assertInstant,
  assertSameAttempt,
  type Attempt,
  type AttemptRows,
  type Outflow,
} from '@payout-engines/core';
import { assertIds } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { grouped } from '../session/grouped.ts';
import { assertInvariant } from '../session/invariant.ts';
import { inOrder } from '../session/order.ts';
import { instant, list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { anyText } from '../session/statement.ts';
import { ATTEMPT_COLUMNS, ATTEMPTS, readAttempt } from './attempt-columns.ts';

const PUT = (s: string): string => ATTEMPTS.insert(s);

const OF = (s: string): string => `
  SELECT ${ATTEMPT_COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.attempt WHERE program = $1 AND payout = k.wanted OFFSET 0) AS a
  ORDER BY payout, number`;

/** Written as the index is: an open attempt counts as one that ends at the end of time. */
const OUTFLOW = (s: string): string => `
  SELECT ${anyText('participant')}, ${anyText('currency')}, sum(net)::text FROM ${s}.attempt
  WHERE program = $1 AND (ended_as IS NULL OR ended_as = 'paid')
    AND coalesce(ended_at, 'infinity'::timestamptz) > $2::timestamptz
  GROUP BY participant, currency ORDER BY participant, currency`;

const ALL = (s: string): string => `SELECT ${ATTEMPT_COLUMNS} FROM ${s}.attempt WHERE program = $1`;

/** The attempts of one program. */
export function attemptRows(session: Session): AttemptRows {
  return {
    put: (attempts) => session.operation(() => put(session, attempts)),
    of: (payouts) =>
      session.operation(async () => {
        assertIds(payouts, 'payout');
        const stored = await attemptsOf(session, payouts);
        return payouts.flatMap((payout) => stored.get(payout) ?? []);
      }),
    outflow: (since) =>
      session.operation(async () => {
        assertInstant(since, 'since');
        return (await session.query(OUTFLOW, instant(since))).map(readOutflow);
      }),
    all: async function* () {
      for await (const rows of session.stream(ALL)) yield rows.map((row) => readAttempt(new Columns(row)));
    },
  };
}

/** The attempts of each of the payouts, by number. */
async function attemptsOf(
  session: Session,
  payouts: readonly string[],
): Promise<ReadonlyMap<string, readonly Attempt[]>> {
  if (payouts.length === 0) return new Map();
  const rows = await session.query(OF, list([...new Set(payouts)]));
  return grouped(
    rows.map((row) => readAttempt(new Columns(row))),
    ({ payout }) => payout,
  );
}

/**
 * Reads all attempts of the payouts, decides about the given ones in their order, and stores the set. Where it hopes that
 * none is in the way, the conditions of the statement and the unique index decide, and nothing is read.
 */
async function put(session: Session, attempts: readonly Attempt[]): Promise<void> {
  for (const attempt of attempts) assertAttempt(attempt);
  if (attempts.length === 0) return;
  const payouts = session.hopeful(attempts.length) ? [] : attempts.map(({ payout }) => payout);
  const stored = await attemptsOf(session, payouts);
  const known = new Map([...stored.values()].flat().map((attempt) => [keyOf(attempt), attempt]));
  const added = new Map<string, Attempt>();
  for (const attempt of attempts) {
    const key = keyOf(attempt);
    const before = known.get(key);
    if (before !== undefined) assertSameAttempt(before, attempt);
    known.set(key, attempt);
    added.set(key, attempt);
  }
  assertOneLive(known.values());
  const rows = await session.query(PUT, ...ATTEMPTS.params(inOrder([...added.values()], keyOf)));
  // One of them is stored with another request, perhaps since they were read.
  if (rows.length < added.size) session.collide();
}

/** Two live attempts could both be sent. A unique index stands behind it. */
function assertOneLive(attempts: Iterable<Attempt>): void {
  const live = new Set<string>();
  for (const { payout, end } of attempts) {
    if (end !== undefined) continue;
    assertInvariant(!live.has(payout), 'a payout has at most one live attempt');
    live.add(payout);
  }
}

/** Ids have no line feed; numbers of one length stand in their order, so that one ends before the next begins. */
function keyOf({ payout, number }: Pick<Attempt, 'payout' | 'number'>): string {
  return `${payout}\n${number.toString().padStart(16, '0')}`;
}

function readOutflow(row: unknown): Outflow {
  const columns = new Columns(row);
  return { participant: columns.text(), currency: columns.text(), amount: columns.bigint() };
}
