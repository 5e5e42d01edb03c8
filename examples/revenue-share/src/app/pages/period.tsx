import {
  Amount,
  Day,
  Page,
  Reference,
  type Session,
  Statement,
  Table,
  Time,
} from '@payout-engines/example-kit';
import { expectedAt } from '../periods.ts';
import { grouped, percentOf, pointsAt, type PointsSoFar } from '../points.ts';
import { SOL, SOURCES } from '../program.ts';
import type { OwnPeriod } from '../standing.ts';
import { FRAME, periodPath } from './frame.ts';
import { PointsTable, Score } from './points-table.tsx';
import { periodReason } from './reasons.tsx';
import { Steps } from './steps.tsx';
import { Days, OwnStageWord, ownStageMeans, rateText, Sol } from './words.tsx';

/** What a period is to its reader: points, pool, share and bonus, down to the facts. */
export function PeriodPage({
  session,
  period,
  soFar,
}: {
  readonly session: Session;
  readonly period: OwnPeriod;
  /** Of a period that is not shared out yet. */
  readonly soFar: PointsSoFar | undefined;
}) {
  const { own, share, run } = period;
  return (
    <Page
      frame={FRAME}
      title="Period"
      session={session}
      {...(own === 'calculating' && { refreshSeconds: 3 })}
    >
      <p>
        <Days period={period} /> · <OwnStageWord stage={own} /> · {ownStageMeans(own)}
      </p>
      {(own === 'open' || own === 'waiting') && (
        <p>
          Shared out on <Day at={expectedAt(period)} />, as expected. The pool is known then.
          {expectedAt(period) < new Date() && ' It is late, and comes any time now.'}
        </p>
      )}
      {own === 'calculating' && run !== undefined && (
        <>
          {run.failed !== undefined && (
            <p>It takes longer than usual. Nothing is lost, and somebody is looking into it.</p>
          )}
          <Steps run={run} from={`${periodPath(period.id)}/progress`} />
        </>
      )}
      {soFar !== undefined && own !== 'calculating' && (
        <>
          <p>
            <Score points={soFar.points} ofPoints={soFar.ofPoints} />, so far.
          </p>
          <PointsTable kinds={soFar.kinds} empty="Nothing yet. It comes with your first post." />
        </>
      )}
      {run?.finishedAt !== undefined && <SharedOut period={period} />}
      {share !== undefined && (
        <p>
          Calculated under <Reference id={share.digest} />
          {run?.finishedAt !== undefined && (
            <>
              , done on <Time at={run.finishedAt} />
            </>
          )}
          . Name it if you have a question.
        </p>
      )}
    </Page>
  );
}

function SharedOut({ period }: { readonly period: OwnPeriod }) {
  const { share, shareAmount, bonus, bonusFrom, whyNot, id } = period;
  return (
    <>
      {whyNot.length > 0 && (
        <ul class="reasons">
          {whyNot.map((reason) => (
            <li>{periodReason(reason)}</li>
          ))}
        </ul>
      )}
      {share !== undefined && <Why share={share} id={id} />}
      <Statement
        caption="What it comes to"
        currency={SOL}
        total="Yours from this period"
        lines={[
          { why: 'Your share of the pool', minor: shareAmount },
          {
            why: `Referral bonus: 5 % of the shares of ${bonusFrom} ${bonusFrom === 1 ? 'creator' : 'creators'} whom you have invited`,
            minor: bonus,
          },
        ]}
      />
    </>
  );
}

function Why({ share, id }: { readonly share: NonNullable<OwnPeriod['share']>; readonly id: string }) {
  const { points, ofPoints, pool } = share.share;
  const others = pointsAt(ofPoints) - pointsAt(points);
  return (
    <>
      <p>
        <Score points={points} ofPoints={ofPoints} />
      </p>
      <ScoreBar points={points} ofPoints={ofPoints} others={others} />
      <PointsTable
        kinds={share.points}
        csv={`${periodPath(id)}/points.csv`}
        empty="Nothing of you counted in this period."
      />
      <Table
        caption="The pool"
        rows={share.pool}
        empty="There was no revenue."
        columns={[
          {
            head: 'Source',
            cell: ({ source }) => SOURCES.find((one) => one.source === source)?.name ?? source,
          },
          { head: 'Revenue', numeric: true, cell: ({ amount }) => <Sol minor={BigInt(amount)} /> },
          {
            head: 'Creators’ part',
            numeric: true,
            cell: ({ source }) =>
              `× ${rateText(share.rates.find((one) => one.source === source)?.rate ?? '0')}`,
          },
          { head: 'Into the pool', numeric: true, cell: ({ toPool }) => <Sol minor={BigInt(toPool)} /> },
        ]}
      />
      <p>
        Your share: pool <Amount minor={BigInt(pool)} currency={SOL} /> × {grouped(points)} ÷{' '}
        {grouped(ofPoints)} = <Amount minor={BigInt(share.share.amount)} currency={SOL} />. What is left over
        by rounding goes to the largest remainders, so that the shares add up to the pool exactly.
      </p>
    </>
  );
}

/** The reader's part of all points, drawn. */
function ScoreBar({
  points,
  ofPoints,
  others,
}: {
  readonly points: string;
  readonly ofPoints: string;
  readonly others: bigint;
}) {
  const whole = pointsAt(ofPoints);
  if (whole === 0n) return <></>;
  const own = Number((pointsAt(points) * 1000n) / whole);
  return (
    <figure class="bar">
      <svg
        viewBox="0 0 1000 24"
        preserveAspectRatio="none"
        role="img"
        aria-label={`Your part of all points: ${percentOf(points, ofPoints)}`}
      >
        <rect class="good" x={0} y={0} width={own} height={24} />
        <rect class="over" x={own} y={0} width={1000 - own} height={24} />
      </svg>
      <figcaption>
        <ul>
          <li>
            <span class="key good" aria-hidden="true" />
            You {percentOf(points, ofPoints)}
          </li>
          <li>
            <span class="key over" aria-hidden="true" />
            {others === 0n ? 'Nobody else' : 'All others'}
          </li>
        </ul>
      </figcaption>
    </figure>
  );
}
