import {
  assertCampaign,
  assertId,
  assertInstant,
  type Campaign,
  type CampaignRows,
  inRange,
  type ParticipantSpend,
  PayoutError,
} from '@payout-engines/core';
import { assertIds, byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { assertLimit } from '../session/limit.ts';
import { inOrder } from '../session/order.ts';
import { instant, list, listed } from '../session/params.ts';
import { integerColumn, keyColumn, RowSet } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText, limited, type Statement } from '../session/statement.ts';
import { CAMPAIGN_COLUMNS, CHANGED_CAMPAIGNS, NEW_CAMPAIGNS, readCampaign } from './campaign-columns.ts';

const byKey = (s: string, how: string): string => `
  SELECT ${CAMPAIGN_COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.campaign WHERE program = $1 AND id = k.wanted ${how}) AS c`;

const FIND = (s: string): string => byKey(s, 'OFFSET 0');

/** Locks one row after the other, in the order of the array, and gives each as it is after the wait. */
const LOCK = (s: string): string => byKey(s, 'FOR NO KEY UPDATE');

/** An id that another transaction has added meanwhile makes everything run again. */
const ADD = (s: string): string => NEW_CAMPAIGNS.insert(s);

const UPDATE = (s: string): string => CHANGED_CAMPAIGNS.insert(s);

/** What was deposited is named for the index. */
const DUE = (s: string): string => `
  SELECT ${CAMPAIGN_COLUMNS} FROM ${s}.campaign
  WHERE program = $1 AND deposited >= 0 AND due_at <= $2::timestamptz ORDER BY due_at, id ${limited('$3')}`;

const LIST = (s: string): string => `
  SELECT ${CAMPAIGN_COLUMNS} FROM ${s}.campaign
  WHERE program = $1 AND ($2::text IS NULL OR state = ANY (${listed('$2')})) AND id > $3
  ORDER BY id ${limited('$4')}`;

const SPENDS = (s: string): string => `
  SELECT ${anyText('k.campaign')}, ${anyText('k.participant')}, earned
  FROM unnest(${listed('$2')}, ${listed('$3')}) AS k (campaign, participant)
  CROSS JOIN LATERAL (
    SELECT earned FROM ${s}.campaign_spend
    WHERE program = $1 AND campaign = k.campaign AND participant = k.participant OFFSET 0
  ) AS c`;

const SPEND_ROWS = new RowSet<ParticipantSpend>(
  'campaign_spend',
  {
    campaign: keyColumn(({ campaign }) => campaign),
    participant: keyColumn(({ participant }) => participant),
    earned: integerColumn(({ earned }) => earned),
  },
  'ON CONFLICT (program, campaign, participant) DO UPDATE SET earned = excluded.earned',
);

const PUT_SPENDS = (s: string): string => SPEND_ROWS.insert(s);

/** The campaigns of one program. */
export function campaignRows(session: Session): CampaignRows {
  return {
    add: (campaigns) => session.operation(() => add(session, campaigns)),
    find: (ids) => session.operation(() => read(session, FIND, ids)),
    lock: (ids) => session.operation(() => read(session, LOCK, ids)),
    update: (campaigns) => session.operation(() => update(session, campaigns)),
    due: ({ at, limit }) =>
      session.operation(async () => {
        assertInstant(at, 'at');
        assertLimit(limit);
        return (await session.query(DUE, instant(at), limit.toString())).map(readCampaign);
      }),
    list: ({ states, after, limit }) =>
      session.operation(async () => {
        if (after !== undefined) assertId(after, 'campaign');
        assertLimit(limit);
        const among = states === undefined ? null : list(states);
        return (await session.query(LIST, among, after ?? '', limit.toString())).map(readCampaign);
      }),
    spends: (keys) =>
      session.operation(async () => {
        for (const key of keys) assertKey(key);
        if (keys.length === 0) return [];
        const rows = await session.query(
          SPENDS,
          list(keys.map(({ campaign }) => campaign)),
          list(keys.map(({ participant }) => participant)),
        );
        const found = new Map(rows.map(readSpend).map((spend) => [keyOf(spend), spend.earned]));
        return keys.map((key) => found.get(keyOf(key)) ?? 0n);
      }),
    putSpends: (spends) =>
      session.operation(async () => {
        for (const spend of spends) {
          assertKey(spend);
          if (inRange(spend.earned) < 0n)
            throw new PayoutError('INVALID_AMOUNT', { reason: 'what is earned is below zero' });
        }
        if (spends.length === 0) return;
        const last = new Map(spends.map((spend) => [keyOf(spend), spend]));
        await session.query(PUT_SPENDS, ...SPEND_ROWS.params(inOrder([...last.values()], keyOf)));
      }),
  };
}

/** Sorted, so that whoever locks several of them does so in one order. */
async function read(
  session: Session,
  statement: Statement,
  ids: readonly string[],
): Promise<readonly (Campaign | undefined)[]> {
  assertIds(ids, 'campaign');
  if (ids.length === 0) return [];
  const found = byId((await session.query(statement, list([...new Set(ids)].sort()))).map(readCampaign));
  return ids.map((id) => found.get(id));
}

async function add(session: Session, campaigns: readonly Campaign[]): Promise<void> {
  for (const campaign of campaigns) assertCampaign(campaign);
  if (campaigns.length === 0) return;
  const ids = campaigns.map(({ id }) => id);
  const taken = new Set((await read(session, FIND, ids)).flatMap((stored) => stored?.id ?? []));
  for (const id of ids) {
    if (taken.has(id)) throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'campaign', id });
    taken.add(id);
  }
  await session.query(ADD, ...NEW_CAMPAIGNS.params(inOrder(campaigns, ({ id }) => id)));
}

async function update(session: Session, campaigns: readonly Campaign[]): Promise<void> {
  for (const campaign of campaigns) assertCampaign(campaign);
  if (campaigns.length === 0) return;
  const last = byId(campaigns);
  const stored = byId((await read(session, LOCK, [...last.keys()])).flatMap((campaign) => campaign ?? []));
  const changed = [...last.values()].map((campaign) => {
    const before = stored.get(campaign.id);
    if (before === undefined) throw new PayoutError('CAMPAIGN_NOT_FOUND', { campaign: campaign.id });
    return campaign;
  });
  await session.query(UPDATE, ...CHANGED_CAMPAIGNS.params(inOrder(changed, ({ id }) => id)));
}

type SpendKey = Pick<ParticipantSpend, 'campaign' | 'participant'>;

function assertKey({ campaign, participant }: SpendKey): void {
  assertId(campaign, 'campaign');
  assertId(participant, 'participant');
}

/** One text for both: ids have no line feed. */
function keyOf({ campaign, participant }: SpendKey): string {
  return `${campaign}\n${participant}`;
}

function readSpend(row: unknown): ParticipantSpend {
  const columns = new Columns(row);
  return { campaign: columns.text(), participant: columns.text(), earned: columns.bigint() };
}
