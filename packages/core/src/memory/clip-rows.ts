import { PayoutError } from '../errors.ts';
import { assertClip } from '../campaigns/assert-campaign.ts';
import type { Clip } from '../campaigns/clip.ts';
import type { ClipState } from '../campaigns/clip-states.ts';
import { pricedViews } from '../campaigns/priced-views.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import type { ClipFilter, ClipRows, ClipTotals } from '../ports/campaign-rows.ts';
import { byCodeUnit } from './by-code-unit.ts';
import { deepCopy } from './deep-copy.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';
import { RowIndex } from './row-index.ts';
import { TimeLine } from './time-line.ts';

/** The clips of one program, in memory. Ids are ordered by code unit. */
export function memoryClips(journal: Journal): ClipRows {
  const rows = new Table<string, Clip>(journal);
  const ofCampaigns = new RowIndex(journal);
  const ofParticipants = new RowIndex(journal);
  /** Those that are submitted or approved. */
  const due = new TimeLine(journal);

  const add = (clips: readonly Clip[]): void => {
    for (const clip of clips) assertClip(clip);
    for (const clip of clips) {
      const { id } = clip;
      if (rows.get(id) !== undefined) throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'clip', id });
      rows.set(id, copyOf(clip));
      ofCampaigns.add(clip.campaign, id);
      ofParticipants.add(clip.participant, id);
      if (isWatched(clip.state)) due.add(clip.dueAt.getTime(), id);
    }
  };

  const put = (before: Clip, after: Clip): void => {
    rows.set(after.id, after);
    const [wasDue, isDue] = [isWatched(before.state), isWatched(after.state)];
    if (wasDue && isDue && before.dueAt.getTime() === after.dueAt.getTime()) return;
    if (wasDue) due.remove(before.dueAt.getTime(), after.id);
    if (isDue) due.add(after.dueAt.getTime(), after.id);
  };

  const update = (clips: readonly Clip[]): void => {
    for (const clip of clips) assertClip(clip);
    for (const clip of clips) {
      const before = rows.get(clip.id);
      if (before === undefined) throw new PayoutError('CLIP_NOT_FOUND', { clip: clip.id });
      put(before, joined(before, clip));
    }
  };

  const lease = ({ at, until, limit }: Parameters<ClipRows['lease']>[0]): readonly Clip[] => {
    assertInstant(at, 'at');
    assertInstant(until, 'until');
    const ids: string[] = [];
    for (const id of due.after(-Infinity, '', at.getTime())) {
      if (ids.length >= limit) break;
      ids.push(id);
    }
    const taken = ids.flatMap((id) => rows.get(id) ?? []);
    for (const clip of taken) put(clip, { ...clip, dueAt: new Date(until) });
    return taken.map(copyOf);
  };

  const matching = function* (filter: ClipFilter): Generator<Clip> {
    const { campaign, participant, states, settled } = filter;
    for (const row of candidates(filter)) {
      if (campaign !== undefined && row.campaign !== campaign) continue;
      if (participant !== undefined && row.participant !== participant) continue;
      if (states?.includes(row.state) === false) continue;
      if (settled !== undefined && row.settled !== settled) continue;
      yield row;
    }
  };

  const candidates = ({ campaign, participant }: ClipFilter): Iterable<Clip> => {
    if (campaign !== undefined) return ofCampaigns.of(campaign).flatMap((id) => rows.get(id) ?? []);
    if (participant !== undefined) return ofParticipants.of(participant).flatMap((id) => rows.get(id) ?? []);
    return rows.values();
  };

  return {
    add: async (clips) => {
      journal.atomically(() => {
        add(clips);
      });
    },
    find: async (ids) => {
      assertIds(ids, 'clip');
      return ids.map((id) => rows.get(id)).map((row) => row && copyOf(row));
    },
    update: async (clips) => {
      journal.atomically(() => {
        update(clips);
      });
    },
    lease: async (query) => lease(query),
    list: async (filter, { after, limit }) => {
      if (filter.campaign !== undefined) assertId(filter.campaign, 'campaign');
      if (filter.participant !== undefined) assertId(filter.participant, 'participant');
      if (after !== undefined) assertId(after, 'clip');
      return [...matching(filter)]
        .filter(({ id }) => after === undefined || id > after)
        .sort((left, right) => byCodeUnit(left.id, right.id))
        .slice(0, limit)
        .map(copyOf);
    },
    totals: async (campaign) => {
      assertId(campaign, 'campaign');
      return totals(matching({ campaign }));
    },
  };
}

function isWatched(state: ClipState): boolean {
  return state === 'submitted' || state === 'approved';
}

function totals(clips: Iterable<Clip>): readonly ClipTotals[] {
  const byState = new Map<ClipState, ClipTotals>();
  for (const { state, views, earned, reversed } of clips) {
    const before = byState.get(state);
    byState.set(state, {
      state,
      count: (before?.count ?? 0) + 1,
      views: (before?.views ?? 0n) + pricedViews(views?.priced ?? []),
      earned: (before?.earned ?? 0n) + earned,
      reversed: (before?.reversed ?? 0n) + reversed,
    });
  }
  return [...byState.values()].sort((left, right) => byCodeUnit(left.state, right.state));
}

/** A Date can be changed by whoever holds it. */
function copyOf(clip: Clip): Clip {
  return joined(clip, clip);
}

/** What was said of a clip at its submission, with what changes of it. */
function joined(submitted: Clip, changes: Clip): Clip {
  const { id, campaign, participant, platform, content, url, submittedAt } = submitted;
  const frozen = { id, campaign, participant, platform, content, url, submittedAt };
  return deepCopy({ ...changes, ...frozen });
}
