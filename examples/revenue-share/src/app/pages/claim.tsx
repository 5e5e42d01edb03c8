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
import { SOL } from '../program.ts';
import { claimPath, FRAME } from './frame.ts';
import { reasonText } from './overview.tsx';

/** A claim as a statement: what left the balance, what arrived, what came back, and who did what when. */
export function ClaimPage({
  session,
  explanation,
  name,
  children,
}: {
  readonly session: Session;
  readonly explanation: PayoutExplanation;
  readonly name: string;
  /** What the reader can do with it. */
  readonly children?: Child;
}) {
  const { payout, next, attempts, movements } = explanation;
  const { id, participant, amount, fee, feeBearer, state, openedAt, requestedBy, returned } = payout;
  const who = (by: string): string => (by === participant ? name : by);
  const done = [
    { at: openedAt, who: who(requestedBy), what: 'claimed it' },
    ...(payout.approval === undefined
      ? []
      : [{ at: payout.approval.at, who: 'the rules', what: 'approved it' }]),
    ...attempts.flatMap(({ openedAt: at, number, end, endedAt, code }) => [
      { at, who: 'a run', what: `sent it, attempt ${number}` },
      ...(end === undefined || endedAt === undefined
        ? []
        : [
            {
              at: endedAt,
              who: 'the bank',
              what: `attempt ${number}: ${END_WORDS[end]}${code === undefined ? '' : ` (${reasonText(code)})`}`,
            },
          ]),
    ]),
    ...movements.map(({ bookedAt: at, object }) => ({ at, who: 'the bank', what: `confirmed ${object}` })),
  ].sort((left, right) => left.at.getTime() - right.at.getTime());
  return (
    <Page frame={FRAME} title="Claim" session={session}>
      <p>
        <State state={state} /> {PAYOUT_STATE_WORDS[state].means}{' '}
        {next.at !== undefined && (
          <>
            Next: {next.step.replaceAll('_', ' ')}, from <Time at={next.at} />.
          </>
        )}
      </p>
      {payout.reason !== undefined && (
        <p>
          Why: {reasonText(payout.reason)}.{state === 'failed' && ' Add another wallet, then claim again.'}
        </p>
      )}
      {payout.note !== undefined && <p>Note: {payout.note}</p>}
      <p>
        Reference <Reference id={id} />, to the wallet of {name}
      </p>
      <Statement
        caption="What it comes to"
        currency={SOL}
        total={state === 'completed' || state === 'returned' || ENDED.has(state) ? 'Arrived' : 'To arrive'}
        lines={[
          { why: 'Taken from the balance', minor: amount },
          ...(feeBearer === 'participant' ? [{ why: 'Fee', minor: -fee }] : []),
          { why: 'Came back, and is on the balance again', minor: -returned },
          ...(ENDED.has(state)
            ? [
                {
                  why: 'Not sent, and on the balance again',
                  minor: (feeBearer === 'participant' ? fee : 0n) - amount,
                },
              ]
            : []),
        ]}
      />
      {children}
      <Table
        caption="Who did what when"
        rows={done}
        empty="Nothing yet."
        columns={[
          { head: 'When', cell: ({ at }) => <Time at={at} /> },
          { head: 'Who', cell: (row) => row.who },
          { head: 'What', cell: ({ what }) => what },
        ]}
      />
    </Page>
  );
}

/** Ended without moving anything. */
const ENDED: ReadonlySet<string> = new Set(['failed', 'rejected', 'cancelled']);

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
      to={`${claimPath(payout.id)}/cancel`}
      label="Cancel it"
      sure={
        <>
          1 claim of <Amount minor={payout.amount} currency={SOL} /> goes back to the balance.
        </>
      }
    />
  );
}
