import {
  type Clip,
  type ClipState,
  type Platform,
  pricedViews,
  type TrackedViews,
} from '@payout-engines/core';
import { pricedViewsText, readPricedViews } from '@payout-engines/core/schemas';
import { Columns } from '../session/columns.ts';
import {
  booleanColumn,
  instantColumn,
  integerColumn,
  keyColumn,
  RowSet,
  textColumn,
} from '../session/row-set.ts';
import { anyText, milliseconds } from '../session/statement.ts';
import type { Writable } from '../session/writable.ts';

export const CLIP_STATE_WORDS: Readonly<Record<ClipState, true>> = {
  submitted: true,
  approved: true,
  rejected: true,
  withdrawn: true,
  disqualified: true,
  completed: true,
};

const PLATFORMS: Readonly<Record<Platform, true>> = { tiktok: true, instagram: true, youtube: true, x: true };

const SUBMITTED = {
  id: keyColumn<Clip>(({ id }) => id),
  campaign: textColumn<Clip>(({ campaign }) => campaign),
  participant: textColumn<Clip>(({ participant }) => participant),
  platform: textColumn<Clip>(({ platform }) => platform),
  content: textColumn<Clip>(({ content }) => content),
  url: textColumn<Clip>(({ url }) => url),
  submitted_at: instantColumn<Clip>(({ submittedAt }) => submittedAt),
};

const CHANGES = {
  state: textColumn<Clip>(({ state }) => state),
  baseline: integerColumn<Clip>(({ views }) => views?.baseline),
  high_water: integerColumn<Clip>(({ views }) => views?.highWater),
  raised_at: instantColumn<Clip>(({ views }) => views?.raisedAt),
  // `none` stands for no rate, as an empty text among others cannot be told from no text.
  priced: textColumn<Clip>(({ views }) => views && (pricedViewsText(views.priced) || NONE)),
  gained: integerColumn<Clip>(({ views }) => pricedViews(views?.priced ?? [])),
  held_views: integerColumn<Clip>(({ views }) => views?.held?.views),
  held_since: instantColumn<Clip>(({ views }) => views?.held?.since),
  approved_at: instantColumn<Clip>(({ approvedAt }) => approvedAt),
  steps: integerColumn<Clip>(({ steps }) => steps),
  earned: integerColumn<Clip>(({ earned }) => earned),
  forfeited: integerColumn<Clip>(({ forfeited }) => forfeited),
  reversed: integerColumn<Clip>(({ reversed }) => reversed),
  observations: integerColumn<Clip>(({ observations }) => observations),
  falls: integerColumn<Clip>(({ falls }) => falls),
  tries: integerColumn<Clip>(({ tries }) => tries),
  due_at: instantColumn<Clip>(({ dueAt }) => dueAt),
  settled: booleanColumn<Clip>(({ settled }) => settled),
  reason: textColumn<Clip>(({ reason }) => reason),
  decided_by: textColumn<Clip>(({ decidedBy }) => decidedBy),
  updated_at: instantColumn<Clip>(({ updatedAt }) => updatedAt),
};

const NONE = 'none';

export const NEW_CLIPS = new RowSet<Clip>('clip', { ...SUBMITTED, ...CHANGES });

/** The same rows, of clips that are stored. By ON CONFLICT, which goes by key whatever the planner thinks of the table. */
export const CHANGED_CLIPS = new RowSet<Clip>(
  'clip',
  { ...SUBMITTED, ...CHANGES },
  `ON CONFLICT (program, id) DO UPDATE
   SET ${Object.keys(CHANGES)
     .map((name) => `${name} = excluded.${name}`)
     .join(', ')}`,
);

/** What {@link readClip} reads. */
export const CLIP_COLUMNS = `${anyText('id')}, ${anyText('campaign')}, ${anyText('participant')}, platform,
  ${anyText('content')}, ${anyText('url')}, ${milliseconds('submitted_at')}, state, baseline, high_water,
  ${milliseconds('raised_at')}, ${anyText('priced')}, held_views, ${milliseconds('held_since')},
  ${milliseconds('approved_at')}, steps, earned, forfeited, reversed, observations, falls, tries,
  ${milliseconds('due_at')}, settled, ${anyText('reason')}, ${anyText('decided_by')}, ${milliseconds('updated_at')}`;

/** Field by field: spreading gives each row a shape of its own, which costs ten times as much. */
export function readClip(row: unknown): Clip {
  const columns = new Columns(row);
  const id = columns.text();
  const campaign = columns.text();
  const participant = columns.text();
  const platform = columns.word(PLATFORMS);
  const content = columns.text();
  const url = columns.text();
  const submittedAt = columns.instant();
  const state = columns.word(CLIP_STATE_WORDS);
  const views = readViews(columns);
  const approvedAt = columns.optionalInstant();
  const clip: Writable<Clip> = {
    id,
    campaign,
    participant,
    platform,
    content,
    url,
    submittedAt,
    state,
    steps: columns.integer(),
    earned: columns.bigint(),
    forfeited: columns.bigint(),
    reversed: columns.bigint(),
    observations: columns.integer(),
    falls: columns.integer(),
    tries: columns.integer(),
    dueAt: columns.instant(),
    settled: columns.boolean(),
    updatedAt: submittedAt,
  };
  const reason = columns.optionalText();
  const decidedBy = columns.optionalText();
  clip.updatedAt = columns.instant();
  if (views !== undefined) clip.views = views;
  if (approvedAt !== undefined) clip.approvedAt = approvedAt;
  if (reason !== undefined) clip.reason = reason;
  if (decidedBy !== undefined) clip.decidedBy = decidedBy;
  return clip;
}

function readViews(columns: Columns): TrackedViews | undefined {
  const baseline = columns.optionalBigint();
  const highWater = columns.optionalBigint();
  const raisedAt = columns.optionalInstant();
  const priced = columns.optionalText();
  const held = columns.optionalBigint();
  const since = columns.optionalInstant();
  if (baseline === undefined || highWater === undefined || raisedAt === undefined || priced === undefined) {
    return undefined;
  }
  const views = { baseline, highWater, raisedAt, priced: priced === NONE ? [] : readPricedViews(priced) };
  return held === undefined || since === undefined ? views : { ...views, held: { views: held, since } };
}
