import type { Payout } from '@payout-engines/core';
import {
  Amount,
  Bar,
  Card,
  Cards,
  Day,
  Notice,
  Page,
  Ranks,
  type Session,
  Statement,
} from '@payout-engines/example-kit';
import { HOLD_DAYS, MINIMUM, USD } from '../program.ts';
import type { Standing } from '../standing.ts';
import { FRAME } from './frame.ts';
import { PayoutTable } from './payout-table.tsx';
import { Reasons } from './reasons.tsx';

/** A creator's first page: what there is, when more comes, and when it is paid. */
export function Overview({
  session,
  standing,
  payouts,
  now,
}: {
  readonly session: Session;
  readonly standing: Standing;
  readonly payouts: readonly Payout[];
  readonly now: Date;
}) {
  const { balance, tips, calls, chargedBack, verified } = standing;
  const { available, held, reserved, paid, debt, releases } = balance;
  const [next] = releases;
  return (
    <Page frame={FRAME} title="Overview" session={session} at="/">
      {debt > 0n && (
        <Notice tone="bad">
          Charge-backs took back <Amount minor={debt} currency={USD} /> more than was left of your earnings.
          The next ones go against it first.
        </Notice>
      )}
      {!verified && (
        <Notice tone="waits">
          Stripe has not verified you yet. What you earn is kept for you until then.{' '}
          <a href="/verification">What is missing</a>
        </Notice>
      )}
      <Cards>
        <Card label="Available" means="Free to be paid out with the next batch.">
          <Amount minor={available} currency={USD} />
        </Card>
        <Card label="Held" means={`Tips and calls that can be charged back still: ${HOLD_DAYS} days each.`}>
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
        <Card label="Paid" means="All that has reached your Stripe account.">
          <Amount minor={paid} currency={USD} />
        </Card>
      </Cards>

      <NextPayout standing={standing} />

      <h2>Where your balance comes from</h2>
      <Bar
        label="All earnings, by what became of them"
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
          { why: <a href="/earnings">Tips</a>, minor: tips },
          { why: <a href="/earnings">Calls</a>, minor: calls },
          { why: 'Charged back by fans’ banks', minor: -chargedBack },
          { why: `Held for ${HOLD_DAYS} days`, minor: -held },
          { why: 'In payouts on their way', minor: -reserved },
          { why: 'Paid to you', minor: -paid },
        ]}
      />

      {releases.length > 0 && (
        <Ranks
          label="Held, by the day it is free"
          ranks={releases.map(({ amount, until }) => ({
            label: until === undefined ? 'Later' : <Day at={until} />,
            value: amount,
            says: <Amount minor={amount} currency={USD} />,
          }))}
        />
      )}

      <h2>Payouts</h2>
      <PayoutTable
        payouts={payouts}
        csv="/payouts.csv"
        empty="No payout yet. It comes with the first payday on which enough is available."
        now={now}
      />
    </Page>
  );
}

function NextPayout({
  standing: { current, nextPayday, expected, reasons, verified, account },
}: {
  readonly standing: Standing;
}) {
  const isBlocked = reasons.some(({ kind }) => kind !== 'below_threshold' && kind !== 'payout_open');
  const pays = !isBlocked && expected >= MINIMUM;
  return (
    <>
      <h2>Next payout</h2>
      {current === undefined ? (
        <p>The batch of the latest payday is about to be opened. It pays what is available then.</p>
      ) : (
        current.queuedAt === undefined && (
          <Notice tone="waits">
            The batch of <Day at={current.payday} /> is being prepared. Your amount follows in a moment.
          </Notice>
        )
      )}
      <p>
        Paydays are the 1st and the 15th: the next one is <Day at={nextPayday} />
        {account !== undefined && verified && <>, to your Stripe account {account}</>}. As things stand, it
        pays{' '}
        {pays ? (
          <strong>
            <Amount minor={expected} currency={USD} />
          </strong>
        ) : (
          <strong>nothing</strong>
        )}
        {pays ? ', all that is free by then.' : '.'} The least payout is{' '}
        <Amount minor={MINIMUM} currency={USD} />.
      </p>
      {!pays && reasons.length > 0 && (
        <>
          <p>Why nothing is paid today:</p>
          <Reasons reasons={reasons} />
        </>
      )}
    </>
  );
}
