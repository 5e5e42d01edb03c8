import type { FeeQuote, Payout } from '@payout-engines/core';
import {
  Action,
  Amount,
  Bar,
  Card,
  Cards,
  Day,
  Notice,
  Page,
  Reference,
  type Session,
  State,
  Statement,
  Table,
  Time,
} from '@payout-engines/example-kit';
import { expectedAt } from '../periods.ts';
import { grouped, percentOf, type PointsSoFar } from '../points.ts';
import { SOL } from '../program.ts';
import type { OwnPeriod, Standing } from '../standing.ts';
import { claimPath, FRAME, periodPath } from './frame.ts';
import { Reasons } from './reasons.tsx';
import { Days, OwnStageWord, Sol } from './words.tsx';

/** What a creator sees first: what can be claimed, the period that goes on, and where the balance comes from. */
export function Overview({
  session,
  standing,
  soFar,
  claims,
  quote,
  claimKey,
}: {
  readonly session: Session;
  readonly standing: Standing;
  readonly soFar: PointsSoFar | undefined;
  readonly claims: readonly Payout[];
  readonly quote: FeeQuote;
  readonly claimKey: string;
}) {
  const { balance, wallet, reasons, periods, calculating } = standing;
  const { available, held, reserved, paid, debt } = balance;
  const [busy] = calculating;
  const canClaim = reasons.length === 0 && available > 0n && busy === undefined;
  return (
    <Page
      frame={FRAME}
      title="Overview"
      session={session}
      at="/"
      {...(busy !== undefined && { refreshSeconds: 3 })}
    >
      {busy !== undefined && (
        <div id="progress" hx-get={`${periodPath(busy.id)}/done`} hx-trigger="every 2s" hx-swap="none">
          <Notice tone="waits">
            <strong>Calculating:</strong> the period <Days period={busy} /> is being shared out. Your balance
            only grows by it; what it has brought you is shown when it is done.{' '}
            <a href={periodPath(busy.id)}>See how far it is</a>.
          </Notice>
        </div>
      )}
      {debt > 0n && (
        <Notice tone="bad">
          <Sol minor={debt} /> more was taken back than was left. Your next shares go against it first.
        </Notice>
      )}
      <Cards>
        <Card label="Claimable" means="Can be sent to your wallet now.">
          <Sol minor={available} />
        </Card>
        <Card label="Held" means="Yours, and free once you are verified.">
          <Sol minor={held} />
        </Card>
        <Card label="On its way" means="Claimed, and not at your wallet yet.">
          <Sol minor={reserved} />
        </Card>
        <Card label="Claimed" means="All that has arrived at your wallet so far.">
          <Sol minor={paid} />
        </Card>
      </Cards>

      <h2>Claim</h2>
      <p>
        {wallet === undefined ? (
          <>
            No wallet yet. <a href="/wallet">Add your wallet</a>.
          </>
        ) : (
          <>
            To your wallet {wallet.masked}. <a href="/wallet">Change it</a>.
          </>
        )}
      </p>
      <Action
        session={session}
        to="/claims"
        label="Claim"
        {...(canClaim
          ? {
              sure: (
                <>
                  1 claim of <Amount minor={quote.gross} currency={SOL} />, less fees of{' '}
                  <Amount minor={quote.fee} currency={SOL} />: <Amount minor={quote.net} currency={SOL} />{' '}
                  arrive at {wallet?.masked}.
                </>
              ),
            }
          : {
              refused: (
                <>
                  {busy !== undefined && <>The period is being shared out. Claim when that is done.</>}
                  {(busy === undefined || reasons.length > 0) && <Reasons reasons={reasons} />}
                </>
              ),
            })}
      >
        <input type="hidden" name="key" value={claimKey} />
      </Action>

      <CurrentPeriod periods={periods} soFar={soFar} />

      <h2>Where your balance comes from</h2>
      <Bar
        label="All you have earned, by what became of it"
        currency={SOL}
        parts={[
          { label: 'Claimed', minor: paid, tone: 'good' },
          { label: 'On its way', minor: reserved, tone: 'goes' },
          { label: 'Claimable', minor: available, tone: 'over' },
          { label: 'Held', minor: held, tone: 'waits' },
        ]}
      />
      <Statement
        caption="Line by line"
        currency={SOL}
        total={debt > 0n ? 'What you owe' : 'Claimable now'}
        lines={[
          { why: <a href="#periods">Shares and bonuses of all periods</a>, minor: balance.lifetime },
          { why: 'Held until you are verified', minor: -held },
          { why: 'In claims on their way', minor: -reserved },
          { why: 'Claimed, and arrived', minor: -paid },
        ]}
      />

      <h2 id="periods">Periods</h2>
      <PeriodTable periods={periods} />

      <h2>Claims</h2>
      <ClaimTable claims={claims} csv="/claims.csv" empty="No claim yet. It comes with your first one." />
    </Page>
  );
}

