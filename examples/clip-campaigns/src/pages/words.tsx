import type {
  Campaign,
  CampaignStatistics,
  Clip,
  ClipWhyNot,
  CompletionReason,
  Finding,
  Payout,
  Platform,
  UnknownViews,
  ViewFailure,
} from '@payout-engines/core';
import { Amount, Day, PAYOUT_STATE_WORDS, Time } from '@payout-engines/example-kit';
import type { Child } from 'hono/jsx';
import type { ClipRow } from '../clips.ts';
import { EVERY_HOURS, USD } from '../program.ts';

type Tone = 'waits' | 'goes' | 'good' | 'bad' | 'over';

interface Words {
  readonly word: string;
  readonly tone: Tone;
  readonly means: string;
}

export const PLATFORM_NAMES: Readonly<Record<Platform, string>> = {
  tiktok: 'TikTok',
  instagram: 'Instagram',
  youtube: 'YouTube',
  x: 'X',
};

const CLIP_WORDS: Readonly<Record<Clip['state'], Words>> = {
  submitted: { word: 'Waiting for approval', tone: 'waits', means: 'Somebody has to look at it first.' },
  approved: {
    word: 'Counting',
    tone: 'good',
    means: `Its views are read every ${EVERY_HOURS} hours, and what they gain is paid.`,
  },
  rejected: { word: 'Rejected', tone: 'over', means: 'It does not take part.' },
  withdrawn: {
    word: 'Withdrawn',
    tone: 'over',
    means: 'It is not counted any more, and keeps what it has earned.',
  },
  disqualified: {
    word: 'Disqualified',
    tone: 'bad',
    means: 'It should not have earned. What was not paid out yet was taken back.',
  },
  completed: { word: 'Final', tone: 'over', means: 'Its campaign has ended: what it has earned is final.' },
};

const CAMPAIGN_WORDS: Readonly<Record<Campaign['state'], Words>> = {
  draft: { word: 'No money yet', tone: 'waits', means: 'It starts when money is put into it.' },
  running: { word: 'Running', tone: 'good', means: 'Views are counted and paid.' },
  paused: {
    word: 'Paused',
    tone: 'waits',
    means: 'Nothing is read or paid. What grows meanwhile is paid when it goes on.',
  },
  completed: { word: 'Ended', tone: 'over', means: 'All amounts are final.' },
};

const ENDED_BECAUSE: Readonly<Record<CompletionReason, string>> = {
  spent: 'its budget was spent to the last cent',
  ended: 'its last day was over',
  idle: 'nothing grew any more',
  operator: 'an operator ended it',
};

/** Paid by hand: what the states mean where a person does it. */
const PAYOUT_WORDS: Readonly<Record<Payout['state'], Words>> = {
  ...PAYOUT_STATE_WORDS,
  approved: { word: 'Approved', tone: 'waits', means: 'Somebody pays it next.' },
  processing: { word: 'Being paid', tone: 'goes', means: 'Somebody is paying it now.' },
  completed: { word: 'Paid', tone: 'good', means: 'The money was sent, under the transaction id below.' },
};

function Word({ words: { word, tone, means } }: { readonly words: Words }) {
  return (
    <span class={`state ${tone}`} title={means}>
      {word}
    </span>
  );
}

export function ClipState({ state }: { readonly state: Clip['state'] }) {
  return <Word words={CLIP_WORDS[state]} />;
}

export function CampaignState({ state }: { readonly state: Campaign['state'] }) {
  return <Word words={CAMPAIGN_WORDS[state]} />;
}

export function PayoutStateWord({ state }: { readonly state: Payout['state'] }) {
  return <Word words={PAYOUT_WORDS[state]} />;
}

export function clipMeans(state: Clip['state']): string {
  return CLIP_WORDS[state].means;
}

export function clipWord(state: Clip['state']): string {
  return CLIP_WORDS[state].word;
}

export function campaignMeans({ state, reason }: Campaign): string {
  if (state === 'completed' && reason !== undefined) return `It has ended because ${ENDED_BECAUSE[reason]}.`;
  return CAMPAIGN_WORDS[state].means;
}

export function payoutMeans(state: Payout['state']): string {
  return PAYOUT_WORDS[state].means;
}

