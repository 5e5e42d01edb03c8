import type { PayoutExplanation } from '@payout-engines/core';
import {
  Action,
  Amount,
  Page,
  PAYOUT_STATE_WORDS,
  Reference,
  type Session,
  State,
  Statement,
  Table,
  Time,
} from '@payout-engines/example-kit';
import type { Child } from 'hono/jsx';
import { USD } from '../program.ts';
import { FRAME } from './frame.ts';

/** A payout as a statement: what left the balance, what arrived, what came back, and who did what when. */
export function PayoutPage({
  session,
  explanation,
  children,
}: {
  readonly session: Session;
  readonly explanation: PayoutExplanation;
  /** What the reader can do with it. */
  readonly children?: Child;
}) {
  const { payout, next, attempts, movements, approval } = explanation;
  const { id, participant, amount, fee, feeBearer, state, openedAt, requestedBy, returned } = payout;
  const done = [
    { at: openedAt, who: requestedBy, what: 'asked for it' },
    ...(payout.approval === undefined
      ? []
      : [{ at: payout.approval.at, who: payout.approval.by, what: 'approved it' }]),
    ...attempts.flatMap(({ openedAt: at, number, by, end, endedAt, code }) => [
      { at, who: by ?? 'a run', what: `sent it, attempt ${number}` },
      ...(end === undefined || endedAt === undefined
        ? []
        : [
            {
              at: endedAt,
              who: by ?? 'the bank',
              what: `attempt ${number}: ${END_WORDS[end]}${code === undefined ? '' : ` (${code})`}`,
            },
          ]),
    ]),
    ...movements.map(({ bookedAt: at, object }) => ({ at, who: 'the bank', what: `confirmed ${object}` })),
  ].sort((left, right) => left.at.getTime() - right.at.getTime());
  return (
    <Page frame={FRAME} title="Payout" session={session}>
      <p>
        <State state={state} /> {PAYOUT_STATE_WORDS[state].means}{' '}
        {next.at !== undefined && (
          <>
            Next: {next.step.replaceAll('_', ' ')}, from <Time at={next.at} />.
          </>
        )}
      </p>
      {payout.note !== undefined && <p>Note: {payout.note}</p>}
      {payout.reason !== undefined && (
        <p>
          Reason: <code>{payout.reason}</code>
        </p>
      )}
      <p>
        Reference <Reference id={id} />, to {participant}
        {approval?.agrees === false && ' — it is not what was approved'}
      </p>
      <Statement
        caption="What it comes to"
        currency={USD}
        total="Arrives"
        lines={[
          { why: 'Taken from the balance', minor: amount },
          ...(feeBearer === 'participant' ? [{ why: 'Fee', minor: -fee }] : []),
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

/** Cancelling, as long as nothing was sent. */
export function CancelAction({
  session,
  explanation: { payout },
}: {
  readonly session: Session;
  readonly explanation: PayoutExplanation;
}) {
  if (payout.state !== 'pending' && payout.state !== 'approved') return <></>;
  return (
    <Action
      session={session}
      to={`/payouts/${encodeURIComponent(payout.id)}/cancel`}
      label="Cancel it"
      sure={
        <>
          1 payout of <Amount minor={payout.amount} currency={USD} /> goes back to the balance.
        </>
      }
    />
  );
}
