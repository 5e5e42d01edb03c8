import type { Payout } from '@payout-engines/core';
import {
  Action,
  Amount,
  Bar,
  Card,
  Cards,
  Day,
  Notice,
  Page,
  type Session,
  Statement,
  Table,
} from '@payout-engines/example-kit';
import type { Entry } from '../entries.ts';
import type { Member } from '../members.ts';
import { BOUNTY_HOLD_DAYS, INR, MINIMUM } from '../program.ts';
import type { Standing } from '../standing.ts';
import { FRAME } from './frame.ts';
import { Reasons } from './reasons.tsx';
import { PayoutsTable } from './payouts-table.tsx';
import { REASON_WORDS } from './words.ts';

/** A member's first page: what there is, when more comes, and what becomes of it. */
export function Overview({
  session,
  member,
  standing,
  payouts,
  refunds,
  requestKey,
}: {
  readonly session: Session;
  readonly member: Member;
  readonly standing: Standing;
  readonly payouts: readonly Payout[];
  readonly refunds: readonly Entry[];
  /** Of the form: pressed twice, it is one request. */
  readonly requestKey: string;
}) {
  const { balance, totals, reasons, bankAccount } = standing;
  const { available, held, reserved, paid, debt, releases } = balance;
  const [next] = releases;
  const [last] = payouts;
  const failure = last?.state === 'failed' ? REASON_WORDS[last.reason ?? ''] : undefined;
  const isScout = member.kind === 'scout';
  const of = (kind: string): bigint => totals.get(kind) ?? 0n;
  const stands = reasons.filter(({ kind }) => isScout || kind !== 'below_threshold');
  return (
    <Page frame={FRAME} title="Payouts" session={session} at="/">
      {debt > 0n && (
        <Notice tone="bad">
          Refunds took back <Amount minor={debt} currency={INR} /> more than was left. What you earn next goes
          against it first.
        </Notice>
      )}
      {failure !== undefined && (
        <Notice tone="bad">
          Your last payout, of <Amount minor={last?.amount ?? 0n} currency={INR} />, was not paid:{' '}
          {failure.means} <a href="/bank-account">{failure.next}</a>
        </Notice>
      )}
      <Cards>
        <Card
          label="On the balance"
          means={isScout ? 'Bounties that you can ask for now.' : 'Goes with the payout of your next order.'}
        >
          <Amount minor={available} currency={INR} />
        </Card>
        {isScout && (
          <Card label="Held" means={`Bounties of orders that may come back: for ${BOUNTY_HOLD_DAYS} days.`}>
            <Amount minor={held} currency={INR} />
            {next?.until !== undefined && (
              <small class="next">
                <Amount minor={next.amount} currency={INR} /> on <Day at={next.until} />
              </small>
            )}
          </Card>
        )}
        <Card label="Pending" means="In payouts that have not arrived yet.">
          <Amount minor={reserved} currency={INR} />
        </Card>
        <Card label="Paid" means="All that has arrived so far.">
          <Amount minor={paid} currency={INR} />
        </Card>
      </Cards>

      {isScout ? (
        <>
          <h2>Ask for your bounties</h2>
          {bankAccount !== undefined && <p>To your bank account {bankAccount}.</p>}
          <Action
            session={session}
            to="/bounties/request"
            label="Request payout"
            {...(reasons.length === 0
              ? {
                  sure: (
                    <>
                      1 payout of <Amount minor={available} currency={INR} />. It is sent within the hour.
                    </>
                  ),
                }
              : { refused: <Reasons reasons={stands} /> })}
          >
            <input type="hidden" name="key" value={requestKey} />
          </Action>
          <p class="reason">
            Payouts of bounties begin at <Amount minor={MINIMUM.scout} currency={INR} />.
          </p>
        </>
      ) : (
        <>
          <p>
            Each order is paid when the buyer has it: a payout is opened at once, and sent within the hour
            {bankAccount === undefined ? '' : ` to your bank account ${bankAccount}`}.
          </p>
          {stands.some(({ kind }) => kind !== 'debt') && (
            <Notice tone="waits">
              <Reasons reasons={stands} />
            </Notice>
          )}
        </>
      )}

      <PayoutsTable
        payouts={payouts}
        csv="/payouts.csv"
        empty={
          isScout
            ? 'No payout yet. It comes with your first request.'
            : 'No payout yet. It comes with your first order that is completed.'
        }
      />
      <Table
        caption="Refunds, newest first"
        rows={refunds}
        empty="No refunds."
        columns={[
          { head: 'When', cell: ({ at }) => <Day at={at} /> },
          { head: 'Order', cell: ({ order }) => order ?? '' },
          {
            head: 'Why',
            cell: () => (isScout ? 'the bounty on what was refunded' : 'refunded, less the fee on it'),
          },
          { head: 'Amount', numeric: true, cell: ({ amount }) => <Amount minor={amount} currency={INR} /> },
        ]}
      />

      <h2>Where your money is</h2>
      <Bar
        label="All that you earned, by what became of it"
        currency={INR}
        parts={[
          { label: 'Paid', minor: paid, tone: 'good' },
          { label: 'Pending', minor: reserved, tone: 'goes' },
          { label: 'On the balance', minor: available, tone: 'over' },
          ...(isScout ? [{ label: 'Held', minor: held, tone: 'waits' as const }] : []),
        ]}
      />
      <Statement
        caption="Line by line"
        currency={INR}
        total={debt > 0n ? 'What you owe' : 'On the balance now'}
        lines={[
          { why: <a href="/earned">Orders that were completed</a>, minor: of('sale') },
          { why: 'Marketplace fee', minor: of('fee') },
          { why: <a href="/earned">Bounties</a>, minor: of('bounty') },
          { why: 'Refunded to buyers', minor: of('refund') },
          { why: 'Marketplace fee given back', minor: of('fee_back') },
          { why: 'Bounties taken back by refunds', minor: of('bounty_back') },
          { why: 'Held', minor: -held },
          { why: 'In payouts that have not arrived yet', minor: -reserved },
          { why: 'Paid to you', minor: -paid },
        ]}
      />
    </Page>
  );
}
