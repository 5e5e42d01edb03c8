import { assertInstant, isNewReferral, type Referral, type ReferralRows } from '@payout-engines/core';
import { assertIds } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { list, listed } from '../session/params.ts';
import { instantColumn, keyColumn, RowSet, textColumn } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText, milliseconds } from '../session/statement.ts';
import { lockProgram } from './program-lock.ts';

const COLUMNS = `${anyText('referrer')}, ${anyText('referred')}, ${milliseconds('since')}`;

const FIND = (s: string): string => `
  SELECT ${COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.referral WHERE program = $1 AND referred = k.wanted OFFSET 0) AS r`;

/** The referrals of some participants and of everyone above them. UNION stops at who was seen before. */
const ABOVE = (s: string): string => `
  WITH RECURSIVE above (referrer, referred, since) AS (
    SELECT r.* FROM unnest(${listed('$2')}) AS k (wanted) CROSS JOIN LATERAL (
      SELECT referrer, referred, since FROM ${s}.referral WHERE program = $1 AND referred = k.wanted OFFSET 0
    ) AS r
    UNION
    SELECT r.* FROM above AS a CROSS JOIN LATERAL (
      SELECT referrer, referred, since FROM ${s}.referral WHERE program = $1 AND referred = a.referrer OFFSET 0
    ) AS r
  )
  SELECT ${COLUMNS} FROM above`;

const REFERRALS = new RowSet<Referral>('referral', {
  referred: keyColumn(({ referred }) => referred),
  referrer: textColumn(({ referrer }) => referrer),
  since: instantColumn(({ since }) => since),
});

const ADD = (s: string): string => REFERRALS.insert(s);

/** The referrals of one program. */
export function referralRows(session: Session): ReferralRows {
  return {
    add: (referrals) => session.operation(() => add(session, referrals)),
    find: (referred) =>
      session.operation(async () => {
        assertIds(referred, 'referred');
        if (referred.length === 0) return [];
        const found = byReferred(await session.query(FIND, list(referred)));
        return referred.map((id) => found.get(id));
      }),
  };
}

async function add(session: Session, referrals: readonly Referral[]): Promise<void> {
  for (const { referrer, referred, since } of referrals) {
    assertIds([referrer, referred], 'participant');
    assertInstant(since, 'since');
  }
  if (referrals.length === 0) return;
  await lockProgram(session, 'referrals');
  const named = new Set(referrals.flatMap(({ referrer, referred }) => [referrer, referred]));
  const graph = byReferred(await session.query(ABOVE, list([...named])));
  const added: Referral[] = [];
  for (const referral of referrals) {
    if (!isNewReferral(referral, (id) => graph.get(id))) continue;
    graph.set(referral.referred, referral);
    added.push(referral);
  }
  if (added.length === 0) return;
  await session.query(ADD, ...REFERRALS.params(inOrder(added, ({ referred }) => referred)));
}

function byReferred(rows: readonly unknown[]): Map<string, Referral> {
  return new Map(rows.map(readReferral).map((referral) => [referral.referred, referral]));
}

function readReferral(row: unknown): Referral {
  const columns = new Columns(row);
  return { referrer: columns.text(), referred: columns.text(), since: columns.instant() };
}
