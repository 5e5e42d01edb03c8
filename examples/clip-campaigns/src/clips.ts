import {
  type Campaign,
  type Clip,
  type Observation,
  pricedViews,
  readClipUrl,
  type UnitOfWork,
  worthOf,
} from '@payout-engines/core';
import { type Database, Refused } from '@payout-engines/example-kit';
import { campaignNames, clipLog } from './campaign-pages.ts';
import { type Engines, PROGRAM } from './program.ts';

/** A clip as a row of a list: what was counted, what it is worth, what was paid. */
export interface ClipRow {
  readonly clip: Clip;
  readonly campaign: Campaign;
  readonly campaignName: string;
  /** The last count that was read, whatever it was worth. */
  readonly viewsNow: bigint | undefined;
  /** Views that were gained since the approval, above the highest count before: those that are paid for. */
  readonly paidViews: bigint;
  /** Minor units for 1,000 views, of the last rate. */
  readonly rate: string;
  /** What was earned, less what was taken back. */
  readonly earned: bigint;
  /** What its views were worth and was not paid: beyond the budget, or above the most that one clip earns. */
  readonly cutByBudget: bigint;
  readonly cutByCap: bigint;
  readonly lastLook: Observation | undefined;
}

/** So many readings back, a count is looked for. */
const LAST = 20;
const LIST_MAX = 500;

/** Which clips are listed. */
export interface ClipChoice {
  readonly participant?: string;
  readonly campaign?: string;
  readonly states?: readonly Clip['state'][];
}

/** Clips, newest first. */
export async function clipRows({ store, query }: Database, choice: ClipChoice): Promise<readonly ClipRow[]> {
  const names = await campaignNames(query);
  const rows = await store.transact(PROGRAM, async (unit) => {
    const clips = await unit.clips.list(choice, { limit: LIST_MAX });
    const found = await unit.campaigns.find([...new Set(clips.map(({ campaign }) => campaign))]);
    const campaigns = new Map(found.flatMap((one) => (one === undefined ? [] : [[one.id, one] as const])));
    const all: ClipRow[] = [];
    for (const clip of clips) {
      const campaign = campaigns.get(clip.campaign);
      if (campaign !== undefined) all.push(await rowOf(unit, clip, campaign, names));
    }
    return all;
  });
  return [...rows].sort((left, right) => right.clip.submittedAt.getTime() - left.clip.submittedAt.getTime());
}

/** One clip. */
export async function clipRow({ store, query }: Database, id: string): Promise<ClipRow | undefined> {
  const names = await campaignNames(query);
  return store.transact(PROGRAM, async (unit) => {
    const [clip] = await unit.clips.find([id]);
    if (clip === undefined) return undefined;
    const [campaign] = await unit.campaigns.find([clip.campaign]);
    return campaign && rowOf(unit, clip, campaign, names);
  });
}

async function rowOf(
  unit: UnitOfWork,
  clip: Clip,
  campaign: Campaign,
  names: ReadonlyMap<string, string>,
): Promise<ClipRow> {
  const after = Math.max(0, clip.observations - LAST);
  const last = await unit.observations.of(clip.id, { after, limit: LAST });
  const priced = clip.views?.priced ?? [];
  const worth = worthOf(priced, campaign.rates);
  const { clipCap } = campaign.terms;
  return {
    clip,
    campaign,
    campaignName: names.get(campaign.id) ?? campaign.id,
    viewsNow: last.findLast(({ views }) => views !== undefined)?.views,
    paidViews: pricedViews(priced),
    rate: campaign.rates.at(-1)?.perThousand ?? '0',
    earned: clip.earned - clip.reversed,
    cutByBudget: clip.forfeited,
    cutByCap: clipCap !== undefined && worth > clipCap ? worth - clipCap : 0n,
    lastLook: last.at(-1),
  };
}

/** A clip that somebody wants to be counted. */
export interface Submission {
  /** Of the form: sent twice, it is one submission. */
  readonly key: string;
  readonly campaign: string;
  readonly clipper: string;
  readonly url: string;
}

const REFUSED_ADDRESS = {
  short_link:
    'Only the platform knows where a short link leads. Open it, and copy the address that your browser then shows.',
  not_an_address: 'That is not the address of a clip. Copy it from the platform, beginning with https://.',
  other_platform: 'That is on no platform that we can count: TikTok, Instagram, YouTube and X.',
  not_content: 'That is a profile, a list, a story or a stream. Copy the address of one video.',
  not_an_id: 'The address is cut off or mistyped. Copy the whole address again.',
  ambiguous: 'The address names two videos. Copy the address of one.',
} as const;

const REFUSED_CLIP = {
  duplicate:
    'Somebody else has submitted this clip already, perhaps by another address. Each clip is paid once.',
  platform_not_allowed: 'This campaign does not take clips from this platform.',
  not_running: 'The campaign takes no clips at the moment: it is not running.',
  not_started: 'The campaign has not started yet.',
  ended: 'The campaign has ended.',
  no_source: 'Nobody counts the views of this platform at the moment.',
} as const;

/**
 * Takes a clip in. The same clip again, in whatever spelling, is refused with the reason; the same form again is the
 * same submission.
 */
export async function submit(
  { query }: Database,
  { campaigns }: Engines,
  { key, campaign, clipper, url }: Submission,
): Promise<string> {
  const read = readClipUrl(url);
  if (read.kind !== 'clip') {
    const problem = read.kind === 'refused' ? read.reason : read.kind;
    throw new Refused(422, 'CLIP_URL_REFUSED', REFUSED_ADDRESS[problem]);
  }
  const { id } = await campaigns.submitClip({ program: PROGRAM, campaign, participant: clipper, url });
  const [stored] = await query('SELECT key FROM submission WHERE clip = $1', [id]);
  if (stored !== undefined && stored['key'] !== key)
    throw new Refused(
      409,
      'CLIP_SUBMITTED',
      'You have submitted this clip already, perhaps by another address. It is in your list of clips.',
    );
  await query('INSERT INTO submission (clip, key, clipper) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    id,
    key,
    clipper,
  ]);
  return id;
}

/** Why a campaign does not take a clip, as people read it. */
export function refusedClip(reason: keyof typeof REFUSED_CLIP): string {
  return REFUSED_CLIP[reason];
}

/** What the page of a clip tells of it. */
export async function clipStory(database: Database, { campaigns }: Engines, { clip: { id } }: ClipRow) {
  return {
    explanation: await campaigns.explain({ program: PROGRAM, clip: id }),
    reasons: await campaigns.whyNot({ program: PROGRAM, clip: id }),
    log: await clipLog(database, id),
  };
}