/** Whole numbers, by thousands. */
export function count(views: bigint): string {
  return views.toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** Minor units for 1,000 views, as people say it. */
export function Rate({ perThousand }: { readonly perThousand: string }) {
  return (
    <span>
      <Amount minor={BigInt(perThousand.split('.')[0] ?? '0')} currency={USD} /> per 1,000
    </span>
  );
}

/** Why there was no count, and who can do what about it. */
const SOURCE_WORDS: Readonly<Record<UnknownViews | ViewFailure, readonly [what: string, next: string]>> = {
  missing: ['The platform does not know this clip.', 'If it was deleted, nothing more can be paid for it.'],
  private: ['The clip is private.', 'Make it public, so that its views can be read.'],
  removed: ['The clip was taken down.', 'Nothing more can be paid for it unless it comes back.'],
  hidden: ['The clip hides its views.', 'Show them, so that they can be read.'],
  uncounted: ['This is a picture: it has no views.', 'Submit a video.'],
  quota_exceeded: [
    'What we may ask the platform for today is used up.',
    'Nothing to do: it is read again later.',
  ],
  rate_limited: ['The platform asked us to wait.', 'Nothing to do: it is read again later.'],
  unauthorized: ['The platform did not let us in.', 'The operators have to renew their key.'],
  refused: ['The platform did not accept the question.', 'The operators have to look into it.'],
  unsupported: ['Nobody counts this platform at the moment.', 'The operators have to look into it.'],
  timeout: ['The platform did not answer in time.', 'Nothing to do: it is read again later.'],
  aborted: ['The reading was ended before there was an answer.', 'Nothing to do: it is read again later.'],
  unavailable: ['The platform could not be reached.', 'Nothing to do: it is read again later.'],
  unreadable: ['The platform answered something that is no count.', 'Nothing to do: it is read again later.'],
};

function isSourceProblem(reason: string): reason is UnknownViews | ViewFailure {
  return Object.hasOwn(SOURCE_WORDS, reason);
}

/** What kept the views from being read, as a sentence. */
export function sourceProblem(reason: string | undefined): string {
  const [what] =
    reason !== undefined && isSourceProblem(reason) ? SOURCE_WORDS[reason] : ['It could not be read.'];
  return what;
}

/** What kept the views from being read, what can be done, and when they are read again. */
export function SourceProblem({ row: { clip, lastLook } }: { readonly row: ClipRow }) {
  if (clip.tries === 0 || clip.state !== 'approved' || lastLook?.reason === undefined) return <></>;
  const { reason } = lastLook;
  const [what, next] = isSourceProblem(reason) ? SOURCE_WORDS[reason] : ['It could not be read.', ''];
  return (
    <>
      <span class="state bad">{what}</span> {next} Read again from <Time at={clip.dueAt} />. What it has
      earned stays.
    </>
  );
}

const FINDING_WORDS: Readonly<Record<Finding, string>> = {
  baseline: 'At approval: counted from here',
  growth: 'Grew',
  no_growth: 'Did not pass its highest count',
  fall: 'Fell: nothing is taken back',
  held: 'Too fast: somebody has to look',
  accepted: 'Looked at and accepted',
  excluded: 'Looked at and not paid',
  not_counted: 'Not counted: not running at that time',
  unknown: 'No count',
  failed: 'Could not be read',
};

/** What a reading came to. */
export function findingWord(finding: Finding, reason: string | undefined): string {
  if (finding === 'unknown' || finding === 'failed')
    return `${FINDING_WORDS[finding]}. ${sourceProblem(reason)}`;
  return FINDING_WORDS[finding];
}

/** Why a clip earns nothing now, where its owner should know. */
export function ClipReason({ reason }: { readonly reason: ClipWhyNot }) {
  switch (reason.code) {
    case 'no_growth':
      return (
        <>
          Its views have not grown yet.{' '}
          {reason.at !== undefined && (
            <>
              They are read again from <Time at={reason.at} />.
            </>
          )}
        </>
      );
    case 'clip_cap':
      return <>It has earned the most that one clip can earn in this campaign.</>;
    case 'budget_spent':
      return <>The budget of the campaign is spent. Nothing more is paid in it.</>;
    case 'campaign_not_running':
      return <>The campaign is not running.</>;
    case 'held_for_review':
      return <>Its views came very fast. Somebody has to look at them first.</>;
    case 'not_approved':
    case 'not_tracked':
    case 'source_fails':
    case 'below_minimum_views':
    case 'participant_cap':
      return <>{reason.next}.</>;
  }
}

/** How long what is left of a budget lasts. */
export function Runway({
  statistics: { campaign, forecast },
}: {
  readonly statistics: CampaignStatistics;
}): Child {
  const { perDay, days } = forecast;
  if (campaign.state === 'completed') return <></>;
  if (campaign.state !== 'running') return <>Nothing is spent: it is not running.</>;
  if (days === undefined) return <>Nothing was spent in the last week.</>;
  return (
    <>
      About {days === 0n ? 'less than a day' : days === 1n ? '1 day' : `${days} days`} left at{' '}
      <Amount minor={perDay} currency={USD} /> a day, as in the last week.
    </>
  );
}

/** When a campaign ends. */
export function EndsOn({ campaign: { terms, completedAt } }: { readonly campaign: Campaign }) {
  if (completedAt !== undefined)
    return (
      <>
        Ended on <Day at={completedAt} />.
      </>
    );
  return terms.endsAt === undefined ? (
    <></>
  ) : (
    <>
      Ends on <Day at={terms.endsAt} />, or when the budget is spent.
    </>
  );
}

/** Why a payout is as it is: codes of the library in words. */
export function payoutReason(reason: string): string {
  const words: Readonly<Record<string, string>> = {
    rejected: 'it was not approved',
    cancelled: 'it was taken back',
    earning_reversed: 'a clip that its money came from was disqualified',
    no_destination: 'there are no payment details yet',
    destination_hold: 'the payment details are new; it can be approved when they have waited their days',
    destination_changed:
      'the payment details have changed since it was asked for; it has to be approved again',
    approval_differs: 'the payment details have changed since it was asked for; it has to be approved again',
    declared_failed: 'it could not be paid',
  };
  return words[reason] ?? reason.replaceAll('_', ' ');
}
