import type { Payout } from '@payout-engines/core';
import { Amount, Day, PAYOUT_STATE_WORDS, Reference, State, Table, Time } from '@payout-engines/example-kit';
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

/** The state in words; of one that was refused for now, that it is tried again. */
export function StateOf({ payout }: { readonly payout: Payout }) {
  if (payout.state === 'approved' && payout.attempt > 1)
    return <span class="state waits">Tried again later</span>;
  return <State state={payout.state} />;
}

/** What the state means to whoever gets the payout. */
export function meaningOf({ state, attempt }: Payout): string {
  if (state === 'approved' && attempt > 1)
    return 'It could not be paid yet. The money stays set aside for it, and it is tried again every day.';
  return PAYOUT_STATE_WORDS[state].means;
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
  const isOperators = names !== undefined;
  const hasReasons = payouts.some(({ note, reason }) => note !== undefined || reason !== undefined);
  const hasNext = payouts.some((payout) => nextTryOf(payout, now) !== undefined);
  return (
    <Table
      caption={caption}
      rows={payouts}
      empty={empty}
      {...(csv !== undefined && { csv })}
      columns={[
        isOperators
          ? { head: 'Creator', cell: ({ participant }) => names.get(participant) ?? participant }
          : {
              head: 'Payday',
              cell: ({ batch, openedAt }) =>
                batch === undefined ? <Time at={openedAt} /> : <Day at={new Date(batch)} />,
            },
        { head: 'State', cell: (payout) => <StateOf payout={payout} /> },
        { head: 'Amount', numeric: true, cell: ({ amount }) => <Amount minor={amount} currency={USD} /> },
        {
          head: 'Attempts',
          means: 'How often it was sent.',
          numeric: true,
          cell: (payout) => triesOf(payout),
        },
        ...(hasNext
          ? [
              {
                head: 'Next try',
                cell: (payout: Payout) => {
                  const at = nextTryOf(payout, now);
                  return at === undefined ? '–' : <Time at={at} />;
                },
              },
            ]
          : []),
        ...(hasReasons
          ? [
              {
                head: 'Why',
                cell: ({ note, reason }: Payout) =>
                  note ?? (reason === undefined ? '–' : <WhyText code={reason} />),
              },
            ]
          : []),
        ...(isOperators ? [] : [{ head: 'Reference', cell: ({ id }: Payout) => <Reference id={id} /> }]),
        {
          head: 'Details',
          cell: ({ id }) => <a href={payoutPath(id, isOperators ? '/operator' : '')}>Statement</a>,
        },
      ]}
    />
  );
}
