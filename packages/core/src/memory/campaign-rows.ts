import { PayoutError } from '../errors.ts';
import { assertCampaign } from '../campaigns/assert-campaign.ts';
import type { Campaign } from '../campaigns/campaign.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { inRange } from '../money/range.ts';
import type { CampaignRows, ParticipantSpend } from '../ports/campaign-rows.ts';
import { byCodeUnit } from './by-code-unit.ts';
import { deepCopy } from './deep-copy.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';
import { TimeLine } from './time-line.ts';

/** The campaigns of one program, in memory. Ids are ordered by code unit. */
export function memoryCampaigns(journal: Journal): CampaignRows {
  const rows = new Table<string, Campaign>(journal);
  const due = new TimeLine(journal);
  const earned = new Table<string, bigint>(journal);

  const add = (campaigns: readonly Campaign[]): void => {
    for (const campaign of campaigns) assertCampaign(campaign);
    for (const campaign of campaigns) {
      const { id } = campaign;
      if (rows.get(id) !== undefined) throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'campaign', id });
      rows.set(id, deepCopy(campaign));
      due.add(campaign.dueAt.getTime(), id);
    }
  };

  const update = (campaigns: readonly Campaign[]): void => {
    for (const campaign of campaigns) assertCampaign(campaign);
    for (const campaign of campaigns) {
      const before = rows.get(campaign.id);
      if (before === undefined) throw new PayoutError('CAMPAIGN_NOT_FOUND', { campaign: campaign.id });
      const { id, terms, createdAt } = before;
      rows.set(id, deepCopy({ ...campaign, id, terms, createdAt }));
      if (before.dueAt.getTime() === campaign.dueAt.getTime()) continue;
      due.remove(before.dueAt.getTime(), id);
      due.add(campaign.dueAt.getTime(), id);
    }
  };

  const find = async (ids: readonly string[]): Promise<readonly (Campaign | undefined)[]> => {
    assertIds(ids, 'campaign');
    return ids.map((id) => rows.get(id)).map((row) => row && deepCopy(row));
  };

  return {
    add: async (campaigns) => {
      journal.atomically(() => {
        add(campaigns);
      });
    },
    find,
    lock: find,
    update: async (campaigns) => {
      journal.atomically(() => {
        update(campaigns);
      });
    },
    due: async ({ at, limit }) => {
      assertInstant(at, 'at');
      const found: Campaign[] = [];
      for (const id of due.after(-Infinity, '', at.getTime())) {
        if (found.length >= limit) break;
        const row = rows.get(id);
        if (row !== undefined) found.push(deepCopy(row));
      }
      return found;
    },
    list: async ({ states, after, limit }) => {
      if (after !== undefined) assertId(after, 'campaign');
      return [...rows.values()]
        .filter(({ id, state }) => (after === undefined || id > after) && (states?.includes(state) ?? true))
        .sort((left, right) => byCodeUnit(left.id, right.id))
        .slice(0, limit)
        .map((row) => deepCopy(row));
    },
    spends: async (keys) => {
      for (const key of keys) assertKey(key);
      return keys.map((key) => earned.get(keyOf(key)) ?? 0n);
    },
    putSpends: async (spends) => {
      for (const spend of spends) {
        assertKey(spend);
        assertEarned(spend);
      }
      for (const spend of spends) earned.set(keyOf(spend), spend.earned);
    },
  };
}

type SpendKey = Pick<ParticipantSpend, 'campaign' | 'participant'>;

function assertKey({ campaign, participant }: SpendKey): void {
  assertId(campaign, 'campaign');
  assertId(participant, 'participant');
}

function assertEarned({ earned }: ParticipantSpend): void {
  if (inRange(earned) < 0n)
    throw new PayoutError('INVALID_AMOUNT', { reason: 'what is earned is below zero' });
}

/** One text for both: ids have no line feed. */
function keyOf({ campaign, participant }: SpendKey): string {
  return `${campaign}\n${participant}`;
}
