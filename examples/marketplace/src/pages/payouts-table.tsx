import type { Payout, PayoutState } from '@payout-engines/core';
import { Amount, Reference, Table, Time } from '@payout-engines/example-kit';
import type { Child } from 'hono/jsx';
import { INR } from '../program.ts';
import { operatorPath, statementPath } from './frame.ts';
import { causeOf, REASON_WORDS, STATE_WORDS } from './words.ts';

const HOUR_MS = 3_600_000;

/** Payouts, newest first. */
export function PayoutsTable({
  payouts,
  empty,
  csv,
  forOperator = false,
}: {
  readonly payouts: readonly Payout[];
  readonly empty: Child;
  readonly csv?: string;
  /** Whether each row says whose it is. */
  readonly forOperator?: boolean;
}) {
  return (
    <Table
      caption="Payouts, newest first"
      rows={payouts}
      empty={empty}
      {...(csv !== undefined && { csv })}
      columns={[
        { head: 'Opened', cell: ({ openedAt }) => <Time at={openedAt} /> },
        ...(forOperator ? [{ head: 'Member', cell: ({ participant }: Payout) => participant }] : []),
        { head: 'For', cell: (payout) => causeOf(payout) },
        { head: 'State', cell: ({ state }) => <State state={state} /> },
        {
          head: 'Paid or expected',
          means: 'When it was paid; before that, when the next run is due.',
          cell: (payout) => <When payout={payout} />,
        },
        { head: 'Amount', numeric: true, cell: ({ amount }) => <Amount minor={amount} currency={INR} /> },
        { head: 'Reference', cell: ({ id }) => <Reference id={id} /> },
        {
          head: 'Details',
          cell: ({ id }) => <a href={forOperator ? operatorPath(id) : statementPath(id)}>Statement</a>,
        },
      ]}
    />
  );
}

/** A state in words, with a colour that says no more than they do. */
export function State({ state }: { readonly state: PayoutState }) {
  const { word, tone, means } = STATE_WORDS[state];
  return (
    <span class={`state ${tone}`} title={means}>
      {word}
    </span>
  );
}

/** When a payout was paid, or is expected to be; or why it is not. */
export function When({ payout: { state, openedAt, updatedAt, reason } }: { readonly payout: Payout }) {
  switch (state) {
    case 'completed':
    case 'returned':
      return <Time at={updatedAt} />;
    case 'pending':
      if (reason !== undefined) return <>{REASON_WORDS[reason]?.means ?? reason}</>;
      return (
        <span>
          about <Time at={new Date(Math.max(openedAt.getTime(), Date.now()) + HOUR_MS)} />
        </span>
      );
    case 'approved':
    case 'processing':
      return <>within the hour</>;
    case 'needs_review':
      return <>when it is looked into</>;
    case 'failed':
    case 'cancelled':
    case 'rejected':
      return <>{reason === undefined ? 'not paid' : (REASON_WORDS[reason]?.means ?? reason)}</>;
  }
}
