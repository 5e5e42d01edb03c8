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
import { HOLD_DAYS, TIERS, USD } from '../program.ts';
import type { Standing } from '../standing.ts';
import { FRAME, payoutPath } from './frame.ts';
import { Reasons } from './reasons.tsx';

/** A partner's first page: what there is, when more comes, and the button. */
export function Overview({
  session,
  standing,
  payouts,
  quote,
  requestKey,
}: {
  readonly session: Session;
  readonly standing: Standing;
  readonly payouts: readonly Payout[];
  readonly quote: FeeQuote;
  /** Of the form: pressed twice, it is one request. */
  readonly requestKey: string;
}) {
  const { balance, earned, takenBack, reasons, bankAccount } = standing;
  const { available, held, reserved, paid, debt, releases } = balance;
  const [next] = releases;
  const canAsk = reasons.length === 0;
  return (
    <Page frame={FRAME} title="Overview" session={session} at="/">
      {debt > 0n && (
        <Notice tone="bad">
          Refunds took back <Amount minor={debt} currency={USD} /> more than was left of your commissions. The
          next ones go against it first.
        </Notice>
      )}
      <Cards>
        <Card label="Available" means="Can be paid out now.">
          <Amount minor={available} currency={USD} />
        </Card>
        <Card
          label="Held"
          means={`Commissions of sales that can be refunded still: ${HOLD_DAYS} days from the sale.`}
        >
          <Amount minor={held} currency={USD} />
          {next?.until !== undefined && (
            <small class="next">
              <Amount minor={next.amount} currency={USD} /> on <Day at={next.until} />
            </small>
          )}
        </Card>
        <Card label="On its way" means="In a payout that has not arrived yet.">
          <Amount minor={reserved} currency={USD} />
        </Card>
        <Card label="Paid" means="All that has arrived so far.">
          <Amount minor={paid} currency={USD} />
        </Card>
      </Cards>

      <h2>Payout</h2>
      {bankAccount !== undefined && <p>To your bank account {bankAccount}.</p>}
      <Action
        session={session}
        to="/payouts"
        label="Request payout"
        {...(canAsk
          ? {
              sure: (
                <>
                  1 payout of <Amount minor={quote.gross} currency={USD} />, less fees of{' '}
                  <Amount minor={quote.fee} currency={USD} />: <Amount minor={quote.net} currency={USD} />{' '}
                  arrive.
                </>
              ),
            }
          : { refused: <Reasons reasons={reasons} /> })}
      >
        <input type="hidden" name="key" value={requestKey} />
      </Action>

      <TierCard standing={standing} />

      <h2>Where your balance comes from</h2>
      <Bar
        label="All commissions, by what became of them"
        currency={USD}
        parts={[
          { label: 'Paid', minor: paid, tone: 'good' },
          { label: 'On its way', minor: reserved, tone: 'goes' },
          { label: 'Available', minor: available, tone: 'over' },
          { label: 'Held', minor: held, tone: 'waits' },
        ]}
      />
      <Statement
        caption="Line by line"
        currency={USD}
        total={debt > 0n ? 'What you owe' : 'Available now'}
        lines={[
          { why: <a href="/sales">Commissions</a>, minor: earned },
          { why: 'Taken back by refunds', minor: -takenBack },
          { why: 'Held until it cannot be refunded any more', minor: -held },
          { why: 'In payouts on their way', minor: -reserved },
          { why: 'Paid to you', minor: -paid },
        ]}
      />

      <h2>Payouts</h2>
      <PayoutTable
        payouts={payouts}
        csv="/payouts.csv"
        empty="No payout yet. It comes with your first request."
      />
    </Page>
  );
}

function TierCard({ standing: { tier, sold } }: { readonly standing: Standing }) {
  const next = TIERS[TIERS.indexOf(tier) + 1];
  return (
    <>
      <h2>Your tier: {tier.name}</h2>
      <p>
        {percentOf(tier.rate)} on each further sale, and payouts from{' '}
        <Amount minor={tier.minimum} currency={USD} />. You have sold <Amount minor={sold} currency={USD} />{' '}
        in the last 365 days.
      </p>
      {next !== undefined && (
        <>
          <Bar
            label={`The way to ${next.name}`}
            currency={USD}
            parts={[
              { label: 'Sold in 365 days', minor: sold, tone: 'good' },
              { label: `Missing to ${next.name}`, minor: next.from - sold, tone: 'over' },
            ]}
          />
          <p>
            From <Amount minor={next.from} currency={USD} /> on: {percentOf(next.rate)} on what is sold beyond
            it, and payouts from <Amount minor={next.minimum} currency={USD} />. What was sold before keeps
            its rate.
          </p>
        </>
      )}
    </>
  );
}

/** A rate such as `0.15` as people say it. */
export function percentOf(rate: string): string {
  return `${Number(rate) * 100} %`;
}

/** Payouts, newest first. */
export function PayoutTable({
  payouts,
  empty,
  csv,
  under = '',
  named = false,
}: {
  readonly payouts: readonly Payout[];
  readonly empty: string;
  readonly csv?: string;
  readonly under?: string;
  /** Whether each row says whose it is. */
  readonly named?: boolean;
}) {
  return (
    <Table
      caption="Payouts, newest first"
      rows={payouts}
      empty={empty}
      {...(csv !== undefined && { csv })}
      columns={[
        { head: 'Asked for', cell: ({ openedAt }) => <Time at={openedAt} /> },
        ...(named ? [{ head: 'Partner', cell: ({ participant }: Payout) => participant }] : []),
        { head: 'State', cell: ({ state }) => <State state={state} /> },
        { head: 'Why', cell: ({ note, reason }) => note ?? reason ?? '' },
        { head: 'Amount', numeric: true, cell: ({ amount }) => <Amount minor={amount} currency={USD} /> },
        { head: 'Reference', cell: ({ id }) => <Reference id={id} /> },
        { head: 'Details', cell: ({ id }) => <a href={payoutPath(id, under)}>Statement</a> },
      ]}
    />
  );
}
