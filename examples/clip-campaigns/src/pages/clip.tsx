import type { ClipExplanation, ClipWhyNot, Observation } from '@payout-engines/core';
import {
  Amount,
  Card,
  Cards,
  LineChart,
  Page,
  Reference,
  type Session,
  Statement,
  Table,
  Time,
} from '@payout-engines/example-kit';
import type { Child } from 'hono/jsx';
import type { LogEntry } from '../campaign-pages.ts';
import type { ClipRow } from '../clips.ts';
import { USD } from '../program.ts';
import { FRAME } from './frame.ts';
import {
  clipMeans,
  ClipReason,
  ClipState,
  count,
  findingWord,
  PLATFORM_NAMES,
  Rate,
  SourceProblem,
} from './words.tsx';

const READINGS = 60;

/** A clip: what was counted, and why it has earned what it has. */
export function ClipPage({
  session,
  row,
  explanation,
  reasons,
  log,
  csv,
  clipper,
  children,
}: {
  readonly session: Session;
  readonly row: ClipRow;
  readonly explanation: ClipExplanation;
  readonly reasons: readonly ClipWhyNot[];
  readonly log: readonly LogEntry[];
  readonly csv: string;
  /** Whose it is, where the reader is somebody else. */
  readonly clipper?: string;
  /** What the reader can do with it. */
  readonly children?: Child;
}) {
  const { clip, viewsNow, paidViews, rate, lastLook, campaignName, earned } = row;
  const { worth, cutByCaps, forfeited, due, observations } = explanation;
  const { state, views, reason } = clip;
  const counted = observations.filter(({ views: read }) => read !== undefined);
  const done = [
    { at: clip.submittedAt, by: clipper ?? session.person.name, what: 'submitted it' },
    ...log,
  ].sort((left, right) => left.at.getTime() - right.at.getTime());
  return (
    <Page
      frame={FRAME}
      title={`${PLATFORM_NAMES[clip.platform]} ${clip.content}`}
      session={session}
      at={clipper === undefined ? '/' : '/operator/clips'}
    >
      <p>
        <ClipState state={state} /> {clipMeans(state)}
      </p>
      {reason !== undefined && <p>Reason: {reasonWord(reason)}</p>}
      {clip.tries > 0 && state === 'approved' && (
        <p>
          <SourceProblem row={row} />
        </p>
      )}
      <p>
        {clipper !== undefined && <>By {clipper}. </>}In {campaignName}.{' '}
        <a href={clip.url} rel="noreferrer noopener" target="_blank">
          Open the clip
        </a>
        . Reference <Reference id={clip.id} />
      </p>
      <Cards>
        <Card label="Views now" means="The last count that the platform showed.">
          {viewsNow === undefined ? '–' : count(viewsNow)}
          {lastLook !== undefined && (
            <small>
              looked at <Time at={lastLook.at} />
            </small>
          )}
        </Card>
        <Card label="Highest count" means="Only what goes above it is paid. A fall takes nothing back.">
          {views === undefined ? '–' : count(views.highWater)}
        </Card>
        <Card label="Paid views" means="Gained since the approval.">
          {count(paidViews)}
        </Card>
        <Card label="Earned" means="What it has earned, less what was taken back.">
          <Amount minor={earned} currency={USD} />
        </Card>
      </Cards>
      {reasons.length > 0 && state === 'approved' && (
        <ul class="reasons">
          {reasons
            .filter(({ code }) => code !== 'source_fails')
            .map((one) => (
              <li>
                <ClipReason reason={one} />
              </li>
            ))}
        </ul>
      )}
      {children}

      {counted.length > 1 && (
        <LineChart
          label="Views over time"
          points={pointsOf(counted)}
          {...(views !== undefined && { limit: views.baseline })}
          says={
            <>
              The dashed line is at {count(views?.baseline ?? 0n)} views, which it had when it was approved:
              only what is above is paid.
            </>
          }
        />
      )}

      {views !== undefined && (
        <Statement
          caption="Why it has earned this"
          currency={USD}
          total="Earned"
          lines={[
            {
              why: (
                <>
                  {count(paidViews)} views at <Rate perThousand={rate} />
                </>
              ),
              minor: worth,
            },
            { why: 'Above the most that one clip earns', minor: -cutByCaps },
            { why: 'The budget of the campaign was spent', minor: -forfeited },
            { why: 'Not booked yet', minor: -due },
            { why: 'Taken back: it was disqualified', minor: -clip.reversed },
          ]}
        />
      )}

      <Table
        caption="Who did what when"
        rows={done}
        empty="Nothing yet."
        columns={[
          { head: 'When', cell: ({ at }) => <Time at={at} /> },
          { head: 'Who', cell: ({ by }) => by },
          { head: 'What', cell: ({ what }) => what },
        ]}
      />

      <h2>Readings</h2>
      <Table
        caption="Newest first"
        rows={observations.toReversed().slice(0, READINGS)}
        csv={csv}
        empty="Not read yet. The first reading comes with the approval."
        columns={[
          { head: 'Read', cell: ({ at }) => <Time at={at} /> },
          {
            head: 'Views',
            numeric: true,
            cell: ({ views: read }) => (read === undefined ? '–' : count(read)),
          },
          { head: 'What came of it', cell: ({ finding, reason: why }) => findingWord(finding, why) },
          { head: 'Newly paid views', numeric: true, cell: ({ growth }) => count(growth) },
          { head: 'Paid', numeric: true, cell: ({ earned: paid }) => <Amount minor={paid} currency={USD} /> },
          {
            head: 'Cut off',
            numeric: true,
            cell: ({ cutByBudget, cutByClip }) =>
              cutByBudget + cutByClip === 0n ? (
                '–'
              ) : (
                <Amount minor={cutByBudget + cutByClip} currency={USD} />
              ),
          },
        ]}
      />
    </Page>
  );
}

/** Codes of the library in words; what an operator has written stays as it is. */
function reasonWord(reason: string): string {
  return reason === 'campaign_completed' ? 'the campaign ended before anybody had looked at it' : reason;
}

function pointsOf(counted: readonly Observation[]) {
  return counted
    .map(({ at, views }) => ({ at, value: views ?? 0n }))
    .sort((left, right) => left.at.getTime() - right.at.getTime());
}
