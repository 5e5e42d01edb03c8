import type { PayoutExplanation } from '@payout-engines/core';
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
import type { Child } from 'hono/jsx';
import { USD } from '../program.ts';
import { masked } from '../standing.ts';
import { FRAME } from './frame.ts';
import { meaningOf, StateOf, triesOf } from './payout-table.tsx';
import { WhyText } from './reasons.tsx';

/** A payout as a statement: what left the balance, what arrived, what came back, and who did what when. */
export function PayoutPage({
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
  const { id, batch, amount, fee, feeBearer, state, openedAt, requestedBy, returned, destination } = payout;
  const done = [
    { at: openedAt, who: batch === undefined ? requestedBy : `the batch of ${batch}`, what: 'opened it' },
    ...(payout.approval === undefined
      ? []
      : [{ at: payout.approval.at, who: nameOf(payout.approval.by), what: 'approved it' }]),
    ...attempts.flatMap(({ openedAt: at, number, by, end, endedAt, code }) => [
      { at, who: by ?? 'a worker', what: `sent it, attempt ${number}` },
      ...(end === undefined || endedAt === undefined
        ? []
        : [
            {
              at: endedAt,
              who: by ?? 'Stripe',
              what: (
                <span class="reference">
                  attempt {number}: {END_WORDS[end]}
                  {code !== undefined && (
                    <>
                      , code <code>{code}</code>
                    </>
                  )}
                </span>
              ),
            },
          ]),
    ]),
    ...movements.map(({ bookedAt: at, object }) => ({
      at,
      who: 'Stripe',
      what: (
        <span>
          confirmed <Reference id={object} />
        </span>
      ),
    })),
  ].sort((left, right) => left.at.getTime() - right.at.getTime());
  return (
    <Page frame={FRAME} title="Payout" session={session}>
      <p>
        <StateOf payout={payout} /> {meaningOf(payout)}{' '}
        {next.at !== undefined && (
          <>
            Next: {next.step}, from <Time at={next.at} />.
          </>
        )}
      </p>
      {payout.note !== undefined && <p>Note: {payout.note}</p>}
      {payout.reason !== undefined && (
        <p>
          Reason: <WhyText code={payout.reason} />
        </p>
      )}
      <p>
        To {name}
        {destination !== undefined && <>, Stripe account {masked(destination.id)}</>}
        {batch !== undefined && (
          <>
            , with the batch of <Day at={new Date(batch)} />
          </>
        )}
        ; attempts so far: {triesOf(payout)}. Reference <Reference id={id} />
      </p>
      <Statement
        caption="What it comes to"
        currency={USD}
        total={RESULT[state]}
        lines={[
          { why: 'Taken from the balance: all that was available on payday', minor: amount },
          ...(feeBearer === 'participant' ? [{ why: 'Fee', minor: -fee }] : []),
          { why: 'Came back, and is on the balance again', minor: -returned },
          ...(state === 'failed' || state === 'rejected' || state === 'cancelled'
            ? [
                {
                  why: 'Not paid: on the balance again',
                  minor: -amount + (feeBearer === 'participant' ? fee : 0n),
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
          { head: 'Who', cell: ({ who }) => who },
          { head: 'What', cell: ({ what }) => what },
        ]}
      />
    </Page>
  );
}

const RESULT = {
  pending: 'Will arrive',
  approved: 'Will arrive',
  processing: 'Will arrive',
  needs_review: 'Will arrive, if it is found',
  completed: 'Arrived',
  returned: 'Arrived and stayed',
  failed: 'Arrived',
  rejected: 'Arrived',
  cancelled: 'Arrived',
} as const;

const END_WORDS = {
  paid: 'it was paid',
  refused: 'it was refused',
  absent: 'it never arrived',
  not_sent: 'it was not sent',
  declared_failed: 'an operator found out that it had failed',
} as const;

/** The rules approve what a batch opens. */
function nameOf(by: string): string {
  return by === 'policy' ? 'the rules' : by;
}

/** What it is about, before somebody confirms. */
export function OnePayout({
  explanation,
  name,
}: {
  readonly explanation: PayoutExplanation;
  readonly name: string;
}) {
  return (
    <>
      1 payout of <Amount minor={explanation.payout.amount} currency={USD} /> to {name}.
    </>
  );
}