function CurrentPeriod({
  periods,
  soFar,
}: {
  readonly periods: readonly OwnPeriod[];
  readonly soFar: PointsSoFar | undefined;
}) {
  const open = periods.find(({ own }) => own === 'open');
  if (open === undefined || soFar === undefined) return <></>;
  return (
    <>
      <h2>The period that goes on now</h2>
      <Cards>
        <Card label="Period" means="Every two weeks, from Monday to Monday, UTC.">
          <Days period={open} />
          <small>
            <OwnStageWord stage="open" />
          </small>
        </Card>
        <Card label="Your points so far" means="Of all points of those who take part.">
          {grouped(soFar.points)} of {grouped(soFar.ofPoints)}
          <small>{percentOf(soFar.points, soFar.ofPoints)}</small>
        </Card>
        <Card label="Shared out" means="The pool is known when the period has ended.">
          <Day at={expectedAt(open)} />
          <small>expected</small>
        </Card>
      </Cards>
      <p>
        <a href={periodPath(open.id)}>Your points, kind by kind</a>
      </p>
    </>
  );
}

function PeriodTable({ periods }: { readonly periods: readonly OwnPeriod[] }) {
  const known = ({ own }: OwnPeriod): boolean => !['open', 'waiting', 'calculating'].includes(own);
  return (
    <Table
      caption="Periods, newest first"
      rows={periods}
      csv="/periods.csv"
      empty="No period yet."
      columns={[
        { head: 'Period', cell: (period) => <Days period={period} /> },
        { head: 'State', cell: ({ own }) => <OwnStageWord stage={own} /> },
        {
          head: 'Score',
          numeric: true,
          cell: ({ share }) =>
            share === undefined ? '' : `${grouped(share.share.points)} of ${grouped(share.share.ofPoints)}`,
        },
        {
          head: 'Share',
          numeric: true,
          cell: (period) =>
            known(period) ? <Sol minor={period.shareAmount} /> : <Expected period={period} />,
        },
        {
          head: 'Referral bonus',
          means: '5 % of the shares of those whom you have invited, on top.',
          numeric: true,
          cell: ({ bonus }) => (bonus === 0n ? '' : <Sol minor={bonus} />),
        },
        { head: 'Details', cell: ({ id }) => <a href={periodPath(id)}>Why this amount</a> },
      ]}
    />
  );
}

function Expected({ period }: { readonly period: OwnPeriod }) {
  if (period.own === 'calculating') return <>being calculated</>;
  if (period.own === 'waiting' && expectedAt(period) < new Date()) return <>is late: expected any time now</>;
  return (
    <span>
      expected <Day at={expectedAt(period)} />
    </span>
  );
}

/** Claims, newest first. */
export function ClaimTable({
  claims,
  empty,
  csv,
  under = '',
  names,
}: {
  readonly claims: readonly Payout[];
  readonly empty: string;
  readonly csv?: string;
  readonly under?: string;
  /** Who they are of; left out, the reader's own. */
  readonly names?: ReadonlyMap<string, string>;
}) {
  return (
    <Table
      caption="Claims, newest first"
      rows={claims}
      empty={empty}
      {...(csv !== undefined && { csv })}
      columns={[
        { head: 'Claimed', cell: ({ openedAt }) => <Time at={openedAt} /> },
        ...(names === undefined
          ? []
          : [{ head: 'Creator', cell: ({ participant }: Payout) => names.get(participant) ?? participant }]),
        { head: 'State', cell: ({ state }) => <State state={state} /> },
        { head: 'Why', cell: ({ note, reason }) => note ?? (reason === undefined ? '' : reasonText(reason)) },
        { head: 'Amount', numeric: true, cell: ({ amount }) => <Sol minor={amount} /> },
        { head: 'Reference', cell: ({ id }) => <Reference id={id} /> },
        { head: 'Details', cell: ({ id }) => <a href={claimPath(id, under)}>Statement</a> },
      ]}
    />
  );
}

const REASONS: Readonly<Record<string, string>> = {
  account_closed: 'The wallet takes nothing',
  no_destination: 'There was no wallet',
};

/** Why a claim is in its state, as far as there are words for it. */
export function reasonText(code: string): string {
  return REASONS[code] ?? code.replaceAll('_', ' ');
}
