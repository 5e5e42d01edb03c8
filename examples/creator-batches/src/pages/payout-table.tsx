import type { Payout } from '@payout-engines/core';
import { Amount, Day, Reference, State, Table, Time } from '@payout-engines/example-kit';
import { USD } from '../program.ts';
import { payoutPath } from './frame.ts';
import { WhyText } from './reasons.tsx';

/** Tries that were made: while a payout waits for the next one, its number is that of the next one. */
export function triesOf({ state, attempt }: Payout): number {
  return state === 'approved' || state === 'pending' ? attempt - 1 : attempt;
}

/** When it is tried again, where that is in the future. */
export function nextTryOf({ state, dueAt }: Payout, now: Date): Date | undefined {
  const waits = state === 'approved' || state === 'processing';
  return waits && dueAt > now && dueAt.getUTCFullYear() < 9999 ? dueAt : undefined;
}

/** Payouts, newest first. */
export function PayoutTable({
  payouts,
  empty,
  csv,
  now,
  names,
  caption = 'Payouts, newest first',
}: {
  readonly payouts: readonly Payout[];
  readonly empty: string;
  readonly csv?: string;
  readonly now: Date;
  /** Names of creators, on the pages of operators. */
  readonly names?: ReadonlyMap<string, string>;
  readonly caption?: string;
}) {
  const under = names === undefined ? '' : '/operator';
  return (
    <Table
      caption={caption}
      rows={payouts}
      empty={empty}
      {...(csv !== undefined && { csv })}
      columns={[
        ...(names === undefined
          ? [
              {
                head: 'Payday',
                cell: ({ batch, openedAt }: Payout) =>
                  batch === undefined ? <Time at={openedAt} /> : <Day at={new Date(batch)} />,
              },
            ]
          : [{ head: 'Creator', cell: ({ participant }: Payout) => names.get(participant) ?? participant }]),
        { head: 'State', cell: ({ state }) => <State state={state} /> },
        { head: 'Amount', numeric: true, cell: ({ amount }) => <Amount minor={amount} currency={USD} /> },
        {
          head: 'Attempts',
          means: 'How often it was sent.',
          numeric: true,
          cell: (payout) => triesOf(payout),
        },
        {
          head: 'Next try',
          cell: (payout) => {
            const at = nextTryOf(payout, now);
            return at === undefined ? '–' : <Time at={at} />;
          },
        },
        {
          head: 'Why',
          cell: ({ note, reason }) => note ?? (reason === undefined ? '–' : <WhyText code={reason} />),
        },
        { head: 'Reference', cell: ({ id }) => <Reference id={id} /> },
        { head: 'Details', cell: ({ id }) => <a href={payoutPath(id, under)}>Statement</a> },
      ]}
    />
  );
}
