import type { PayoutExplanation } from '@payout-engines/core';
import { Amount, Page, Reference, type Session, Statement, Table, Time } from '@payout-engines/example-kit';
import type { Child } from 'hono/jsx';
import type { Deed } from '../deeds.ts';
import type { Entry } from '../entries.ts';
import { INR } from '../program.ts';
import { FRAME } from './frame.ts';
import { State, When } from './payouts-table.tsx';
import { causeOf, ENTRY_WORDS, REASON_WORDS, STATE_WORDS } from './words.ts';

/** A payout as a statement: line by line what it is made of, what came back, and who did what when. */
export function PayoutPage({
  session,
  explanation,
  entries,
  deeds,
  children,
}: {
  readonly session: Session;
  readonly explanation: PayoutExplanation;
  readonly entries: readonly Entry[];
  readonly deeds: readonly Deed[];
  /** What the reader can do with it. */
  readonly children?: Child;
}) {
  const { payout, attempts, movements, approval } = explanation;
  const { id, participant, state, openedAt, requestedBy, returned, reason } = payout;
  const words = reason === undefined ? undefined : REASON_WORDS[reason];
  const done = [
    { at: openedAt, who: requestedBy === participant ? participant : causeOf(payout), what: 'opened it' },
    ...(payout.approval === undefined
      ? []
      : [{ at: payout.approval.at, who: payout.approval.by, what: 'said that it is to be sent' }]),
    ...attempts.flatMap(({ openedAt: at, number, by, end, endedAt, code }) => [
      { at, who: by ?? 'the run', what: `sent it, attempt ${number}` },
      ...(end === undefined || endedAt === undefined
        ? []
        : [
            {
              at: endedAt,
              who: 'the bank',
              what: `attempt ${number}: ${END_WORDS[end]}${code === undefined ? '' : ` (${code})`}`,
            },
          ]),
    ]),
    ...movements.map(({ bookedAt: at, object }) => ({ at, who: 'the bank', what: `confirmed ${object}` })),
    ...deeds.map(({ at, by, what }) => ({ at, who: by, what })),
    ...(reason === 'earning_reversed'
      ? [{ at: payout.updatedAt, who: 'a refund', what: 'took it back: it needed its money' }]
      : []),
  ].sort((left, right) => left.at.getTime() - right.at.getTime());
  const ended = state === 'cancelled' || state === 'failed' || state === 'rejected';
  return (
    <Page frame={FRAME} title="Payout" session={session}>
      <p>
        <State state={state} /> {STATE_WORDS[state].means}
        {(state === 'pending' || state === 'approved') && (
          <>
            {' '}
            Expected: <When payout={payout} />.
          </>
        )}
      </p>
      {reason !== undefined && (
        <p>
          {words === undefined ? 'Reason:' : `${words.means} ${words.next}`} <code>{reason}</code>
        </p>
      )}
      {payout.note !== undefined && <p>Note: {payout.note}</p>}
      <p>
        Reference <Reference id={id} />, to {participant}
        {approval?.agrees === false && ' — it is not what was to be sent'}
      </p>
      <Statement
        caption={ended ? 'What it would have come to' : 'What it comes to'}
        currency={INR}
        total={ended ? 'Not paid' : state === 'completed' || state === 'returned' ? 'Paid' : 'To be paid'}
        lines={[
          ...entries.map(({ kind, order, amount }) => ({
            why: order === undefined ? ENTRY_WORDS[kind] : `${ENTRY_WORDS[kind]} ${order}`,
            minor: amount,
          })),
          { why: 'Came back, and is on the balance again', minor: -returned },
        ]}
      />
      {children}
      <Table
        caption="Who did what when"
        rows={done}
        empty="Nothing yet."
        columns={[
          { head: 'When', cell: ({ at }) => <Time at={at} /> },
          { head: 'Who', cell: ({ who }) => who },
          { head: 'What', cell: ({ what }) => what },
        ]}
      />
    </Page>
  );
}

const END_WORDS = {
  paid: 'it was paid',
  refused: 'it was refused',
  absent: 'it never arrived',
  not_sent: 'it was not sent',
  declared_failed: 'an operator found out that it had failed',
} as const;

/** What a button says before money moves. */
export function OnePayout({ explanation: { payout } }: { readonly explanation: PayoutExplanation }) {
  return (
    <>
      1 payout of <Amount minor={payout.amount} currency={INR} /> to {payout.participant}.
    </>
  );
}
