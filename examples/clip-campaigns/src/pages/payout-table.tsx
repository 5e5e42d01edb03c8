import type { Payout } from '@payout-engines/core';
import { Amount, Day, Reference, Table, Time } from '@payout-engines/example-kit';
import type { Child } from 'hono/jsx';
import { PAID_WITHIN_DAYS, USD } from '../program.ts';
import { payoutPath } from './frame.ts';
import { payoutReason, PayoutStateWord } from './words.tsx';

const DAY_MS = 86_400_000;

/** By when a payout is paid, as long as it is under way. */
export function expectedBy({ state, openedAt }: Payout): Date | undefined {
  const isOpen = state === 'pending' || state === 'approved' || state === 'processing';
  return isOpen ? new Date(openedAt.getTime() + PAID_WITHIN_DAYS * DAY_MS) : undefined;
}

/** Payouts, newest first. */
export function PayoutTable({
  payouts,
  empty,
  csv,
  under = '',
  names,
}: {
  readonly payouts: readonly Payout[];
  readonly empty: Child;
  readonly csv?: string;
  readonly under?: string;
  /** Where each row says whose it is: the names of clippers. */
  readonly names?: ReadonlyMap<string, string>;
}) {
  return (
    <Table
      caption="Payouts, newest first"
      rows={payouts}
      empty={empty}
      {...(csv !== undefined && { csv })}
      columns={[
        { head: 'Asked for', cell: ({ openedAt }) => <Time at={openedAt} /> },
        ...(names === undefined
          ? []
          : [{ head: 'Clipper', cell: ({ participant }: Payout) => names.get(participant) ?? participant }]),
        { head: 'State', cell: ({ state }) => <PayoutStateWord state={state} /> },
        {
          head: 'When',
          cell: (payout) => {
            const expected = expectedBy(payout);
            if (expected === undefined) return <Day at={payout.updatedAt} />;
            return (
              <span>
                by <Day at={expected} />
              </span>
            );
          },
        },
        {
          head: 'Why',
          cell: ({ note, reason }) => note ?? (reason === undefined ? '–' : payoutReason(reason)),
        },
        { head: 'Amount', numeric: true, cell: ({ amount }) => <Amount minor={amount} currency={USD} /> },
        { head: 'Reference', cell: ({ id }) => <Reference id={id} /> },
        { head: 'Details', cell: ({ id }) => <a href={payoutPath(id, under)}>Statement</a> },
      ]}
    />
  );
}
