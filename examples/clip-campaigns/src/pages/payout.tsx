import type { PayoutExplanation } from '@payout-engines/core';
import {
  Action,
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
import type { PayoutLogEntry } from '../payout-log.ts';
import { USD } from '../program.ts';
import { FRAME } from './frame.ts';
import { expectedBy } from './payout-table.tsx';
import { payoutMeans, PayoutStateWord, payoutReason } from './words.tsx';

/** A payout as a statement: what left the balance, what was paid and under which transaction, and who did what when. */
export function PayoutPage({
  session,
  explanation,
  clipper,
  details,
  log,
  children,
}: {
  readonly session: Session;
  readonly explanation: PayoutExplanation;
  /** Whose it is, by name. */
  readonly clipper: string;
  /** Where it goes, all but the end hidden. */
  readonly details: string | undefined;
  /** What people did with it, beyond what the library keeps. */
  readonly log: readonly PayoutLogEntry[];
  /** What the reader can do with it. */
  readonly children?: Child;
}) {
  const { payout, attempts, movements, approval } = explanation;
  const { id, state, openedAt, requestedBy, amount, returned, paid } = payout;
  const expected = expectedBy(payout);
  const ended = state === 'rejected' || state === 'cancelled' || state === 'failed';
  const done = [
    { at: openedAt, who: requestedBy, what: 'asked for it' },
    ...(payout.approval === undefined
      ? []
      : [{ at: payout.approval.at, who: payout.approval.by, what: 'approved it' }]),
    ...attempts.flatMap(({ openedAt: at, by, end, endedAt }) => [
      { at, who: by ?? 'nobody', what: 'began to pay it' },
      ...(end === undefined || endedAt === undefined
        ? []
        : [{ at: endedAt, who: by ?? 'nobody', what: END_WORDS[end] }]),
    ]),
    ...log.map(({ at, by, what }) => ({ at, who: by, what })),
  ].sort((left, right) => left.at.getTime() - right.at.getTime());
  return (
    <Page
      frame={FRAME}
      title={`Payout to ${clipper}`}
      session={session}
      at={session.person.role === 'operator' ? '/operator/payouts' : '/'}
    >
      <p>
        <PayoutStateWord state={state} /> {payoutMeans(state)}{' '}
        {expected !== undefined && (
          <>
            Expected by <Day at={expected} />.
          </>
        )}
      </p>
      {payout.note !== undefined && <p>Note: {payout.note}</p>}
      {payout.reason !== undefined && <p>Reason: {payoutReason(payout.reason)}</p>}
      {ended && <p>The money is on the balance again, and can be asked for again.</p>}
      {approval?.agrees === false && (
        <p>It is not what was approved. Nothing is paid until that is cleared up.</p>
      )}
      <p>
        {details !== undefined && <>To {details}. </>}Reference <Reference id={id} />
      </p>
      <Statement
        caption="What it comes to"
        currency={USD}
        total={paid > 0n ? 'Paid' : ended ? 'Nothing is paid' : 'Will be paid'}
        lines={[
          { why: `Taken from the balance of ${clipper}`, minor: amount },
          { why: 'Fee', minor: -(payout.feeBearer === 'participant' ? payout.fee : 0n) },
          { why: 'Went back to the balance', minor: ended ? -amount : 0n },
          { why: 'Came back after it was paid', minor: -returned },
        ]}
      />
      {movements.length > 0 && (
        <Table
          caption="Paid under"
          rows={movements}
          empty=""
          columns={[
            { head: 'Transaction', cell: ({ object }) => <Reference id={object} /> },
            { head: 'When', cell: ({ bookedAt }) => <Time at={bookedAt} /> },
            { head: 'Amount', numeric: true, cell: ({ moved }) => <Amount minor={moved} currency={USD} /> },
          ]}
        />
      )}
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
  paid: 'wrote down that it was paid',
  refused: 'was told that it was refused',
  absent: 'found out that it had never arrived',
  not_sent: 'did not pay it',
  declared_failed: 'wrote down that it could not be paid',
} as const;

/** Cancelling, as long as nobody has begun to pay it. */
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
